import { expect, test } from 'vitest';
import type { Position, RunEvent, StepSpec } from '../../src/orchestrator/index.ts';
import { statusJson, whyJson } from '../../src/report/index.ts';
import { exits, fold, prepares, queues, recorded, runs, spec, started } from './story.ts';

const main = 'b'.repeat(40);
const position = (task: string): Position => ({ task, tip: `t-${task}`, commit: `c-${task}`, tree: `tree-${task}` });
const builds = (tasks: readonly string[], more: Partial<RunEvent & { type: 'chainBuilt' }> = {}): RunEvent => ({
  type: 'chainBuilt',
  base: main,
  positions: tasks.map(position),
  conflicts: [],
  ...more,
});
const starts = (task: string): RunEvent => ({ type: 'testStarted', position: position(task), log: 'l' });
const tested = (task: string, verdict: 'green' | 'red'): RunEvent => ({
  type: 'testEnded',
  position: position(task),
  verdict,
  ms: 1,
  log: 'l',
});
const accused = (task: string): RunEvent => ({
  type: 'accused',
  task,
  position: position(task),
  verdict: { verdict: 'red', log: 'l' },
});
const queued = (...tasks: readonly string[]): readonly RunEvent[] =>
  tasks.flatMap((task) => [...runs(task), ...queues(task)]);
const inLine = queued('A-1', 'B-2', 'C-3');
const sooner = (slots: number) =>
  `Sooner with \`landing.slots: ${slots}\` in .wt-orch/config.yaml, from the next run on`;

interface Case {
  readonly of: string;
  readonly steps?: readonly (StepSpec | string)[];
  readonly events: readonly RunEvent[];
  readonly reason: string;
  readonly hint: string | null;
}

const candidates: Readonly<Record<string, Case>> = {
  'a candidate inside a prefix that is tested': {
    of: 'B-2',
    events: [...inLine, builds(['A-1', 'B-2', 'C-3']), starts('C-3')],
    reason: 'It is tested together with C-3.',
    hint: sooner(2),
  },
  'one behind all that is tested': {
    of: 'C-3',
    events: [...inLine, builds(['A-1', 'B-2', 'C-3']), starts('A-1'), starts('B-2')],
    reason: 'It waits to be tested, after A-1 and B-2.',
    hint: sooner(3),
  },
  'one whose suite does not bear more tests at the same time': {
    of: 'C-3',
    events: [
      ...inLine,
      builds(['A-1', 'B-2', 'C-3']),
      { type: 'slotsLowered', task: 'A-1', together: 2, to: 1 },
      starts('A-1'),
    ],
    reason: 'It waits to be tested, after A-1.',
    hint: null,
  },
  'one that is not in the chain yet': { of: 'C-3', events: inLine, reason: 'It waits to be tested.', hint: null },
  'one that is green behind one whose tests are under way': {
    of: 'B-2',
    events: [...inLine, builds(['A-1', 'B-2', 'C-3']), starts('A-1'), starts('B-2'), tested('B-2', 'green')],
    reason: 'Its tests passed; it waits to land behind A-1, whose tests are under way.',
    hint: null,
  },
  'one at which a prefix was red': {
    of: 'C-3',
    events: [...inLine, builds(['A-1', 'B-2', 'C-3']), starts('C-3'), tested('C-3', 'red'), starts('A-1')],
    reason: 'The tests failed with it on top of A-1 and B-2. Which of them is to blame is being found out.',
    hint: sooner(2),
  },
  'the first, red while others beside it are tested': {
    of: 'A-1',
    events: [...inLine, builds(['A-1', 'B-2', 'C-3']), starts('A-1'), starts('B-2'), tested('A-1', 'red')],
    reason: 'The tests failed with it; the others that are tested beside it come to their end first.',
    hint: null,
  },
  'one that does not merge with another ahead of it, which is named by the files of both': {
    of: 'C-3',
    events: [
      ...runs('A-1'),
      ...queued('B-2').map((event) =>
        event.type === 'workFound' ? { ...event, work: { ...event.work, paths: ['src/c.ts'] } } : event,
      ),
      ...queues('A-1'),
      ...queued('C-3'),
      builds(['A-1', 'B-2'], { conflicts: [{ task: 'C-3', onto: 'c-B-2', paths: ['src/c.ts'] }] }),
      starts('B-2'),
    ],
    reason: 'It does not merge with B-2 ahead of it, and waits until it has landed or left: src/c.ts.',
    hint: 'To let C-3 go first: `wt-orch stop B-2`',
  },
  'one with a second chance, behind those that had none': {
    of: 'A-1',
    events: [...inLine, builds(['A-1', 'B-2', 'C-3']), starts('A-1'), tested('A-1', 'red'), accused('A-1')],
    reason: 'The tests failed with it once; it is tested again, alone, when B-2 and C-3 are through.',
    hint: 'To mend it before that: `wt-orch stop A-1`, then `wt-orch retry A-1 --continue`',
  },
  'one with a second chance, when all others are through': {
    of: 'A-1',
    events: [...queued('A-1'), builds(['A-1']), starts('A-1'), tested('A-1', 'red'), accused('A-1')],
    reason: 'The tests failed with it once; it is tested again, alone, now that the others are through.',
    hint: 'To mend it before that: `wt-orch stop A-1`, then `wt-orch retry A-1 --continue`',
  },
  'a held one names the files that are in its way': {
    of: 'A-1',
    events: [
      ...queued('A-1'),
      { type: 'held', task: 'A-1', reason: { kind: 'wouldOverwrite', paths: ['.env.local'] } },
    ],
    reason: 'It is finished, but landing it would touch files of yours that are not committed: .env.local.',
    hint: 'Commit them or move them away. Then: `wt-orch land A-1`',
  },
};

