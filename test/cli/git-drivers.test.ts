import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Check } from '../../src/cli/doctor/check.ts';
import { type Prepared, prepared } from './prepared.ts';

const notebooks = { '.gitattributes': '*.ipynb filter=nbstrip\n', 'a.ipynb': 'code\n' };
const define = async (repo: Prepared, smudge = 'sed s/code/CODE/') => {
  await repo.git(['config', 'filter.nbstrip.clean', 'sed s/CODE/code/']);
  await repo.git(['config', 'filter.nbstrip.smudge', smudge]);
};
const config = async (repo: Prepared, git: object) => {
  const before = JSON.parse((await repo.read('.wt-orch/config.yaml')) ?? '{}');
  await repo.write({ '.wt-orch/config.yaml': JSON.stringify({ ...before, git }) });
};
const checked = async (repo: Prepared, name: string): Promise<Check | undefined> => {
  const { checks } = JSON.parse((await repo.wtOrch(['doctor', '--json'])).stdout) as { checks: readonly Check[] };
  return checks.find((check) => check.name === name);
};

test('neither a run nor a worktree starts while files belong to a program that nobody approved, and say how to', async () => {
  await using repo = await prepared({ files: notebooks });
  await define(repo);
  for (const args of [
    ['run', 'T-1'],
    ['worktree', 'create', 'worker', 'T-1'],
  ]) {
    const ran = await repo.wtOrch(args);
    expect(ran.code, args.join(' ')).toBe(2);
    expect(ran.stderr).toContain('filter.nbstrip.smudge = sed s/code/CODE/');
    expect(ran.stderr).toContain('git: { drivers: [nbstrip] } in .wt-orch/config.yaml');
  }
  expect(await checked(repo, 'git drivers')).toMatchObject({
    state: 'fail',
    fix: expect.stringContaining('drivers: [nbstrip]'),
  });
  expect(await repo.ref('wt-orch/T-1')).toBeUndefined();
});

test('an approved filter works for agents and for what lands; another program in its place stops the next run', async () => {
  const agent = 'cat a.ipynb > "$WT_ORCH_TASK.seen"; echo CODE again > "$WT_ORCH_TASK.ipynb"';
  await using repo = await prepared({ files: notebooks, agent });
  await define(repo);
  await config(repo, { drivers: ['nbstrip'] });
  expect((await repo.wtOrch(['run', 'T-1'])).code).toBe(0);
  expect(await repo.git(['show', 'main:T-1.seen'])).toBe('CODE');
  expect(await repo.git(['show', 'main:T-1.ipynb'])).toBe('code again');
  expect(await repo.read('T-1.ipynb')).toBe('CODE again\n');
  expect(await checked(repo, 'git drivers')).toMatchObject({ state: 'ok', message: 'nbstrip (approved)' });
  await define(repo, 'tee stolen');
  const ran = await repo.wtOrch(['run', 'T-2']);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('filter.nbstrip.smudge = tee stolen');
  expect(ran.stderr).toContain('filter.nbstrip.smudge = sed s/code/CODE/');
  expect(ran.stderr).toContain(join(repo.stateDir, 'approved.json'));
});

test('settings that an agent plants have no effect on the run, and are said; so are those of tests, at the end', async () => {
  const agent = [
    'git config core.fsmonitor "touch $HOME/../ran"',
    'git config filter.evil.smudge "touch $HOME/../ran"',
    'echo "* filter=evil" > .gitattributes',
    'echo x > x.txt',
  ].join('; ');
  await using repo = await prepared({
    agent,
    config: { landing: { test: [['sh', '-c', 'git -C "$HOME/../project" config alias.late status']] } },
  });
  const ran = await repo.wtOrch(['run', 'T-1']);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toMatch(
    /T-1 .*warning: while its agent worked, the git configuration has changed: core\.fsmonitor is new and filter\.evil\.smudge is new\./,
  );
  expect(ran.stderr).toMatch(/warning: the git configuration has changed: alias\.late is new\./);
  expect(await repo.read('x.txt')).toBe('x\n');
  expect(await repo.read('../ran')).toBeUndefined();
  const next = await repo.wtOrch(['run', 'T-2']);
  expect(next.code).toBe(2);
  expect(next.stderr).toContain('filter.evil.smudge');
});

test('a repository whose core.worktree leads elsewhere is refused with the way back', async () => {
  await using repo = await prepared();
  await repo.git(['config', 'core.worktree', repo.folder]);
  const ran = await repo.wtOrch(['run', 'T-1']);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(`its files are in ${repo.folder}, which does not belong to it`);
  expect(ran.stderr).toContain('git config --unset core.worktree');
});

test('doctor says which git is there, what is needed and what a newer one would give', async () => {
  await using repo = await prepared();
  const said = (await checked(repo, 'git'))?.message ?? '';
  const version = /\d+\.\d+\.\d+/.exec(await repo.git(['version']))?.[0] ?? '';
  expect(said).toContain(`git ${version} (2.38 or newer is needed): merges in memory`);
  expect(said).toContain('many merges in one process');
});
