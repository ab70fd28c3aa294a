import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepared } from './prepared.ts';

const gates = {
  security: { builtin: 'security' },
  tidy: { command: ['sh', '-c', 'test -e ready && ! test -e T-2.txt'] },
};

test('gate judges the tip of a branch in a checkout with its set-up, says each verdict, and leaves no checkout', async () => {
  await using repo = await prepared({ config: { gates: {}, landing: { test: [] } } });
  await repo.wtOrch(['run', '--all', '--no-land']);
  const config = JSON.parse((await repo.read('.wt-orch/config.yaml')) ?? '');
  await repo.write({
    '.wt-orch/config.yaml': JSON.stringify({ ...config, gates, worktrees: { setup: [['touch', 'ready']] } }),
  });
  const passed = await repo.wtOrch(['gate', 't-1']);
  expect(passed.code, passed.output).toBe(0);
  expect(passed.stdout).toMatch(/^gate security: pass\ngate tidy: pass\nT-1 at [0-9a-f]{10}: passes\n$/);
  const blocked = await repo.wtOrch(['gate', 'T-2', '--json']);
  expect(blocked.code, blocked.output).toBe(1);
  expect(JSON.parse(blocked.stdout)).toMatchObject({
    task: 'T-2',
    verdict: 'blocked',
    gates: [
      { gate: 'security', verdict: 'pass' },
      { gate: 'tidy', verdict: 'fail', findings: [{ rule: 'command' }] },
    ],
  });
  expect(await readdir(join(repo.worktrees, '.slots'))).toEqual([]);
  expect(await readdir(join(repo.stateDir, 'control.git/worktrees'))).toEqual([]);
});

test('gates for certain tags look at the task in the task file, not at the branch', async () => {
  await using repo = await prepared({
    config: { gates: { money: { command: ['false'], when: { tags: ['financial'] } } }, landing: { test: [] } },
    files: { 'TASKS.md': '- [ ] T-1 One — tags: financial\n- [ ] T-2 Two\n' },
  });
  await repo.git(['branch', 'wt-orch/T-1']);
  await repo.git(['branch', 'wt-orch/T-2']);
  await repo.commitOn('wt-orch/T-1', 'main', { 'TASKS.md': '- [ ] T-1 One\n' });
  expect((await repo.wtOrch(['gate', 'T-1'])).code).toBe(1);
  const other = await repo.wtOrch(['gate', 'T-2']);
  expect(other.code).toBe(0);
  expect(other.stdout).toContain('gate money: n/a');
});

test('a task without a branch has nothing to judge', async () => {
  await using repo = await prepared();
  const ran = await repo.wtOrch(['gate', 'T-1']);
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toContain('wt-orch/T-1');
});
