import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/orchestrator/index.ts';
import { type StatusTask, statusJson, statusText } from '../../src/report/index.ts';
import {
  builds,
  commitFor,
  endings,
  exits,
  fold,
  lands,
  outcomes,
  passes,
  prepares,
  queues,
  recorded,
  runs,
  spec,
  start,
  started,
  tested,
  tests,
} from './story.ts';

test('without a run everything is idle', () => {
  expect(statusJson(undefined, false)).toEqual({ run: null, state: 'idle', tasks: [], queue: [], questions: [] });
  expect(statusText(undefined, false, start, 80)).toBe(
    'No run yet. `wt-orch plan` shows what would run, `wt-orch run` runs it.\n',
  );
});

const question = {
  id: 'q1',
  kind: 'input',
  about: 'needsInput',
  prompt: 'Which\u001b[1m table?',
  options: [],
  task: 'A-1',
} as const;
const asks: readonly RunEvent[] = [
  ...runs('A-1'),
  exits('A-1'),
  { type: 'nothingFound', task: 'A-1' },
  { type: 'questionAsked', question },
  { type: 'personAwaited', task: 'A-1', question: 'q1' },
];
const held: readonly RunEvent[] = [
  ...runs('A-1'),
  ...queues('A-1'),
  { type: 'held', task: 'A-1', reason: { kind: 'targetBusy', detail: 'merge' } },
];

test.each<[StatusTask['state'], readonly RunEvent[]]>([
  ['waiting', []],
  ['preparing', prepares('A-1')],
  ['preparing', [...prepares('A-1'), { type: 'worktreeReady', task: 'A-1', base: 'b' }]],
  ['running', runs('A-1')],
  ['finishing', [...runs('A-1'), exits('A-1')]],
  ['gates', [...runs('A-1'), ...passes('A-1').slice(0, 2)]],
  ['gates', [...runs('A-1'), ...passes('A-1')]],
  ['waiting_person', asks],
  ['queued', [...runs('A-1'), ...queues('A-1')]],
  ['testing', [...runs('A-1'), ...queues('A-1'), builds('A-1'), tests('A-1')]],
  ['queued', [...runs('A-1'), ...queues('A-1'), builds('A-1'), tests('A-1'), tested('A-1', 'green')]],
  ['held', held],
  ['landed', [...runs('A-1'), ...queues('A-1'), ...lands('A-1').slice(0, 5)]],
  ...outcomes.map((outcome) => [outcome, endings[outcome]('A-1')] as [StatusTask['state'], readonly RunEvent[]]),
])('a task is %s', (word, events) => {
  expect(statusJson(fold(recorded(started(['A-1']), events)), true).tasks[0]?.state).toBe(word);
});

test('a running task shows its agent, what it says, and where it works', () => {
  const state = fold(
    recorded(started(['A-1', 'B-2'], { maxParallel: 1 }), runs('A-1'), {
      type: 'statusReported',
      task: 'A-1',
      claim: { status: 'in_progress', progress: 0.4, message: 'writing the model' },
    }),
  );
  const nothing = { reason: null, progress: null, worktree: null, branch: null, commit: null };
  expect(statusJson(state, true)).toEqual({
    run: 'r1',
    state: 'running',
    tasks: [
      {
        ...nothing,
        id: 'A-1',
        agent: 'bank',
        state: 'running',
        progress: 0.4,
        worktree: '/repo/.worktrees/bank-A-1',
        branch: 'wt-orch/A-1',
      },
      {
        ...nothing,
        id: 'B-2',
        agent: 'bank',
        state: 'waiting',
        reason: 'It waits for a free place: 1 agent of at most 1 at work.',
      },
    ],
    queue: [],
    questions: [],
  });
});

test('every wait has its reason', () => {
  const overlaps = [{ tasks: ['A-1', 'B-2'], paths: ['x'] }] as const;
  const steps = [
    spec('A-1', { resources: ['db'] }),
    spec('B-2'),
    spec('C-3', { resources: ['db'] }),
    spec('D-4', { after: ['A-1'] }),
  ];
  const reasons = (...events: readonly (RunEvent | readonly RunEvent[])[]) =>
    statusJson(fold(recorded(started(steps, { overlaps }), ...events)), true).tasks.map(({ reason }) => reason);
  const decision = 'It waits for the decision about tasks that would touch the same files.';
  expect(reasons()).toEqual([decision, decision, decision, decision]);
  const decided: RunEvent = { type: 'overlapsDecided', choice: 'sequential', by: 'person' };
  expect(reasons(decided, runs('A-1'))).toEqual([
    null,
    'It waits for A-1, which would touch the same files and comes first. A-1 is running.',
    'It waits for something that A-1 uses now.',
    'It waits for A-1 to land. A-1 is running.',
  ]);
  expect(reasons(decided, { type: 'stopRequested', task: 'B-2', by: 'person' })[1]).toBe('It is being stopped.');
});

