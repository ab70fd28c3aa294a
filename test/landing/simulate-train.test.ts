import { expect, test } from 'vitest';
import { drain, simulate, simulateExactly } from '../../scripts/simulate-train.mjs';

const seed = 7;

test.each([
  [0.05, 1],
  [0.1, 4],
  [0.3, 8],
])('queues that are drained at chance %d with %d slots take the rounds that were expected', (chance, slots) => {
  const trials = 400;
  const { probe, expected } = simulate({ seed, trials, count: 20, chance, slots });
  expect(Math.abs(probe.rounds - expected)).toBeLessThan((3 * probe.spread) / Math.sqrt(trials));
  expect(probe.spread).toBeGreaterThan(0.1);
});

test('few slots and few bad ones gain most over one by one, and no slot is wasted when many are bad', () => {
  const few = simulate({ seed, trials: 200, count: 20, chance: 0.05, slots: 1 });
  expect(few.sequential.rounds).toBe(20);
  expect(few.window.rounds).toBe(20);
  expect(few.probe.rounds).toBeLessThan(7.5);
  const many = simulate({ seed, trials: 200, count: 20, chance: 0.3, slots: 4 });
  expect(many.probe.rounds).toBeLessThanOrEqual(many.window.rounds + 0.2);
});

test('twenty candidates of a repository without history take a fraction of twenty rounds', () => {
  const rounds = (bad: number, slots: number) =>
    simulateExactly({ seed, trials: 300, count: 20, bad, chance: 0.1, slots }).withSecondChances;
  expect(rounds(0, 4)).toBe(1);
  expect(rounds(0, 1)).toBe(3);
  expect(rounds(2, 4)).toBeLessThan(7);
  expect(rounds(2, 1)).toBeLessThan(13);
});

test('as many are accused as are bad, whatever lengths are tested', () => {
  const bad = [false, true, true, false, false, true, false];
  for (const policy of [() => [1], () => [1, 2], (front: number) => [bad.length - front]]) {
    const halving = (front: number, suspects: number) =>
      suspects > 1 ? [Math.ceil(suspects / 2)] : policy(front).filter((length) => front + length <= bad.length);
    expect(drain(bad, halving).accused).toBe(3);
  }
});

test('the same seed drains the same queues', () => {
  const setting = { trials: 20, count: 20, chance: 0.1, slots: 2 };
  expect(simulate({ seed: 3, ...setting })).toEqual(simulate({ seed: 3, ...setting }));
  expect(simulate({ seed: 3, ...setting }).probe).not.toEqual(simulate({ seed: 4, ...setting }).probe);
});
