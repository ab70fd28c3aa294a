import { describe, expect, test } from 'vitest';
import { trackedPaths } from '../../src/conflicts/index.ts';
import { overlapsAmong, type StepContext, select, stepFor } from '../../src/orchestrator/index.ts';
import type { Task } from '../../src/tasks/index.ts';
import { read } from '../tasks/reading.ts';

const nothing = trackedPaths([]);
const backlog = read(
  '### [ ] A-1: first',
  '- files: a.txt, shared/**',
  '- depends: c-3',
  '',
  '### [ ] B-2: second',
  '- files: shared/b.txt',
  '- priority: high',
  '',
  '### [ ] C-3: third',
  '- files: a.txt',
  '- timeout: 2m',
  '',
  '### [x] D-4: done',
  '### [!] E-5: failed',
  '### [ ] F-6: needs one that failed',
  '- depends: E-5',
);
const ids = (tasks: readonly Task[]) => tasks.map(({ id }) => id);

describe('select', () => {
  test('without names chooses what is ready, dependencies first, then by priority', () => {
    const { runnable, refused } = select(backlog, nothing);
    expect(ids(runnable)).toEqual(['B-2', 'C-3', 'A-1']);
    expect(refused.map(({ task, readiness }) => [task.id, readiness.state])).toEqual([['F-6', 'blocked']]);
  });
  test('refuses, with its state, what was named and cannot run', () => {
    const { runnable, refused } = select(backlog, nothing, ['d-4', 'E-5', 'b-2']);
    expect(ids(runnable)).toEqual(['B-2']);
    expect(refused.map(({ task, readiness }) => [task.id, readiness.state])).toEqual([
      ['D-4', 'done'],
      ['E-5', 'blocked'],
    ]);
  });
  test('tells pairs that touch the same files, and which of them wait for each other anyway', () => {
    const overlaps = select(backlog, nothing).overlaps.map(({ tasks, ordered }) => [[...tasks].sort().join(), ordered]);
    expect(overlaps.sort()).toEqual([
      ['A-1,B-2', false],
      ['A-1,C-3', true],
    ]);
    expect(overlapsAmong([], nothing)).toEqual([]);
  });
});

describe('stepFor', () => {
  const context: StepContext = {
    agentOf: () => ({ name: 'bot', timeoutMs: 1000 }),
    worktreeRoot: '/w',
    attemptsOf: () => 2,
    inRun: (id) => id.toLowerCase() === 'c-3',
  };
  const step = (id: string, more: Partial<StepContext> = {}) => {
    const task = backlog.tasks.find((one) => one.id === id);
    if (task === undefined) throw new Error(`no task ${id}`);
    return stepFor(task, { ...context, ...more });
  };
  test('freezes the task with its place, its attempt and the tasks of the run it waits for', () => {
    expect(step('A-1')).toMatchObject({
      task: 'A-1',
      title: 'first',
      status: 'ready',
      worktree: '/w/bot-A-1',
      branch: 'wt-orch/A-1',
      attempt: 3,
      after: ['C-3'],
      claims: ['a.txt', 'shared/**'],
      entry: { kind: 'fresh' },
    });
    expect(step('F-6').after).toEqual([]);
  });
  test('the time limit of the command line goes before the one of the task, and that before the one of the agent', () => {
    expect([step('A-1').timeoutMs, step('C-3').timeoutMs, step('C-3', { timeoutMs: 5 }).timeoutMs]).toEqual([
      1000, 120_000, 5,
    ]);
  });
});
