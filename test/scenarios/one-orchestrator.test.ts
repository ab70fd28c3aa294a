import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { carriers, isDead } from '../support/processes.ts';
import type { Ran } from '../support/program.ts';
import { project } from './project.ts';

const slow = 'put "$WT_ORCH_TASK.txt" half; say "here-$WT_ORCH_TASK" "$$"; wait_for go; put "$WT_ORCH_TASK.txt" whole';

test('of two runs at once the second is refused: it says who is at work, and how to join', async () => {
  await using p = await project({ tasks: ['O-1', 'O-2'], agents: { default: slow } });
  const first = p.start(['run', '--json', 'O-1']);
  const { run } = await first.line('runStarted');
  await p.heard('here-O-1');
  const second = await p.wtOrch(['run', 'O-2']);
  expect(second.code, second.output).toBe(2);
  expect(second.output).toContain(String(first.child.pid));
  expect(second.output).toContain(String(run));
  expect(second.output).toContain('--join');

  const joined = await p.wtOrch(['run', '--join', 'O-2']);
  expect(joined.code, joined.output).toBe(0);
  await p.heard('here-O-2');
  await p.say('go');
  const ended = await first.ended;
  expect(ended.code, ended.output).toBe(0);
  expect((await p.mainLine()).toSorted()).toEqual(['O-1: Do O-1', 'O-2: Do O-2', 'first']);
});

test('of many runs that start at the same moment exactly one works', async () => {
  await using p = await project({ tasks: ['O-1'], agents: { default: slow } });
  const runs = Array.from({ length: 4 }, () => p.start(['run', '--json', 'O-1']));
  const refused: Ran[] = [];
  await new Promise<void>((resolve) => {
    for (const run of runs) {
      void run.ended.then((ran) => {
        refused.push(ran);
        if (refused.length === 3) resolve();
      });
    }
  });
  expect(
    refused.map(({ code }) => code),
    refused.map(({ output }) => output).join('\n'),
  ).toEqual([2, 2, 2]);
  await p.heard('here-O-1');
  await p.say('go');
  const ended = await Promise.all(runs.map((run) => run.ended));
  expect(ended.map(({ code }) => code).toSorted()).toEqual([0, 2, 2, 2]);
  expect(await p.mainLine()).toEqual(['O-1: Do O-1', 'first']);
});

test('a join with no run, and a stop with no run, say so', async () => {
  await using p = await project({ tasks: ['O-1'] });
  const join = await p.wtOrch(['run', '--join', 'O-1']);
  expect([join.code, join.output]).toEqual([2, expect.stringContaining('no run to join')]);
  const stop = await p.wtOrch(['stop']);
  expect([stop.code, stop.output]).toEqual([1, expect.stringContaining('No run is going on')]);
});

test('one task is stopped and the others land', async () => {
  await using p = await project({ tasks: ['O-1', 'O-2'], agents: { default: slow } });
  const run = p.start(['run', '--json', '--all']);
  const pid = Number(await p.heard('here-O-1'));
  await p.heard('here-O-2');
  const stop = await p.wtOrch(['stop', 'o-1']);
  expect(stop.code, stop.output).toBe(0);
  await run.line('agentExited', 'O-1');
  expect(isDead(pid)).toBe(true);
  await p.say('go');
  const ended = await run.ended;
  expect(ended.code, ended.output).toBe(3);
  expect(run.lines().at(-1)).toMatchObject({ tasks: [{ outcome: 'cancelled' }, { outcome: 'landed' }] });
  expect(await p.read('O-1.txt', p.worktree('O-1'))).toBe('half\n');
  expect(await p.tasksFile()).toContain('- [ ] O-1');
});

test('a run is stopped: its agents end with their children, its worktrees stay', async () => {
  await using p = await project({
    tasks: ['O-1', 'O-2'],
    agents: { default: `sh -c 'while :; do sleep 1; done' & ${slow}` },
  });
  const run = p.start(['run', '--json', '--all']);
  await p.heard('here-O-1');
  await p.heard('here-O-2');
  expect((await p.wtOrch(['stop'])).code).toBe(0);
  const ended = await run.ended;
  expect(ended.code, ended.output).toBe(3);
  expect(carriers(String(run.lines()[0]?.['run']))).toEqual([]);
  expect(existsSync(p.worktree('O-1')) && existsSync(p.worktree('O-2'))).toBe(true);
});

test.for([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends the agents with their children, keeps the worktrees, and is exit code %i',
  async ([signal, code]) => {
    await using p = await project({
      tasks: ['O-1', 'O-2'],
      agents: { default: `setsid sh -c 'trap "" TERM INT; while :; do sleep 1; done' & ${slow}` },
      config: { maxParallel: 1 },
    });
    const run = p.start(['run', '--json', '--all']);
    await p.heard('here-O-1');
    run.kill(signal);
    const ended = await run.ended;
    expect(ended.code, ended.output).toBe(code);
    expect(carriers(String(run.lines()[0]?.['run']))).toEqual([]);
    expect(await p.read('O-1.txt', p.worktree('O-1'))).toBe('half\n');
    expect(await p.mainLine()).toEqual(['first']);
    const status = await p.status();
    expect(status.tasks.map(({ id, state }) => [id, state])).toEqual([
      ['O-1', 'cancelled'],
      ['O-2', 'cancelled'],
    ]);
    await p.say('go');
    const again = await p.runJson('O-1');
    expect(again.code, again.output).toBe(0);
    expect(await p.git(['show', 'refs/wt-orch/attempts/O-1/1:O-1.txt'])).toBe('half');
  },
);
