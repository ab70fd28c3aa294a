import { describe, expect, test } from 'vitest';
import { decide, occupied, type RunEvent, type RunState, stepOf, waitingFor } from '../../src/orchestrator/index.ts';
import { runStarted, stepSpec } from '../support/steps.ts';
import { lifeOf, told, workOfTask } from './told.ts';

const found: RunEvent = { type: 'conflictFound', task: 'A', onto: 'main-1', paths: ['a.ts', 'b.ts'] };
const left: RunEvent = { type: 'conflictLeft', task: 'A', to: 'agent', paths: ['a.ts'] };
const round = (number: number): RunEvent => ({ type: 'conflictRoundStarted', task: 'A', round: number });
const why = { kind: 'conflictMarkers', paths: ['a.ts'] } as const;
const failed = (number: number): RunEvent => ({ type: 'conflictRoundFailed', task: 'A', round: number, why });
const merged = workOfTask('A', { base: 'main-1', tip: 'merged-A', paths: ['a.ts'] });
const resolved = (by: 'rule' | 'agent' | 'person'): RunEvent => ({
  type: 'conflictResolved',
  task: 'A',
  by,
  work: merged,
  dropped: [],
});

/** A run of A, in the queue, and B; these events follow. */
const runWith = (events: readonly RunEvent[], more: Partial<Parameters<typeof runStarted>[1]> = {}): RunState =>
  told(
    runStarted([stepSpec('A'), stepSpec('B')], { conflictRounds: 2, ...more }),
    ...lifeOf('A'),
    { type: 'worktreeIntended', task: 'B', base: 'main-0' },
    ...events,
  );
const asked = (id: string): readonly RunEvent[] => [
  {
    type: 'questionAsked',
    question: {
      id,
      kind: 'select',
      about: 'conflict',
      prompt:
        'A does not merge with main. Resolve it in its worktree and commit, then land it; or leave it for later, or discard it?',
      options: ['land', 'later', 'discard'],
      task: 'A',
    },
  },
  { type: 'personAwaited', task: 'A', question: id },
];
const answered = (value: string): RunEvent => ({ type: 'questionAnswered', question: 'q1', value });
const stop: RunEvent = { type: 'stopRequested', task: 'A', by: 'person' };

describe('a branch that does not merge with main', () => {
  test('leaves the queue, and the rules are tried', () => {
    const state = runWith([found]);
    expect(stepOf(state, 'A').phase).toMatchObject({ name: 'resolving', turn: 'rules', onto: 'main-1' });
    expect(decide(state)).toEqual([]);
  });

  test.each([
    ['what the rules leave goes to its agent', [found, left], [round(1)]],
    ['a round that failed is followed by another', [found, left, round(1), failed(1)], [round(2)]],
    ['after the last round a person is asked', [found, left, round(1), failed(1), round(2), failed(2)], asked('q1')],
    ['what no agent can do goes to a person at once', [found, { ...left, to: 'person' } as RunEvent], asked('q1')],
    ['nothing is decided while its agent is at it', [found, left, round(1)], []],
  ])('%s', (_, events, decided) => {
    expect(decide(runWith(events))).toEqual(decided);
  });

  test('without rounds a person is asked instead of its agent', () => {
    expect(decide(runWith([found, left], { conflictRounds: 0 }))).toEqual(asked('q1'));
    expect(decide(runWith([found, left], { conflictRounds: undefined as never }))).toEqual(asked('q1'));
  });

  test('its agent waits for a place, and takes one while it is at it', () => {
    const full = runWith([found, left], { maxParallel: 1 });
    expect(decide(full)).toEqual([]);
    const busy = runWith([found, left, round(1)]);
    expect(occupied(busy).map(({ spec }) => spec.task)).toEqual(['A', 'B']);
    expect(stepOf(busy, 'A')).toMatchObject({ attempt: 2, conflictRounds: 1 });
  });

  test('resolved, it is judged again as the branch that it is now, and a yes to it counts only if no agent changed it', () => {
    const approved: RunEvent = { type: 'approved', task: 'A', by: 'person' };
    const state = (by: 'rule' | 'agent' | 'person') => stepOf(runWith([approved, found, resolved(by)]), 'A');
    expect(state('rule')).toMatchObject({ phase: { name: 'judging', work: merged }, gates: [], approved: true });
    expect(state('agent').approved).toBe(false);
    expect(state('person').approved).toBe(true);
  });

  test('the rounds of a second conflict are counted with those of the first', () => {
    const passed: RunEvent = { type: 'gatesEnded', task: 'A', verdict: 'pass' };
    const queued: RunEvent = { type: 'candidateQueued', task: 'A', tip: 'merged-A' };
    const again = [found, left, round(1), resolved('agent'), passed, queued, found, left];
    expect(decide(runWith(again))).toEqual([round(2)]);
    expect(decide(runWith([...again, round(2), failed(2)]))).toEqual(asked('q1'));
  });
});

