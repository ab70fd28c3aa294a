import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isDead } from '../support/processes.ts';
import { leftovers } from './evidence.ts';
import { project } from './project.ts';

test('an agent that says it had nothing to change frees those who wait for it', async () => {
  await using p = await project({
    tasks: '- [ ] N-1 Look\n- [ ] N-2 Next — depends: N-1\n',
    agents: { 'N-1': `report '{"status":"no_change"}'` },
  });
  const run = await p.runJson('--all');
  expect(run.code, run.output).toBe(0);
  expect([run.outcome('N-1'), run.outcome('N-2')]).toEqual(['no_change', 'landed']);
  expect(await p.tasksFile()).toContain('- [x] N-1');
  expect(await p.mainLine()).toEqual(['N-2: Next', 'first']);
  expect(await leftovers(p)).toEqual([]);
});

test('an agent that leaves nothing and says nothing frees nobody, and is no success to build on', async () => {
  await using p = await project({
    tasks: '- [ ] N-1 Look\n- [ ] N-2 Next — depends: N-1\n',
    agents: { 'N-1': 'exit 0' },
  });
  const run = await p.runJson('N-1');
  expect(run.code, run.output).toBe(0);
  expect(run.outcome('N-1')).toBe('no_change');
  expect(await p.tasksFile()).toContain('- [ ] N-1');
  const both = await p.runJson('--all');
  expect(both.code, both.output).toBe(1);
  expect([both.outcome('N-1'), both.outcome('N-2')]).toEqual(['no_change', 'skipped']);
  expect(await p.mainLine()).toEqual(['first']);
});

test('uncommitted work is one commit of the branch, without ignored files and without the status report', async () => {
  await using p = await project({
    tasks: ['H-1'],
    files: { 'old.txt': 'old\n', 'gone.txt': 'gone\n' },
    agents: {
      'H-1': `put first.txt committed; commit one; put old.txt changed; put "sub dir/new é.txt" new; rm gone.txt; put secret.ignored x
        report '{"status":"completed"}'; put TASKS.md mine`,
    },
  });
  const tasks = await p.tasksFile();
  const run = await p.runJson('H-1');
  expect(run.code, run.output).toBe(0);
  expect(await p.git(['log', '--format=%s', '--no-merges', 'main'])).toBe(
    'H-1: uncommitted work, harvested\none\nfirst',
  );
  expect((await p.git(['-c', 'core.quotePath=false', 'ls-tree', '-r', '--name-only', 'main'])).split('\n')).toEqual([
    '.gitignore',
    '.wt-orch/config.yaml',
    'TASKS.md',
    'first.txt',
    'old.txt',
    'sub dir/new é.txt',
    'test.sh',
  ]);
  expect(await p.tasksFile()).toBe(tasks.replace('[ ]', '[x]'));
});

test('an agent that never ends is stopped with all its children, and what it did is saved on its branch', async () => {
  await using p = await project({
    tasks: ['T-1'],
    agents: {
      'T-1': `put half.txt half
        sh -c 'trap "" TERM; echo $$ > "$STAGE/deaf"; while :; do sleep 1; done' &
        setsid sh -c 'trap "" TERM; echo $$ > "$STAGE/escaped"; while :; do sleep 1; done' &
        wait_for deaf; wait_for escaped; trap "" TERM; while :; do sleep 1; done`,
    },
    profile: { stopGrace: '100ms' },
  });
  const run = await p.runJson('T-1', '--timeout', '4s');
  expect(run.code, run.output).toBe(1);
  expect(run.outcome('T-1')).toBe('timed_out');
  expect([Number(await p.heard('deaf')), Number(await p.heard('escaped'))].map(isDead)).toEqual([true, true]);
  expect(await p.git(['show', 'wt-orch/T-1:half.txt'])).toBe('half');
  expect(await p.git(['log', '-1', '--format=%s', 'wt-orch/T-1'])).toBe(
    'T-1: work in progress, saved at the time limit',
  );
  expect(await p.git(['stash', 'list'])).toBe('');
  expect(existsSync(p.worktree('T-1'))).toBe(true);
  expect(await p.tasksFile()).toContain('- [!] T-1');
  expect(run.lines.find((line) => line.type === 'worktreeKept')).toMatchObject({ task: 'T-1' });
});

test('what a finished agent left running in the background is ended before its work is read', async () => {
  await using p = await project({
    tasks: ['T-1'],
    agents: {
      'T-1': `put work.txt done; setsid sh -c 'echo $$ > "$STAGE/server"; while :; do sleep 1; done' & wait_for server`,
    },
  });
  const run = await p.runJson('T-1');
  expect(run.code, run.output).toBe(0);
  expect(isDead(Number(await p.heard('server')))).toBe(true);
});

test('a failed attempt is kept and named; a retry pins its tip, starts afresh from main, and lands', async () => {
  await using p = await project({
    tasks: ['F-1'],
    agents: { 'F-1': 'put half.txt half; commit half; put more.txt more; exit 3' },
  });
  const failed = await p.wtOrch(['run', 'F-1']);
  expect(failed.code, failed.output).toBe(1);
  expect(failed.output).toContain('.worktrees/scripted-F-1');
  expect(await p.tasksFile()).toContain('- [!] F-1');
  const again = await p.wtOrch(['run', 'F-1']);
  expect(again.code).toBe(2);
  expect(again.output).toContain('retry');

  await p.agent('F-1', 'ls > seen; put whole.txt whole');
  const retried = await p.wtOrch(['retry', 'F-1']);
  expect(retried.code, retried.output).toBe(0);
  expect(await p.read('seen')).not.toContain('half.txt');
  expect(await p.read('half.txt')).toBeUndefined();
  expect(await p.git(['show', 'refs/wt-orch/attempts/F-1/1:more.txt'])).toBe('more');
  expect(await p.git(['show', 'refs/wt-orch/attempts/F-1/1:half.txt'])).toBe('half');
  expect(await p.tasksFile()).toContain('- [x] F-1');
});

test('a retry that continues keeps branch and worktree', async () => {
  await using p = await project({
    tasks: ['F-1'],
    agents: { 'F-1': 'put half.txt half; commit half; put more.txt more; exit 3' },
  });
  expect((await p.runJson('F-1')).code).toBe(1);
  await p.agent('F-1', 'test -e half.txt; test -e more.txt; put whole.txt whole');
  const retried = await p.wtOrch(['retry', 'F-1', '--continue']);
  expect(retried.code, retried.output).toBe(0);
  expect(await p.read('half.txt')).toBe('half\n');
  expect(await p.read('whole.txt')).toBe('whole\n');
  expect(await leftovers(p)).toEqual([]);
});

test('an agent that says it failed has failed, whatever its exit code', async () => {
  await using p = await project({
    tasks: ['F-1'],
    agents: { 'F-1': `put x.txt x; report '{"status":"failed","message":"no idea"}'` },
  });
  const run = await p.runJson('F-1');
  expect(run.code).toBe(1);
  expect(run.outcome('F-1')).toBe('agent_failed');
  expect((await p.wtOrch(['why', 'F-1'])).stdout).toContain('no idea');
  expect(await p.read('x.txt', p.worktree('F-1'))).toBe('x\n');
});

test('an agent whose program does not exist fails its task in words', async () => {
  await using p = await project({ tasks: ['F-1'], profile: { command: ['no-such-agent'] } });
  const run = await p.runJson('F-1');
  expect(run.code).toBe(1);
  expect(run.outcome('F-1')).toBe('agent_failed');
  expect((await p.wtOrch(['why', 'F-1'])).stdout).toContain('no-such-agent');
});
