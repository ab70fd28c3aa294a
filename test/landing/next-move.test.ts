import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Candidate,
  type Move,
  nextMove,
  type Position,
  type TrainView,
  type Verdict,
} from '../../src/landing/index.ts';
import { foldRun, type RunEvent, type RunState, stepOf } from '../../src/orchestrator/index.ts';
import { lifeOf } from '../orchestrator/told.ts';
import { runStarted, stamper, stepSpec } from '../support/steps.ts';
import { viewOf } from '../support/train-view.ts';

const candidate = (task: string, tip = `tip-${task}`): Candidate => ({
  task,
  title: task,
  branch: task,
  tip,
  paths: [],
});
const position = (task: string, onto: string): Position => ({
  task,
  tip: `tip-${task}`,
  commit: `${onto}${task}`,
  tree: `tree-${onto}${task}`,
});
const [a, b] = [position('A', 'm'), position('B', 'mA')];
const [ca, cb] = [candidate('A'), candidate('B')];
const verdict = (word: Verdict['verdict']): Verdict => ({ verdict: word, log: 'l' });
const view = (more: Partial<TrainView>): TrainView => ({
  main: 'm',
  candidates: [ca, cb],
  chainBase: 'm',
  positions: [a, b],
  conflicts: [],
  verdicts: new Map(),
  tested: true,
  ...more,
});
const lost = (task: string, onto: string) => ({ task, onto, paths: ['x'] });

test.each<[string, Partial<TrainView>, Move]>([
  ['with nobody in the queue it waits', { candidates: [] }, { kind: 'wait' }],
  [
    'with nothing built it builds',
    { chainBase: 'none', positions: [] },
    { kind: 'build', keep: [], add: [ca, cb], conflicts: [] },
  ],
  [
    'a newcomer is built onto what is there',
    { positions: [a] },
    { kind: 'build', keep: [a], add: [cb], conflicts: [] },
  ],
  ['a chain on another main is built afresh', { main: 'n' }, { kind: 'build', keep: [], add: [ca, cb], conflicts: [] }],
  [
    'a chain that holds one who left is built afresh from there',
    { candidates: [cb], positions: [a, b] },
    { kind: 'build', keep: [], add: [cb], conflicts: [] },
  ],
  [
    'a branch with another tip is built afresh, and what is behind it',
    { candidates: [ca, candidate('B', 'new')] },
    { kind: 'build', keep: [a], add: [candidate('B', 'new')], conflicts: [] },
  ],
  ['the first is tested', {}, { kind: 'test', position: a }],
  [
    'a green first lands',
    { verdicts: new Map([[a.tree, verdict('green')]]) },
    { kind: 'land', position: a, candidate: ca },
  ],
  [
    'a red first is dropped',
    { verdicts: new Map([[a.tree, verdict('red')]]) },
    { kind: 'drop', position: a, verdict: verdict('red') },
  ],
  [
    'an unknown first is dropped, never landed',
    { verdicts: new Map([[a.tree, verdict('unknown')]]) },
    { kind: 'drop', position: a, verdict: verdict('unknown') },
  ],
  [
    'a verdict behind an untested first counts for nothing',
    { verdicts: new Map([[b.tree, verdict('red')]]) },
    { kind: 'test', position: a },
  ],
  ['a project without tests lands what merges', { tested: false }, { kind: 'land', position: a, candidate: ca }],
  [
    'one that does not merge onto main leaves',
    { conflicts: [lost('B', 'm')], positions: [a] },
    { kind: 'leave', conflict: lost('B', 'm') },
  ],
  [
    'one that only collides with those ahead stays',
    { conflicts: [lost('B', 'mA')], positions: [a] },
    { kind: 'test', position: a },
  ],
  [
    'and is built again when the one it collides with is gone',
    { candidates: [cb], conflicts: [lost('B', 'mA')], positions: [] },
    { kind: 'build', keep: [], add: [cb], conflicts: [] },
  ],
])('%s', (_, more, move) => {
  expect(nextMove(view(more))).toEqual(move);
});

interface Truths {
  readonly count: number;
  readonly bad: readonly number[];
  readonly clash: readonly (readonly [number, number])[];
  readonly together: readonly (readonly [number, number])[];
  /** The move before which each candidate comes; they keep their order. */
  readonly arrivals: readonly number[];
}

