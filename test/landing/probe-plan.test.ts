import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectedRounds, planProbes } from '../../src/landing/probe-plan.ts';

const alike = (count: number, chance: number): number[] => Array.from({ length: count }, () => chance);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);

/** Hundredths, so that no chance is so small that rounding shows. */
const chances = (most: number) => fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: most, size: 'max' });
const queue = (most: number) =>
  fc
    .record({ hundredths: chances(most), slots: fc.integer({ min: 1, max: 5 }), share: fc.double({ max: 1, min: 0 }) })
    .map(({ hundredths, slots, share }) => ({
      failure: hundredths.map((hundredth) => hundredth / 100),
      slots,
      suspects: Math.floor((Number.isNaN(share) ? 0 : share) * hundredths.length),
    }));

/** The chance that the first bad one of these is at each place, and last that none is bad. */
function firstBad(failure: readonly number[]): number[] {
  let good = 1;
  const at = failure.map((chance) => {
    const here = good * chance;
    good *= 1 - chance;
    return here;
  });
  return [...at, good];
}

/** What becomes of a queue when these lengths are tested and the first bad one is at a place: what landed, and how many are suspects. */
function outcome(lengths: readonly number[], place: number, suspects: number): { landed: number; suspects: number } {
  const landed = Math.max(0, ...lengths.filter((length) => length <= place));
  const red = lengths.find((length) => length > place) ?? suspects;
  return { landed, suspects: Math.max(0, red - landed) };
}

type Policy = (failure: readonly number[], suspects: number, slots: number) => readonly (readonly number[])[];

/** The expected rounds of the best choice that a policy offers in each state, straight from the definition. */
function roundsOf(policy: Policy, failure: readonly number[], suspects: number, slots: number): number {
  if (failure.length === 0) return 0;
  if (suspects === 1) return roundsOf(policy, failure.slice(1), 0, slots);
  const places = firstBad(failure).slice(0, suspects > 0 ? suspects : failure.length + 1);
  const all = sum(places);
  if (all === 0) return 0;
  const costs = policy(failure, suspects, slots).map((lengths) =>
    sum(
      Object.values(
        Object.groupBy(
          places.map((chance, place) => ({ chance, after: outcome(lengths, place, suspects) })),
          ({ after }) => JSON.stringify(after),
        ),
      ).map((same = []) => {
        const { landed, suspects: left } = same[0]?.after ?? { landed: 0, suspects: 0 };
        const weight = sum(same.map(({ chance }) => chance)) / all;
        return weight === 0 ? 0 : weight * roundsOf(policy, failure.slice(landed), left, slots);
      }),
    ),
  );
  return 1 + Math.min(...costs);
}

/** Every choice of lengths there is. */
const everyChoice: Policy = (failure, suspects, slots) => {
  const reach = suspects > 0 ? suspects - 1 : failure.length;
  const subsets = Array.from({ length: 2 ** reach }, (_, bits) =>
    Array.from({ length: reach }, (_, index) => index + 1).filter((length) => (bits >> (length - 1)) & 1),
  );
  return subsets.filter(({ length }) => length > 0 && length <= slots);
};
const built: Policy = (failure, suspects, slots) => [planProbes({ failure, suspects, slots })];

/** The window tests the first positions, one per slot: it moves on behind the first bad one, or by the slots. */
function windowRounds(failure: readonly number[], slots: number): number {
  if (failure.length === 0) return 0;
  const places = firstBad(failure.slice(0, slots));
  return (
    1 + sum(places.map((chance, place) => chance * windowRounds(failure.slice(Math.min(place + 1, slots)), slots)))
  );
}

