import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isDead } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';
import { prepared } from './prepared.ts';

/** Worktrees and branches in every state that matters. */
async function full() {
  const repo = await prepared({ tasks: ['T-1'] });
  for (const id of ['DONE-1', 'DIRTY-1', 'AHEAD-1']) await repo.wtOrch(['worktree', 'create', 'worker', id]);
  const at = (id: string) => join(repo.worktrees, `worker-${id}`);
  const done = await repo.commit({ 'done.txt': 'done\n' }, 'done', at('DONE-1'));
  await repo.git(['merge', '--quiet', '--ff-only', done]);
  await repo.write({ 'draft.txt': 'draft\n' }, at('DIRTY-1'));
  await repo.commit({ 'ahead.txt': 'ahead\n' }, 'ahead', at('AHEAD-1'));
  await repo.git(['branch', 'wt-orch/MERGED-1', 'main~1']);
  await repo.commitOn('wt-orch/OPEN-1', 'main', { 'open.txt': 'open\n' });
  await repo.git(['branch', 'mine', 'main']);
  return { ...repo, at };
}

const refs = async (repo: { git: (args: readonly string[]) => Promise<string> }) =>
  (await repo.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads'])).split('\n');

test('clean removes what the target has all of, and keeps and names whatever holds work of its own', async () => {
  await using repo = await full();
  const ran = await repo.wtOrch(['clean']);
  expect(ran.code, ran.output).toBe(0);
  expect(await refs(repo)).toEqual(['main', 'mine', 'wt-orch/AHEAD-1', 'wt-orch/DIRTY-1', 'wt-orch/OPEN-1']);
  expect(await readdir(repo.worktrees)).toEqual(['worker-AHEAD-1', 'worker-DIRTY-1']);
  expect(await repo.read('draft.txt', repo.at('DIRTY-1'))).toBe('draft\n');
  for (const kept of ['worker-DIRTY-1: uncommitted', 'worker-AHEAD-1: 1 commit', 'wt-orch/OPEN-1: 1 commit']) {
    expect(ran.stdout).toContain(kept);
  }
});

test('a dry run says the same and changes nothing', async () => {
  await using repo = await full();
  const before = [await refs(repo), await readdir(repo.worktrees)];
  const ran = await repo.wtOrch(['clean', '--dry-run']);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain('would remove  .worktrees/worker-DONE-1');
  expect(ran.stdout).toContain('would remove  branch wt-orch/MERGED-1');
  expect([await refs(repo), await readdir(repo.worktrees)]).toEqual(before);
});

test('while a run is going on nothing is removed', async () => {
  await using repo = await prepared({ agent: 'while [ -e "$HOME" ] && [ ! -e "$HOME/go" ]; do sleep 0.05; done' });
  const run = repo.start(['run', 'T-1', '--json']);
  await run.line('agentStarted');
  await repo.git(['branch', 'wt-orch/MERGED-1']);
  for (const args of [['clean'], ['clean', '--dry-run']]) {
    const ran = await repo.wtOrch(args);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
  }
  expect(await repo.ref('wt-orch/MERGED-1')).toBeDefined();
  await writeFile(join(repo.folder, 'home/go'), '');
  await run.ended;
});

test('what a killed run left stays until a run has settled it', async () => {
  await using repo = await prepared({ agent: 'while [ -e "$HOME" ] && [ ! -e "$HOME/go" ]; do sleep 0.05; done' });
  const run = repo.start(['run', 'T-1', '--json']);
  const { pid } = await run.line('agentStarted');
  run.kill('SIGKILL');
  await run.ended;
  const ran = await repo.wtOrch(['clean']);
  expect(ran.stdout).toMatch(/kept {2}\.worktrees\/worker-T-1: T-1 is part of run/);
  expect(await readdir(repo.worktrees)).toContain('worker-T-1');
  await writeFile(join(repo.folder, 'home/go'), '');
  await waitFor(() => (isDead(Number(pid)) ? true : undefined), 'the end of the agent');
});

test('checkouts for tests go, with what git remembers of them', async () => {
  await using repo = await prepared();
  expect((await repo.wtOrch(['run', 'T-1'])).code).toBe(0);
  expect(await readdir(join(repo.worktrees, '.slots'))).not.toEqual([]);
  await repo.wtOrch(['clean']);
  expect(await readdir(join(repo.worktrees, '.slots'))).toEqual([]);
  expect(await readdir(join(repo.stateDir, 'control.git/worktrees'))).toEqual([]);
  expect((await repo.wtOrch(['run', 'T-2'])).code).toBe(0);
});

test('logs and pinned commits go only by --older-than, and only those that are older', async () => {
  await using repo = await prepared({ agent: 'echo x > x.txt; exit 1' });
  await repo.wtOrch(['run', 'T-1']);
  await repo.wtOrch(['worktree', 'remove', 'T-1', '--force']);
  const pin = 'refs/wt-orch/attempts/T-1/1';
  const runs = await readdir(join(repo.stateDir, 'runs'));
  expect(runs).toHaveLength(1);
  for (const args of [['clean'], ['clean', '--older-than', '1d']]) {
    const ran = await repo.wtOrch(args);
    expect(ran.stdout).not.toContain(pin.concat(': 1 commit'));
    expect(await readdir(join(repo.stateDir, 'runs'))).toEqual(runs);
    expect(await repo.ref(pin)).toBeDefined();
  }
  const commit = (await repo.ref(pin)) ?? '';
  const ran = await repo.wtOrch(['clean', '--older-than', '0s']);
  expect(ran.code, ran.output).toBe(0);
  expect(ran.stdout).toContain(commit);
  expect(await readdir(join(repo.stateDir, 'runs'))).toEqual([]);
  expect(await repo.ref(pin)).toBeUndefined();
});

test('files of a process that was killed go once they are old', async () => {
  await using repo = await prepared();
  const tmp = join(repo.stateDir, 'tmp');
  await mkdir(tmp, { recursive: true });
  for (const name of ['old.index', 'new.index']) await writeFile(join(tmp, name), '');
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(join(tmp, 'old.index'), yesterday, yesterday);
  await repo.wtOrch(['clean']);
  expect(await readdir(tmp)).toEqual(['new.index']);
});

test('a duration that is none is refused', async () => {
  await using repo = await prepared();
  expect((await repo.wtOrch(['clean', '--older-than', '30'])).code).toBe(2);
});
