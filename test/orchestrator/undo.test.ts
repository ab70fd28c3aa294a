import { describe, expect, test } from 'vitest';
import { decide, type RunEvent, waitingFor } from '../../src/orchestrator/index.ts';
import { runStarted, stepSpec } from '../support/steps.ts';
import { lifeOf, told, workOfTask } from './told.ts';

const undo = stepSpec('A', { approve: true, entry: { kind: 'undo', landing: { from: 'main-0', to: 'landing-of-A' } } });
const dependent = stepSpec('B', { after: ['A'] });
const opened = runStarted([undo, dependent]);
const found: RunEvent = { type: 'workFound', task: 'A', work: workOfTask('A') };
const passed: RunEvent = { type: 'gatesEnded', task: 'A', verdict: 'pass' };
const queued: RunEvent = { type: 'candidateQueued', task: 'A', tip: 'tip-A' };
const landed: RunEvent = {
  type: 'landed',
  task: 'A',
  from: 'main-0',
  commit: 'undo-of-A',
  tested: true,
  undoes: 'landing-of-A',
};
const phaseOf = (...events: readonly RunEvent[]) => told(opened, ...events).steps.get('A')?.phase;

describe('a step that takes a landing back', () => {
  test('goes through gates and the queue like any other, without an agent and without being asked about', () => {
    expect(phaseOf()).toEqual({ name: 'undoing' });
    expect(decide(told(opened))).toEqual([]);
    expect(phaseOf(found)).toMatchObject({ name: 'judging', work: { tip: 'tip-A' } });
    expect(decide(told(opened, found, passed))).toEqual([queued]);
    expect(decide(told(opened, found, passed, queued, landed))).toEqual([
      { type: 'stepEnded', task: 'A', outcome: 'landed', commit: 'undo-of-A', reason: expect.anything() },
    ]);
  });

  test('says as it ends what it took back', () => {
    const [ended] = decide(told(opened, found, passed, queued, landed));
    expect(ended).toMatchObject({ reason: { kind: 'undone', detail: 'landing-of-A' } });
  });

  test('ends at once when it is stopped before its commit is there', () => {
    expect(decide(told(opened, { type: 'stopRequested', task: 'A', by: 'person' }))).toMatchObject([
      { type: 'stepEnded', task: 'A', outcome: 'cancelled' },
    ]);
  });

  test('is made again when it does not merge with main any more', () => {
    const collided: RunEvent = { type: 'undoCollided', task: 'A', paths: ['a'] };
    const built: RunEvent = {
      type: 'chainBuilt',
      base: 'main-0',
      positions: [],
      conflicts: [{ task: 'A', onto: 'main-0', paths: ['a'] }],
      alone: false,
    };
    const state = told(opened, found, passed, queued, built, collided);
    expect(state.steps.get('A')?.phase).toEqual({ name: 'undoing' });
    expect(state.train.conflicts).toEqual([]);
  });

  test('frees nobody who needs the task: not while it is under way, not when it has landed', () => {
    expect(waitingFor(told(opened, found, passed), 'B')).toEqual({ kind: 'dependency', tasks: ['A'] });
    const over: RunEvent = { type: 'stepEnded', task: 'A', outcome: 'landed', commit: 'undo-of-A' };
    expect(decide(told(opened, found, passed, queued, landed, over))).toMatchObject([
      { type: 'stepEnded', task: 'B', outcome: 'skipped', reason: { kind: 'dependencyFailed', tasks: ['A'] } },
    ]);
  });

  test.each(['conflict', 'tests_failed', 'no_change', 'cancelled'] as const)(
    'leaves the task on main when it ends as %s, so those who need it start',
    (outcome) => {
      const over: RunEvent = { type: 'stepEnded', task: 'A', outcome };
      expect(decide(told(opened, over))).toEqual([{ type: 'worktreeIntended', task: 'B', base: 'main-0' }]);
    },
  );

  test('takes the place of the step that landed, when it joins that run', () => {
    const first = runStarted([stepSpec('A')]);
    const landedBefore: RunEvent = { type: 'landed', task: 'A', from: 'main-0', commit: 'landing-of-A', tested: true };
    const over: RunEvent = { type: 'stepEnded', task: 'A', outcome: 'landed', commit: 'landing-of-A' };
    const joined: RunEvent = { type: 'tasksJoined', steps: [undo], skipped: [], overlaps: [] };
    const state = told(first, ...lifeOf('A'), landedBefore, over, joined);
    expect(state.steps.get('A')).toMatchObject({ phase: { name: 'undoing' }, attempt: 2 });
  });
});