describe('a person who is asked about a conflict', () => {
  const waiting = [found, left, round(1), failed(1), round(2), failed(2), ...asked('q1')];

  test.each([
    ['land', { type: 'holdLifted', task: 'A' }],
    ['later', { type: 'stepEnded', task: 'A', outcome: 'conflict', reason: why }],
    ['discard', { type: 'stepEnded', task: 'A', outcome: 'cancelled', reason: { kind: 'discarded' } }],
  ])('and says %s', (value, event) => {
    expect(decide(runWith([...waiting, answered(value)], { attended: true }))).toEqual([event]);
  });

  test('and says that it is resolved: that is looked at, and if it is not so they are asked again', () => {
    const lifted = [...waiting, answered('land'), { type: 'holdLifted', task: 'A' } as RunEvent];
    const state = runWith(lifted, { attended: true });
    expect(stepOf(state, 'A').phase).toMatchObject({ turn: 'byHand' });
    expect(decide(state)).toEqual([]);
    const stands: RunEvent = { ...left, to: 'person', why: { kind: 'conflictStands', paths: ['a.ts'] } } as RunEvent;
    expect(decide(runWith([...lifted, stands], { attended: true }))).toEqual(asked('q2'));
  });

  test('nobody answers: when nothing else moves it ends as a conflict, and the question stays open', () => {
    const ended = (task: string): RunEvent => ({ type: 'stepEnded', task, outcome: 'no_change' });
    const state = runWith([...waiting, ended('B')]);
    expect(decide(state)).toEqual([{ type: 'stepEnded', task: 'A', outcome: 'conflict', reason: why }]);
    const over = runWith([...waiting, ended('B'), { type: 'stepEnded', task: 'A', outcome: 'conflict', reason: why }]);
    expect(decide(over)).toEqual([]);
    expect(over.questions.get('q1')?.withdrawn).toBeUndefined();
  });

  test('does not hold back a task that touches the same files', () => {
    const overlap = { overlaps: [{ tasks: ['A', 'B'] as const, paths: ['a.ts'] }], onConflict: 'sequential' as const };
    const opened = runStarted([stepSpec('A'), stepSpec('B')], { conflictRounds: 2, ...overlap });
    const chosen: RunEvent = { type: 'overlapsDecided', choice: 'sequential', by: 'setting' };
    const at = (events: readonly RunEvent[]) => waitingFor(told(opened, chosen, ...lifeOf('A'), ...events), 'B');
    expect(at([found, left, round(1)])).toEqual({ kind: 'earlier', tasks: ['A'] });
    expect(at(waiting)).toBeUndefined();
  });
});

describe('a stop', () => {
  test.each([
    ['while a person is waited for leaves it a conflict', [...asked('q1')], 'conflict'],
    ['while its agent waits for a place ends it', [], 'cancelled'],
  ])('%s', (_, more, outcome) => {
    const state = runWith([found, left, ...more, stop]);
    expect(decide(state)).toMatchObject([{ type: 'stepEnded', task: 'A', outcome }]);
  });

  test('while its agent is at it waits until that is ended', () => {
    expect(decide(runWith([found, left, round(1), stop]))).toEqual([]);
    const stopped: RunEvent = { type: 'conflictRoundFailed', task: 'A', round: 1, why: { kind: 'stopped' } };
    expect(decide(runWith([found, left, round(1), stop, stopped]))).toEqual([
      { type: 'stepEnded', task: 'A', outcome: 'cancelled', reason: { kind: 'stopped' } },
    ]);
  });
});