test('every candidate in the queue has its reason, but for the one that is tested', () => {
  const three = [...runs('A-1'), ...queues('A-1'), ...runs('B-2'), ...queues('B-2'), ...runs('C-3'), ...queues('C-3')];
  const reasons = (...events: readonly RunEvent[]) => {
    const { queue, tasks } = statusJson(fold(recorded(started(['A-1', 'B-2', 'C-3']), three, events)), true);
    expect(queue).toEqual(['A-1', 'B-2', 'C-3']);
    return tasks.map(({ reason }) => reason);
  };
  const wait = 'It waits to be tested';
  expect(reasons()).toEqual([`${wait}.`, `${wait}.`, `${wait}.`]);
  expect(reasons(builds('A-1', 'B-2', 'C-3'), tests('A-1'))).toEqual([
    null,
    `${wait}, after A-1.`,
    `${wait}, after A-1.`,
  ]);
  expect(reasons(builds('A-1', 'B-2', 'C-3'), tested('A-1', 'green'))[0]).toBe('Its tests passed; it waits to land.');
  expect(reasons(builds('A-1', 'B-2'), tested('B-2', 'red', { kind: 'testsRed', detail: 'npm test' }))[1]).toBe(
    'The tests failed with it on top of A-1. Which of them is to blame is being found out.',
  );
  const chain = { ...builds('A-1', 'B-2'), conflicts: [{ task: 'C-3', onto: 'x', paths: ['a.ts'] }] } as RunEvent;
  expect(reasons(chain)[2]).toBe('It does not merge behind those before it, and waits until they have landed: a.ts.');
});

test('a run waits for a person only when nothing else in it moves', () => {
  const word = (...events: readonly (RunEvent | readonly RunEvent[])[]) =>
    statusJson(fold(recorded(started(['A-1', 'B-2']), ...events)), true).state;
  expect(word(asks)).toBe('waiting_person');
  expect(word(asks, runs('B-2'))).toBe('running');
  expect(word()).toBe('running');
});

test('a run whose process is gone was interrupted, unless it had ended', () => {
  const cut = fold(recorded(started(['A-1']), runs('A-1')));
  expect(statusJson(cut, false)).toMatchObject({
    state: 'interrupted',
    tasks: [{ state: 'running', reason: 'The run was interrupted here.' }],
  });
  const done = fold(recorded(started(['A-1']), endings.agent_failed('A-1'), { type: 'runEnded', exitCode: 1 }));
  expect(statusJson(done, false)).toMatchObject({
    state: 'ended',
    tasks: [{ state: 'agent_failed', reason: 'Its agent ended with exit code 1 (output: /logs/A-1/agent.log).' }],
  });
});

test('open questions are listed with prompts that are safe to print', () => {
  expect(statusJson(fold(recorded(started(['A-1']), asks)), true).questions).toEqual([
    { id: 'q1', kind: 'input', prompt: 'Which table?', options: [] },
  ]);
});

test('the commit is what landed, else the tip of the branch', () => {
  const commit = (events: readonly RunEvent[]) =>
    statusJson(fold(recorded(started(['A-1']), events)), true).tasks[0]?.commit;
  expect(commit(endings.landed('A-1'))).toMatch(/^1a2b3c4da1c/);
  expect(commit(endings.conflict('A-1'))).toBe(commitFor('A-1'));
  expect(commit(runs('A-1'))).toBeNull();
});

test('a task that landed has no worktree or branch any more', () => {
  const [task] = statusJson(fold(recorded(started(['A-1']), endings.landed('A-1'))), true).tasks;
  expect(task).toMatchObject({ worktree: null, branch: null });
});

const mixed = fold(
  recorded(
    started(['W-1', 'L-2', 'F-3', 'Q-4', 'R-5', 'P-6'], {
      maxParallel: 1,
      skipped: [{ task: 'OLD-1', reason: { kind: 'alreadyDone' } }],
    }),
    endings.landed('L-2'),
    endings.agent_failed('F-3'),
    runs('Q-4'),
    queues('Q-4'),
    runs('R-5'),
    { type: 'statusReported', task: 'R-5', claim: { status: 'in_progress', progress: 0.4, message: '送金 model' } },
    asks.map((event) => ('task' in event ? { ...event, task: 'P-6' } : event) as RunEvent),
  ),
);

test('the table shows first what needs somebody, and nothing wider than the terminal', () => {
  expect(statusText(mixed, true, start + 90_000, 76)).toMatchInlineSnapshot(`
    "Run r1 running for 1m 30s: 7 tasks, 1 successful, 3 not finished

    P-6    needs a person  bank         It waits for the answer to q1: Which ta…
    F-3    agent failed    bank         Its agent ended with exit code 1 (outpu…
    R-5    running         bank   40 %  送金 model
    Q-4    queued          bank         It waits to be tested.
    W-1    waiting         bank         It waits for a free place: 1 agent of a…
    L-2    landed          bank         as 1a2b3c4d
    OLD-1  skipped                      OLD-1 is done already.

    q1: Which table?  \`wt-orch answer q1 TEXT\`
    "
  `);
});

test('a run that was interrupted says so, and what closes it', () => {
  const [headline] = statusText(mixed, false, start + 90_000, 76).split('\n');
  expect(headline).toBe(
    'Run r1 interrupted, its process is gone (the next `wt-orch run` or `wt-orch retry` closes it): 7 tasks, 1 successful, 3 not finished',
  );
});