const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
const pair = fc.tuple(fc.nat(7), fc.nat(7)).filter(([one, other]) => one !== other);
const truths: fc.Arbitrary<Truths> = fc.record({
  count: fc.integer({ min: 1, max: names.length }),
  bad: fc.uniqueArray(fc.nat(7), { maxLength: 3 }),
  clash: fc.array(pair, { maxLength: 4 }),
  together: fc.array(pair, { maxLength: 3 }),
  arrivals: fc
    .array(fc.nat(25), { minLength: names.length, maxLength: names.length })
    .map((at) => at.toSorted((x, y) => x - y)),
});

/** A world in which a commit is the list of the tasks in it. */
class Trees {
  readonly truths: Truths;
  constructor(truths: Truths) {
    this.truths = truths;
  }
  collides = (task: string, onto: string) => this.#meets(this.truths.clash, task, onto);
  isRed = (tree: string) =>
    [...tree].some(
      (task) => this.truths.bad.includes(names.indexOf(task)) || this.#meets(this.truths.together, task, tree),
    );
  #meets = (pairs: Truths['clash'], task: string, tree: string) =>
    pairs.some(
      ([one, other]) =>
        (names[one] === task && tree.includes(names[other] ?? '')) ||
        (names[other] === task && tree.includes(names[one] ?? '')),
    );
}

/** What a move comes to in that world. */
function made(move: Move, trees: Trees, main: string): RunEvent {
  switch (move.kind) {
    case 'build': {
      const positions = [...move.keep];
      const conflicts = [...move.conflicts];
      for (const { task, tip } of move.add) {
        const onto = positions.at(-1)?.commit ?? main;
        if (trees.collides(task, onto)) conflicts.push({ task, onto, paths: [] });
        else positions.push({ task, tip, commit: onto + task, tree: [...onto, task].sort().join('') });
      }
      return { type: 'chainBuilt', base: main, positions, conflicts };
    }
    case 'test':
      return {
        type: 'testEnded',
        position: move.position,
        verdict: trees.isRed(move.position.commit) ? 'red' : 'green',
        ms: 1,
        log: 'l',
      };
    case 'land':
      return { type: 'landed', task: move.position.task, from: main, commit: move.position.commit, tested: true };
    case 'drop':
      return { type: 'stepEnded', task: move.position.task, outcome: 'tests_failed' };
    case 'leave':
      return { type: 'stepEnded', task: move.conflict.task, outcome: 'conflict' };
    case 'wait':
      throw new Error('it waits although somebody is in the queue');
  }
}

/** Drives the train until nobody is left, and gives the state and how many moves it took. */
function drive(truth: Truths): { readonly state: RunState; readonly moves: number; readonly mains: readonly string[] } {
  const trees = new Trees(truth);
  const stamp = stamper();
  const coming = names.slice(0, truth.count);
  let state = foldRun(
    stamp([
      runStarted(
        coming.map((id) => stepSpec(id)),
        { base: '' },
      ),
    ]),
  );
  const tell = (...events: readonly RunEvent[]) => {
    state = foldRun(stamp(events), state);
  };
  const mains: string[] = [];
  for (let moves = 0; moves < 1000; moves += 1) {
    if (state === undefined) throw new Error('no run');
    while (coming.length > 0 && (truth.arrivals[truth.count - coming.length] ?? 0) <= moves)
      tell(...lifeOf(coming.shift() ?? ''));
    const now = viewOf(state);
    if (now.candidates.length > 0) tell(made(nextMove(now), trees, now.main));
    else if (coming.length === 0) return { state, moves, mains };
    if (state.train.main !== mains.at(-1)) mains.push(state.train.main);
  }
  throw new Error('the train does not stop');
}

describe('a train of many', () => {
  test('lands in queue order each one that is green on top of those before it, and only such', () => {
    fc.assert(
      fc.property(truths, (truth) => {
        const { state, mains, moves } = drive(truth);
        const trees = new Trees(truth);
        // The same, one after the other and without a train: who collides leaves, who is red leaves, the others stay.
        let main = '';
        for (const task of names.slice(0, truth.count)) {
          const [collides, red] = [trees.collides(task, main), trees.isRed(main + task)];
          const { phase } = stepOf(state, task);
          expect([task, phase.name === 'ended' ? phase.outcome : phase.name]).toEqual([
            task,
            collides ? 'conflict' : red ? 'tests_failed' : 'landed',
          ]);
          if (!collides && !red) main += task;
        }
        expect(state.train.main).toBe(main);
        for (const one of mains) expect(trees.isRed(one)).toBe(false);
        expect(moves).toBeLessThanOrEqual(25 + 5 * truth.count);
      }),
      { numRuns: 1000 },
    );
  });
});
