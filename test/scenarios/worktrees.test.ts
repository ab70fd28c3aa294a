import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { leftovers } from './evidence.ts';
import { project } from './project.ts';

test('a worktree and the test checkout are set up with the commands and the copied files', async () => {
  await using p = await project({
    tasks: ['W-1'],
    test: 'cat copied.ignored installed.ignored\n',
    config: {
      worktrees: {
        setup: [['sh', '-c', 'echo set up > installed.ignored']],
        copy: ['copied.ignored', 'absent.ignored'],
      },
    },
    agents: { 'W-1': 'cat copied.ignored installed.ignored > seen.txt' },
  });
  await p.write({ 'copied.ignored': 'mine\n' });
  const run = await p.runJson('W-1');
  expect(run.code, run.output).toBe(0);
  expect(await p.read('seen.txt')).toBe('mine\nset up\n');
});

test('a set-up that fails starts no agent, and keeps the worktree and its log', async () => {
  await using p = await project({
    tasks: ['W-1'],
    config: { worktrees: { setup: ['echo "cannot install" >&2; exit 7'] } },
    agents: { 'W-1': 'say started' },
  });
  const run = await p.runJson('W-1');
  expect(run.code, run.output).toBe(1);
  expect(run.outcome('W-1')).toBe('agent_failed');
  expect(existsSync(p.worktree('W-1'))).toBe(true);
  expect(existsSync(`${p.stage}/started`)).toBe(false);
  const ended = run.lines.find((line) => line.type === 'stepEnded') as unknown as { reason: { kind: string } };
  expect(ended.reason.kind).toBe('setupFailed');
  expect((await p.wtOrch(['why', 'W-1'])).stdout).toContain('exit 7');
});

test('without a configured test nothing lands, and the hold says why', async () => {
  await using p = await project({ tasks: ['W-1'], config: { landing: {} } });
  const run = await p.wtOrch(['run', 'W-1']);
  expect(run.code, run.output).toBe(4);
  expect(run.output).toContain('landing.test');
  expect(await p.mainLine()).toEqual(['first']);
});

test('with tests switched off on purpose work lands, and that it is untested is said', async () => {
  await using p = await project({ tasks: ['W-1'], config: { landing: { test: [] } } });
  const run = await p.wtOrch(['run', 'W-1']);
  expect(run.code, run.output).toBe(0);
  expect(run.output).toContain('untested');
  expect(await p.mainLine()).toEqual(['W-1: Do W-1', 'first']);
});

test('with --no-land branches get ready and main stays; `land` lands them later', async () => {
  await using p = await project({ tasks: ['W-1', 'W-2'] });
  const run = await p.runJson('--all', '--no-land');
  expect(run.code, run.output).toBe(0);
  expect([run.outcome('W-1'), run.outcome('W-2')]).toEqual(['ready', 'ready']);
  expect(await p.mainLine()).toEqual(['first']);
  expect(await p.tasksFile()).not.toMatch(/\[[^ ]\]/);
  const land = await p.wtOrch(['land']);
  expect(land.code, land.output).toBe(0);
  expect((await p.mainLine()).toSorted()).toEqual(['W-1: Do W-1', 'W-2: Do W-2', 'first']);
  expect(await leftovers(p)).toEqual([]);
});

test('a started task is marked so, where that is asked for, and unmarked when the run is stopped', async () => {
  await using p = await project({
    tasks: ['W-1'],
    config: { tasks: { markInProgress: true } },
    agents: { 'W-1': 'say here; wait_for go; put w w' },
  });
  const first = p.start(['run', '--json', 'W-1']);
  await p.heard('here');
  expect(await p.tasksFile()).toContain('- [~] W-1');
  first.kill('SIGTERM');
  expect((await first.ended).code).toBe(143);
  expect(await p.tasksFile()).toContain('- [ ] W-1');
  await p.say('go');
  expect((await p.runJson('W-1')).code).toBe(0);
  expect(await p.tasksFile()).toContain('- [x] W-1');
});

test.for(['squash', 'rebase'])('landed by %s, main is a line without merges', async (strategy) => {
  await using p = await project({
    tasks: ['W-1', 'W-2'],
    config: { landing: { test: [['sh', 'test.sh']], strategy } },
    agents: { default: 'put "$WT_ORCH_TASK-a" a; commit a; put "$WT_ORCH_TASK-b" b; commit b' },
  });
  const run = await p.runJson('--all');
  expect(run.code, run.output).toBe(0);
  expect(await p.git(['log', '--merges', '--format=%s', 'main'])).toBe('');
  expect((await p.git(['ls-tree', '--name-only', 'main'])).split('\n')).toEqual(
    expect.arrayContaining(['W-1-a', 'W-1-b', 'W-2-a', 'W-2-b']),
  );
});
