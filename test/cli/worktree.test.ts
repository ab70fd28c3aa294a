import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { prepared } from './prepared.ts';

test('create makes the worktree that a run would make, with copies and set-up, and prints its path alone on stdout', async () => {
  await using repo = await prepared({
    config: { worktrees: { setup: ['echo "$WT_ORCH_TASK" > set-up.txt'], copy: ['.env'] } },
  });
  await repo.write({ '.env': 'SECRET=1\n' });
  const made = await repo.wtOrch(['worktree', 'create', 'worker', 't-1']);
  const path = join(repo.worktrees, 'worker-T-1');
  expect(made, made.output).toMatchObject({ code: 0, stdout: `${path}\n` });
  expect(await repo.git(['symbolic-ref', 'HEAD'], path)).toBe('refs/heads/wt-orch/T-1');
  expect(await repo.read('set-up.txt', path)).toBe('T-1\n');
  expect(await repo.read('.env', path)).toBe('SECRET=1\n');
  expect(await repo.git(['status', '--porcelain'])).toBe('?? .env');

  const again = await repo.wtOrch(['worktree', 'create', 'other', 'T-1']);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('wt-orch/T-1');
});

test('create refuses what is no id and a place that is taken, and says that a task is unknown', async () => {
  await using repo = await prepared();
  for (const words of [
    ['worker', '../x'],
    ['worker', '-x'],
    ['..', 'T-1'],
    ['a/b', 'T-1'],
  ]) {
    const ran = await repo.wtOrch(['worktree', 'create', '--', ...words]);
    expect(ran.code, words.join(' ')).toBe(2);
  }
  await mkdir(join(repo.worktrees, 'worker-X-9'), { recursive: true });
  await writeFile(join(repo.worktrees, 'worker-X-9/mine.txt'), 'mine\n');
  const taken = await repo.wtOrch(['worktree', 'create', 'worker', 'X-9']);
  expect(taken.code).toBe(1);
  expect(taken.stderr).toContain('TASKS.md has no task X-9');
  expect(taken.stderr).toContain(join(repo.worktrees, 'worker-X-9'));
  expect(await repo.ref('wt-orch/X-9')).toBeUndefined();
  expect(await repo.read('.worktrees/worker-X-9/mine.txt')).toBe('mine\n');
});

test('a set-up that fails keeps the worktree and is told by the exit code', async () => {
  await using repo = await prepared({ config: { worktrees: { setup: ['exit 3'] } } });
  const made = await repo.wtOrch(['worktree', 'create', 'worker', 'T-1']);
  expect(made.code).toBe(1);
  expect(made.stderr).toContain('exit code 3');
  expect(await repo.read('README.md', join(repo.worktrees, 'worker-T-1'))).toBe('# A project\n');
});

test('list shows our worktrees with what would be lost, and no others', async () => {
  await using repo = await prepared();
  await repo.git(['worktree', 'add', '--quiet', '-b', 'mine', join(repo.folder, 'mine')]);
  for (const id of ['T-1', 'T-2', 'X-3']) await repo.wtOrch(['worktree', 'create', 'worker', id]);
  const at = (id: string) => join(repo.worktrees, `worker-${id}`);
  await repo.commit({ 'a.txt': 'a\n' }, 'work', at('T-1'));
  await repo.write({ 'b.txt': 'b\n' }, at('T-2'));
  await rm(at('X-3'), { recursive: true });
  const listed = await repo.wtOrch(['worktree', 'list', '--json']);
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { path: at('T-1'), branch: 'wt-orch/T-1', task: 'T-1', state: 'clean', uncommitted: [], ahead: 1 },
    { path: at('T-2'), branch: 'wt-orch/T-2', task: 'T-2', state: 'dirty', uncommitted: ['b.txt'], ahead: 0 },
    { path: at('X-3'), branch: 'wt-orch/X-3', task: 'X-3', state: 'missing', ahead: 0 },
  ]);
});

test('remove takes away what holds nothing of its own', async () => {
  await using repo = await prepared();
  await repo.wtOrch(['worktree', 'create', 'worker', 'T-1']);
  const removed = await repo.wtOrch(['worktree', 'remove', 't-1']);
  expect(removed, removed.output).toMatchObject({
    code: 0,
    stdout: 'removed .worktrees/worker-T-1 and branch wt-orch/T-1\n',
  });
  expect(await repo.ref('wt-orch/T-1')).toBeUndefined();
  expect((await repo.wtOrch(['worktree', 'remove', 'T-1'])).code).toBe(2);
});

