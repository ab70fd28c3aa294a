import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldRun, type Outcome, type Recorded, stepOf } from '../../src/orchestrator/index.ts';
import type { TrainSettings } from '../support/train-view.ts';
import { collides, type Driven, drive, isRed, randomOf, type Truths } from './drive-train.ts';

const letters = 'ABCDEFGHIJKLMNOPQRST';
const names = [...letters.slice(0, 8)];
const name = fc.constantFrom(...names);
const pair = fc.tuple(name, name).filter(([one, other]) => one !== other);
const truths = (flakes: fc.Arbitrary<number>): fc.Arbitrary<Truths> =>
  fc
    .record({
      count: fc.integer({ min: 1, max: names.length }),
      bad: fc.uniqueArray(name, { maxLength: 4 }),
      clash: fc.array(pair, { maxLength: 4 }),
      together: fc.array(pair, { maxLength: 3 }),
      arrivals: fc.array(fc.nat(25), { minLength: names.length, maxLength: names.length }),
      allAtOnce: fc.boolean(),
      seed: fc.nat(),
      flakes,
    })
    .map(({ count, bad, arrivals, allAtOnce, seed, ...rest }) => ({
      ...rest,
      candidates: names.slice(0, count).join(''),
      bad: new Set(bad),
      ...(allAtOnce ? {} : { arrivals: arrivals.toSorted((x, y) => x - y) }),
      random: randomOf(seed),
    }));
const settings = fc.record({
  mode: fc.constantFrom<('probe' | 'strict')[]>('probe', 'strict'),
  slots: fc.integer({ min: 1, max: 4 }),
  failure: fc.constantFrom(0.01, 0.1, 0.5, 0.9),
});

const endOf = ({ state }: Driven, task: string): Outcome | string => {
  const { phase } = stepOf(state, task);
  return phase.name === 'ended' ? phase.outcome : phase.name;
};

/** What must hold whatever is true: only green trees become main, bad ones never do, and the record tells all of it. */
function requireSafe(truth: Truths, { mode }: TrainSettings, driven: Driven): void {
  for (const move of driven.moves) {
    if (move.kind !== 'land') continue;
    const places = move.positions.map(({ task }) => truth.candidates.indexOf(task));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(move.candidates.map(({ task }) => task)).toEqual(move.positions.map(({ task }) => task));
    expect(isRed(truth, move.positions.at(-1)?.commit ?? '')).toBe(false);
    for (const { tree } of mode === 'strict' ? move.positions : move.positions.slice(-1)) {
      expect(driven.events).toContainEqual(
        expect.objectContaining({ type: 'testEnded', verdict: 'green', position: expect.objectContaining({ tree }) }),
      );
    }
  }
  for (const task of truth.candidates) if (truth.bad.has(task)) expect(endOf(driven, task)).not.toBe('landed');
  expect(foldRun(JSON.parse(JSON.stringify(driven.events)) as Recorded[])).toEqual(driven.state);
}

test('whatever is bad, collides or is flaky, only green trees become main, each prefix in the order of the queue', () => {
  const flakes = fc.constantFrom(0.05, 0.3, 0.7);
  fc.assert(
    fc.property(truths(flakes), settings, (truth, how) => requireSafe(truth, how, drive(truth, how))),
    { numRuns: 1000 },
  );
});

test('without flakes exactly those land that would land one after the other, in the order of the queue', () => {
  fc.assert(
    fc.property(truths(fc.constant(0)), settings, (truth, how) => {
      const driven = drive(truth, how);
      requireSafe(truth, how, driven);
      let main = '';
      for (const task of truth.candidates) {
        const [lost, red] = [collides(truth, task, main), isRed(truth, main + task)];
        // A red one waits at the tail, and those that collide with it land meanwhile.
        expect(lost ? ['conflict'] : red ? ['tests_failed', 'conflict'] : ['landed']).toContain(endOf(driven, task));
        if (!lost && !red) main += task;
      }
      expect(driven.state.train.main).toBe(main);
    }),
    { numRuns: 1000 },
  );
});