// The means of simulated drains of 20 candidates, which are good to about 0.05; then what the program computes.
test.each([
  [0.05, 1, 5.9, 5.94],
  [0.05, 2, 3.8, 3.881],
  [0.05, 4, 2.8, 2.868],
  [0.05, 8, 2.4, 2.444],
  [0.1, 1, 9.6, 9.572],
  [0.1, 2, 6.2, 6.242],
  [0.1, 4, 4.6, 4.552],
  [0.1, 8, 3.6, 3.585],
  [0.3, 1, 17.9, 17.83],
  [0.3, 2, 11.7, 11.726],
  [0.3, 4, 8.3, 8.286],
  [0.3, 8, 6.9, 6.948],
])('with chance %d and %d slots twenty candidates take %d rounds', (chance, slots, simulated, exact) => {
  const rounds = expectedRounds({ failure: alike(20, chance), suspects: 0, slots });
  expect(Math.abs(rounds - simulated)).toBeLessThan(0.1);
  expect(rounds).toBeCloseTo(exact, 3);
});

describe('the plan', () => {
  test('costs what it says, and no other choice of lengths costs less', () => {
    fc.assert(
      fc.property(queue(5), ({ failure, suspects, slots }) => {
        const possible = suspects === 0 || failure.slice(0, suspects).some((chance) => chance > 0);
        fc.pre(possible);
        const best = roundsOf(everyChoice, failure, suspects, slots);
        expect(expectedRounds({ failure, suspects, slots })).toBeCloseTo(best, 9);
        expect(roundsOf(built, failure, suspects, slots)).toBeCloseTo(best, 9);
      }),
      { numRuns: 25 },
    );
  });

  test('never takes more rounds than a window of the same slots', () => {
    fc.assert(
      fc.property(queue(12), ({ failure, slots }) => {
        const rounds = expectedRounds({ failure, suspects: 0, slots });
        expect(rounds).toBeLessThanOrEqual(windowRounds(failure, slots) + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  test('names growing lengths that can tell something, at most one per free slot, and none that runs', () => {
    const input = queue(60).chain((plain) =>
      fc
        .uniqueArray(fc.integer({ min: 1, max: Math.max(1, plain.failure.length) }), { maxLength: 4 })
        .map((running) => ({ ...plain, running: plain.failure.length === 0 ? [] : running })),
    );
    fc.assert(
      fc.property(input, ({ failure, suspects, slots, running }) => {
        const reach = suspects > 0 ? suspects - 1 : failure.length;
        const useful = running.filter((length) => length <= reach);
        const plan = planProbes({ failure, suspects, slots, running });
        expect(plan).toEqual([...new Set(plan)].toSorted((a, b) => a - b));
        expect(plan.filter((length) => length < 1 || length > reach || running.includes(length))).toEqual([]);
        expect(plan.length).toBeLessThanOrEqual(Math.max(0, slots - useful.length));
        // Something is under way whenever there is something to learn.
        expect(plan.length + useful.length > 0).toBe(reach > 0);
      }),
      { numRuns: 100 },
    );
  });

  test('with a slot for each position tests each, whatever the chances', () => {
    fc.assert(
      fc.property(chances(20), fc.integer({ min: 0, max: 4 }), (hundredths, more) => {
        const failure = hundredths.map((hundredth) => hundredth / 100);
        const plan = planProbes({ failure, suspects: 0, slots: Math.max(1, failure.length + more) });
        expect(plan).toEqual(failure.map((_, index) => index + 1));
      }),
    );
  });

  test('goes one by one with one slot when four of ten or more are bad', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 99 }), fc.integer({ min: 2, max: 40 }), (hundredth, count) => {
        expect(planProbes({ failure: alike(count, hundredth / 100), suspects: 0, slots: 1 })).toEqual([1]);
      }),
      { numRuns: 40 },
    );
  });

  test.each([1, 2, 4, 8])('tests all that surely are good at once, with %d slots', (slots) => {
    expect(planProbes({ failure: alike(20, 0), suspects: 0, slots })).toEqual([20]);
    expect(expectedRounds({ failure: alike(20, 0), suspects: 0, slots })).toBe(1);
  });

  test('tests those that are likely bad apart from those that are not', () => {
    const failure = [...alike(10, 0.01), 0.8, ...alike(9, 0.01)];
    expect(planProbes({ failure, suspects: 0, slots: 2 })).toEqual([10, 11]);
  });
});

describe('suspects', () => {
  test('a single one is guilty, so nothing is left to test', () => {
    const failure = alike(20, 0.1);
    expect(planProbes({ failure, suspects: 1, slots: 4 })).toEqual([]);
    expect(expectedRounds({ failure, suspects: 1, slots: 4 })).toBeCloseTo(
      expectedRounds({ failure: alike(19, 0.1), suspects: 0, slots: 4 }),
      9,
    );
  });

  test('are halved with one slot, and nothing behind them is tested', () => {
    expect(planProbes({ failure: alike(20, 0.02), suspects: 8, slots: 1 })).toEqual([4]);
  });

  test('that are few enough are told apart in one round', () => {
    expect(planProbes({ failure: alike(20, 0.1), suspects: 5, slots: 4 })).toEqual([1, 2, 3, 4]);
  });

  test('that all were thought to be good are suspected alike', () => {
    const failure = [...alike(8, 0), ...alike(8, 0.1)];
    expect(planProbes({ failure, suspects: 8, slots: 1 })).toEqual([4]);
    const rounds = expectedRounds({ failure, suspects: 8, slots: 1 });
    expect(rounds).toBeGreaterThan(3);
    expect(rounds).toBeLessThan(12);
  });
});

describe('tests that are running', () => {
  test('are part of the plan: what was planned with them is what is planned besides them', () => {
    const failure = alike(20, 0.1);
    const [first = 0, ...others] = planProbes({ failure, suspects: 0, slots: 4 });
    expect(others).toHaveLength(3);
    expect(planProbes({ failure, suspects: 0, slots: 4, running: [first] })).toEqual(others);
    expect(planProbes({ failure, suspects: 0, slots: 4, running: others })).toEqual([first]);
  });

  test('take their slots', () => {
    expect(planProbes({ failure: alike(20, 0.1), suspects: 0, slots: 2, running: [3, 9] })).toEqual([]);
  });

  test('that can tell nothing any more take none', () => {
    const failure = alike(20, 0.1);
    const suspicious = planProbes({ failure, suspects: 9, slots: 2 });
    expect(suspicious).toHaveLength(2);
    expect(planProbes({ failure, suspects: 9, slots: 2, running: [9, 14] })).toEqual(suspicious);
  });
});

test('of a long queue the first 48 are planned on', () => {
  const failure = Array.from({ length: 64 }, (_, index) => 0.02 + 0.2 * ((index * 7) % 11));
  const bounded = failure.map((chance) => Math.min(0.9, chance));
  const [all, first] = [bounded, bounded.slice(0, 48)].map((part) => ({ failure: part, suspects: 0, slots: 4 }));
  expect(all && planProbes(all)).toEqual(first && planProbes(first));
  expect(planProbes({ failure: alike(64, 0), suspects: 0, slots: 2 })).toEqual([48]);
});

test('suspects are planned on however many they are', () => {
  const [half = 0] = planProbes({ failure: alike(64, 0.001), suspects: 60, slots: 1 });
  expect(half).toBeGreaterThan(24);
  expect(half).toBeLessThan(36);
});

test('nothing waits, nothing is tested', () => {
  expect(planProbes({ failure: [], suspects: 0, slots: 3 })).toEqual([]);
  expect(expectedRounds({ failure: [], suspects: 0, slots: 3 })).toBe(0);
});

test.each([
  ['a chance above 1', { failure: [1.1], suspects: 0, slots: 1 }],
  ['a chance that is no number', { failure: [Number.NaN], suspects: 0, slots: 1 }],
  ['more suspects than candidates', { failure: [0.1], suspects: 2, slots: 1 }],
  ['no slot', { failure: [0.1], suspects: 0, slots: 0 }],
  ['a run of a prefix that is not there', { failure: [0.1], suspects: 0, slots: 1, running: [2] }],
])('%s is a mistake of the caller', (_, input) => {
  expect(() => planProbes(input)).toThrow(RangeError);
});