test('remove refuses uncommitted and unmerged work by name; with --force all of it is kept under a ref first', async () => {
  await using repo = await prepared();
  await repo.wtOrch(['worktree', 'create', 'worker', 'T-1']);
  const path = join(repo.worktrees, 'worker-T-1');
  await repo.write({ 'draft.txt': 'not yet committed\n' }, path);
  const dirty = await repo.wtOrch(['worktree', 'remove', 'T-1']);
  expect(dirty.code).toBe(1);
  expect(dirty.stderr).toContain('draft.txt');
  const tip = await repo.commit({ 'done.txt': 'committed\n', 'draft.txt': undefined }, 'a commit of mine', path);
  await repo.write({ 'draft.txt': 'not yet committed\n' }, path);
  const ahead = await repo.wtOrch(['worktree', 'remove', 'T-1']);
  expect(ahead.code).toBe(1);
  expect(ahead.stderr).toContain(`${tip.slice(0, 10)} a commit of mine`);
  expect(await repo.read('draft.txt', path)).toBe('not yet committed\n');

  const forced = await repo.wtOrch(['worktree', 'remove', 'T-1', '--force']);
  expect(forced.code, forced.output).toBe(0);
  expect(forced.stdout).toContain('kept as refs/wt-orch/attempts/T-1/1');
  expect(await repo.git(['show', 'refs/wt-orch/attempts/T-1/1:draft.txt'])).toBe('not yet committed');
  expect(await repo.git(['show', 'refs/wt-orch/attempts/T-1/1:done.txt'])).toBe('committed');
  expect(await repo.ref('wt-orch/T-1')).toBeUndefined();
  expect(await repo.git(['worktree', 'list'])).not.toContain('worker-T-1');
});

test('a repository inside a worktree cannot be kept in a commit, so not even --force removes it', async () => {
  await using repo = await prepared();
  await repo.wtOrch(['worktree', 'create', 'worker', 'T-1']);
  const nested = join(repo.worktrees, 'worker-T-1/vendor');
  await mkdir(nested);
  await repo.git(['init', '--quiet'], nested);
  await repo.commit({ 'x.txt': 'x\n' }, 'inside', nested);
  const forced = await repo.wtOrch(['worktree', 'remove', 'T-1', '--force']);
  expect(forced.code).toBe(1);
  expect(forced.stderr).toContain('vendor/');
  expect(await repo.read('x.txt', nested)).toBe('x\n');
});

test('the worktree of a running agent is not removed', async () => {
  await using repo = await prepared({ agent: 'while [ -e "$HOME" ] && [ ! -e "$HOME/go" ]; do sleep 0.05; done' });
  const run = repo.start(['run', 'T-1', '--json']);
  await run.line('agentStarted');
  const removed = await repo.wtOrch(['worktree', 'remove', 'T-1', '--force']);
  expect(removed.code).toBe(1);
  expect(removed.stderr).toContain('wt-orch stop T-1');
  await writeFile(join(repo.folder, 'home/go'), '');
  await run.ended;
});

test('a branch that is checked out in the main worktree is not removed', async () => {
  await using repo = await prepared();
  await repo.git(['branch', 'target']);
  await repo.git(['switch', '--quiet', '-c', 'wt-orch/T-1']);
  await repo.write({ '.wt-orch/config.yaml': 'version: 1\ntarget: target\n' });
  const removed = await repo.wtOrch(['worktree', 'remove', 'T-1', '--force']);
  expect(removed.code).toBe(1);
  expect(removed.stderr).toContain('checked out');
  expect(await repo.ref('wt-orch/T-1')).toBeDefined();
});

test('the scripts make, show and remove a worktree from any folder of the repository', async () => {
  await using repo = await prepared({ files: { 'src/a.txt': 'a\n' } });
  const script = (name: string, ...args: readonly string[]) =>
    promisify(execFile)(fileURLToPath(new URL(`../../scripts/${name}`, import.meta.url)), args, {
      cwd: join(repo.root, 'src'),
      env: repo.env,
    });
  expect((await repo.wtOrch(['worktree', 'list'])).code).toBe(0);
  const made = await script('worktree-create.sh', 'worker', 'T-1');
  expect(made.stdout).toBe(`${join(repo.worktrees, 'worker-T-1')}\n`);
  expect(JSON.parse((await script('worktree-status.sh', '--json')).stdout)).toMatchObject({ tasks: [] });
  await repo.write({ 'x.txt': 'x\n' }, join(repo.worktrees, 'worker-T-1'));
  await expect(script('worktree-cleanup.sh', 'T-1')).rejects.toMatchObject({ code: 1 });
  expect((await script('worktree-cleanup.sh', 'T-1', '--force')).stdout).toContain('removed .worktrees/worker-T-1');
});