test('on a red main nothing lands and nobody is dropped, and that is soon known', () => {
  fc.assert(
    fc.property(truths(fc.constant(0)), settings, (truth, how) => {
      const driven = drive({ ...truth, redMain: true }, how);
      for (const task of truth.candidates) expect(endOf(driven, task)).toBe('held');
      expect(driven.moves.filter(({ kind }) => kind === 'land' || kind === 'drop')).toEqual([]);
      if (truth.arrivals === undefined) expect(driven.rounds).toBeLessThanOrEqual(2 * names.length + 2);
    }),
    { numRuns: 500 },
  );
  const twenty: Truths = { candidates: letters, bad: new Set(), clash: [], together: [], random: randomOf(1) };
  const rounds = (slots: number) => drive({ ...twenty, redMain: true }, { slots }).rounds;
  expect([1, 2, 4].map(rounds)).toEqual([9, 7, 5]);
});

describe('rounds', () => {
  const queueOf = (chance: number, random: () => number, flakes = 0): Truths => {
    const bad = new Set([...letters].filter(() => random() < chance));
    return { candidates: letters, bad, clash: [], together: [], random, flakes };
  };

  /** The window moves on behind the first bad one or by the slots; at the end second chances and main share rounds. */
  function windowRounds({ bad, candidates }: Truths, slots: number): number {
    let [front, rounds] = [0, 0];
    for (; front < candidates.length; rounds += 1) {
      const first = [...candidates].findIndex((task, place) => place >= front && bad.has(task));
      front = first >= 0 && first < front + slots ? first + 1 : front + slots;
    }
    return rounds + (bad.size === 0 ? 0 : Math.ceil((bad.size + 1) / slots));
  }

  test.each([1, 2, 3, 4])('in strict mode are those of a window of %i slots, and one for a suspect main', (slots) => {
    const random = randomOf(slots);
    for (let trial = 0; trial < 60; trial += 1) {
      const truth = queueOf(0.2, random);
      const driven = drive(truth, { mode: 'strict', slots });
      const suspected = driven.moves.filter(
        (move) => move.kind === 'test' && move.main && move.positions.length === 0,
      ).length;
      const window = windowRounds(truth, slots);
      expect(driven.rounds).toBeGreaterThanOrEqual(window);
      expect(driven.rounds).toBeLessThanOrEqual(window + suspected);
    }
  });

  test.each([
    [0.05, 1],
    [0.05, 4],
    [0.1, 2],
    [0.3, 1],
    [0.3, 4],
  ])('in probe mode are no more on average, with a chance of %d and %i slots', (chance, slots) => {
    const random = randomOf(11);
    const trials = 60;
    const sum = { probe: 0, strict: 0 };
    for (let trial = 0; trial < trials; trial += 1) {
      const truth = queueOf(chance, random);
      for (const mode of ['probe', 'strict'] as const)
        sum[mode] += drive(truth, { mode, slots, failure: chance }).rounds;
    }
    expect(sum.probe / trials).toBeLessThanOrEqual(sum.strict / trials + 0.25);
  });

  test.each([1, 4])('that are flaky in 5 of 100 cases drop hardly anybody who is good, with %i slots', (slots) => {
    const random = randomOf(20);
    const queues = 200;
    const found = { dropped: 0, held: 0, rounds: 0 };
    for (let trial = 0; trial < queues; trial += 1) {
      const truth = queueOf(0.05, random, 0.05);
      const driven = drive(truth, { slots });
      const ends = [...letters].filter((task) => !truth.bad.has(task)).map((task) => endOf(driven, task));
      found.dropped += ends.filter((end) => end === 'tests_failed').length;
      found.held += ends.filter((end) => end === 'held').length;
      found.rounds += driven.rounds;
    }
    const { dropped, held, rounds } = found;
    console.log(
      `${slots} slots, per 20: ${dropped / queues} good ones dropped, ${held / queues} held, ${rounds / queues} rounds`,
    );
    expect(dropped / queues).toBeLessThan(0.05);
    expect(held / queues).toBeLessThan(0.1);
  });
});
