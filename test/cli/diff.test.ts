import { expect, test } from 'vitest';
import { prepared } from './prepared.ts';

test('diff shows what a branch has changed since it left the target, and none of what the target has done since', async () => {
  await using repo = await prepared();
  await repo.wtOrch(['run', 'T-1', '--no-land']);
  await repo.commit({ 'later.txt': 'on main\n' });
  const diff = await repo.wtOrch(['diff', 't-1']);
  expect(diff.code).toBe(0);
  expect(diff.stdout).toContain('+++ b/T-1.txt');
  expect(diff.stdout).not.toContain('later.txt');
  expect((await repo.wtOrch(['diff', 'T-1', '--stat'])).stdout).toBe('T-1.txt  +1 -0\n1 file, +1 -0\n');
});

test.for(['merge', 'squash', 'rebase'])(
  'once it has landed (%s) diff shows all that the landing changed',
  async (strategy) => {
    const agent = 'for n in 1 2; do echo $n > $WT_ORCH_TASK.$n; git add -A; git commit -qm $n; done';
    await using repo = await prepared({ agent, config: { landing: { test: [], strategy } } });
    expect((await repo.wtOrch(['run', 'T-1'])).code).toBe(0);
    expect(await repo.ref('wt-orch/T-1')).toBeUndefined();
    const diff = await repo.wtOrch(['diff', 'T-1', '--stat']);
    expect(diff.stdout).toBe('T-1.1  +1 -0\nT-1.2  +1 -0\n2 files, +2 -0\n');
    expect(diff.stderr).toContain('landed');
  },
);

test('diff says what it does not show: uncommitted work in the worktree', async () => {
  await using repo = await prepared();
  await repo.wtOrch(['run', 'T-1', '--no-land']);
  await repo.write({ 'more.txt': 'more\n' }, `${repo.worktrees}/worker-T-1`);
  const diff = await repo.wtOrch(['diff', 'T-1']);
  expect(diff.stdout).not.toContain('more.txt');
  expect(diff.stderr).toContain('uncommitted work in 1 file');
});

test('a task without a branch that never landed has no diff', async () => {
  await using repo = await prepared();
  const diff = await repo.wtOrch(['diff', 'T-1']);
  expect(diff).toMatchObject({ code: 2, stdout: '' });
});