const chain = [spec('A-1'), spec('B-2', { after: ['A-1'] }), spec('C-3', { after: ['B-2'] })];
const overlaps = [{ tasks: ['A-1', 'B-2'], paths: ['x'] }] as const;
const asks: RunEvent = {
  type: 'questionAsked',
  question: { id: 'q1', kind: 'input', about: 'needsInput', prompt: 'Euro?', options: [], task: 'A-1' },
};

const waits: Readonly<Record<string, Case>> = {
  'a dependency that is at work': {
    of: 'B-2',
    steps: chain,
    events: runs('A-1'),
    reason: 'It waits for A-1 to land. A-1 is running.',
    hint: null,
  },
  'a dependency that waits for another one in turn': {
    of: 'C-3',
    steps: chain,
    events: prepares('A-1'),
    reason: 'It waits for B-2 to land. B-2 waits for A-1, which is being prepared.',
    hint: null,
  },
  'a dependency that waits for an answer: that is the change that frees it': {
    of: 'C-3',
    steps: chain,
    events: [...runs('A-1'), exits('A-1'), asks, { type: 'personAwaited', task: 'A-1', question: 'q1' }],
    reason: 'It waits for B-2 to land. B-2 waits for A-1, which needs a person.',
    hint: '`wt-orch answer q1 TEXT`',
  },
  'a dependency that is held': {
    of: 'B-2',
    steps: chain,
    events: [...queued('A-1'), { type: 'held', task: 'A-1', reason: { kind: 'targetBusy', detail: 'merge' } }],
    reason: 'It waits for A-1 to land. A-1 is held.',
    hint: 'Finish that or abort it. Then: `wt-orch land A-1`',
  },
  'a dependency in the queue': {
    of: 'B-2',
    steps: [...chain, 'D-4'],
    events: [...queued('A-1'), ...queued('D-4'), builds(['D-4', 'A-1']), starts('D-4')],
    reason: 'It waits for A-1 to land. A-1 is queued to land.',
    hint: sooner(2),
  },
  'one that touches the same files': {
    of: 'B-2',
    steps: ['A-1', 'B-2'],
    events: [{ type: 'overlapsDecided', choice: 'sequential', by: 'setting' }, ...runs('A-1')],
    reason: 'It waits for A-1, which would touch the same files and comes first. A-1 is running.',
    hint: 'With `onConflict: parallel` it does not wait, and may not merge in the end',
  },
  'a free place': {
    of: 'D-4',
    steps: ['A-1', 'B-2', 'C-3', 'D-4'],
    events: [
      { type: 'overlapsDecided', choice: 'parallel', by: 'setting' },
      ...['A-1', 'B-2', 'C-3'].flatMap((task) => runs(task)),
    ],
    reason: 'It waits for a free place: 3 agents of at most 3 at work.',
    hint: 'Sooner with `maxParallel: 4` in .wt-orch/config.yaml, from the next run on',
  },
};

const why = ({ of, steps = ['A-1', 'B-2', 'C-3'], events }: Case, over = {}) => {
  const story = recorded(started(steps, over), events);
  const { reason, hint } = whyJson(of, fold(story), story);
  return { reason, hint };
};

test.each(Object.entries(candidates))('why says of %s what it waits for, and what would free it', (_, one) => {
  expect(why(one)).toEqual({ reason: one.reason, hint: one.hint });
});

test.each(Object.entries(waits))('a task that waits for %s says so', (name, one) => {
  const over = name.includes('same files') || name === 'a free place' ? { overlaps } : {};
  expect(why(one, over)).toEqual({ reason: one.reason, hint: one.hint });
});

test('the one that is tested has nothing to wait for', () => {
  const story = recorded(started(['A-1']), queued('A-1'), builds(['A-1']), starts('A-1'));
  expect(statusJson(fold(story), true).tasks[0]).toMatchObject({ state: 'testing', reason: null });
});

test('tasks that wait for each other in a ring are told without an end', () => {
  const ring = [spec('A-1', { after: ['B-2'] }), spec('B-2', { after: ['A-1'] })];
  expect(why({ of: 'A-1', steps: ring, events: [], reason: '', hint: null })).toEqual({
    reason: 'It waits for B-2 to land. B-2 waits for A-1, which has not started.',
    hint: null,
  });
});

test('the decision about overlaps is the change that frees those who wait for it', () => {
  const question = {
    id: 'q1',
    kind: 'select',
    about: 'overlaps',
    prompt: '?',
    options: ['sequential', 'cancel'],
  } as const;
  const events: readonly RunEvent[] = [{ type: 'questionAsked', question }];
  expect(why({ of: 'A-1', events, reason: '', hint: null }, { overlaps }).hint).toBe(
    '`wt-orch answer q1 sequential|cancel`',
  );
});
