// @ts-check
/**
 * Drains random queues with the landing policies and prints how long that takes: `node scripts/simulate-train.mjs [--seed 1]
 * [--trials 4000] [--count 20] [--quick]`. The same seed gives the same table. Times are in rounds of tests, runs in brackets.
 */
import { parseArgs } from 'node:util';
import { expectedRounds, planProbes } from '../src/landing/probe-plan.ts';

/**
 * @typedef {(front: number, suspects: number) => readonly number[]} Policy The prefix lengths to test when so many candidates are settled.
 * @typedef {{ rounds: number, runs: number, accused: number }} Drained
 * @typedef {{ seed: number, trials: number, count: number }} Size
 */

/**
 * Lands or accuses every candidate of a queue, where `bad` says which of them are bad.
 * @param {readonly boolean[]} bad
 * @param {Policy} policy
 * @returns {Drained}
 */
export function drain(bad, policy) {
  const drained = { rounds: 0, runs: 0, accused: 0 };
  let [front, suspects] = [0, 0];
  while (front < bad.length) {
    if (suspects === 1) {
      drained.accused += 1;
      front += 1;
      suspects = 0;
      continue;
    }
    const lengths = policy(front, suspects);
    const firstBad = bad.indexOf(true, front);
    const isGreen = (/** @type {number} */ length) => firstBad < 0 || front + length <= firstBad;
    const green = Math.max(0, ...lengths.filter(isGreen));
    const red = lengths.find((length) => !isGreen(length)) ?? suspects;
    drained.rounds += 1;
    drained.runs += lengths.length;
    front += green;
    suspects = Math.max(0, red - green);
  }
  return drained;
}

/**
 * The policy of the train, with each plan made once.
 * @param {number} count
 * @param {number} chance What each candidate is thought to be bad with.
 * @param {number} slots
 * @returns {Policy}
 */
export function probing(count, chance, slots) {
  /** @type {Map<string, readonly number[]>} */
  const plans = new Map();
  return (front, suspects) => {
    const key = `${front} ${suspects}`;
    const plan = plans.get(key) ?? planProbes({ failure: alike(count - front, chance), suspects, slots });
    plans.set(key, plan);
    return plan;
  };
}

/**
 * Tests each of the first positions, as many as there are slots.
 * @param {number} count
 * @param {number} slots
 * @returns {Policy}
 */
function windowOf(count, slots) {
  return (front) => Array.from({ length: Math.min(slots, count - front) }, (_, index) => index + 1);
}

/**
 * One row of the table: the mean over random queues, each drained by every policy.
 * @param {Size & { chance: number, slots: number }} setting
 */
export function simulate({ seed, trials, count, chance, slots }) {
  const random = randomOf(seed);
  const policies = {
    sequential: windowOf(count, 1),
    window: windowOf(count, slots),
    probe: probing(count, chance, slots),
  };
  /** @type {Record<keyof typeof policies, Drained[]>} */
  const drained = { sequential: [], window: [], probe: [] };
  for (let trial = 0; trial < trials; trial += 1) {
    const bad = Array.from({ length: count }, () => random() < chance);
    drained.sequential.push(drain(bad, policies.sequential));
    drained.window.push(drain(bad, policies.window));
    drained.probe.push(drain(bad, policies.probe));
  }
  return {
    sequential: meanOf(drained.sequential),
    window: meanOf(drained.window),
    probe: meanOf(drained.probe),
    expected: expectedRounds({ failure: alike(count, chance), suspects: 0, slots }),
    limit: Math.max(1, (count * entropy(chance)) / slots),
  };
}

/**
 * Rounds when exactly so many of the queue are bad, at random places, and each is thought to be bad with the same chance.
 * The second chances of the accused, each alone, and one run of main itself share rounds at the end.
 * @param {Size & { bad: number, chance: number, slots: number }} setting
 */
export function simulateExactly({ seed, trials, count, bad, chance, slots }) {
  const random = randomOf(seed);
  const policy = probing(count, chance, slots);
  const drained = Array.from({ length: trials }, () => drain(placed(count, bad, random), policy));
  const { rounds, runs } = meanOf(drained);
  return { rounds, runs, withSecondChances: rounds + (bad === 0 ? 0 : Math.ceil((bad + 1) / slots)) };
}

/**
 * @param {number} count
 * @param {number} bad
 * @param {() => number} random
 */
function placed(count, bad, random) {
  const queue = alike(count, 0).map((_, index) => index < bad);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [queue[last], queue[other]] = [queue[other] ?? false, queue[last] ?? false];
  }
  return queue;
}

/**
 * @param {number} count
 * @param {number} chance
 * @returns {number[]}
 */
function alike(count, chance) {
  return Array.from({ length: count }, () => chance);
}

/** @param {readonly Drained[]} all */
function meanOf(all) {
  const mean = (/** @type {keyof Drained} */ key) => all.reduce((sum, drained) => sum + drained[key], 0) / all.length;
  const rounds = mean('rounds');
  const variance = all.reduce((sum, drained) => sum + (drained.rounds - rounds) ** 2, 0) / all.length;
  return { rounds, runs: mean('runs'), spread: Math.sqrt(variance) };
}

/**
 * Bits that one candidate holds: each run tells at most one.
 * @param {number} chance
 */
function entropy(chance) {
  const bits = (/** @type {number} */ part) => (part === 0 ? 0 : -part * Math.log2(part));
  return bits(chance) + bits(1 - chance);
}

/**
 * Numbers in [0, 1) that look random and are the same for the same seed (mulberry32).
 * @param {number} seed
 */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {Size} size */
function print(size) {
  const cell = (/** @type {{ rounds: number, runs: number }} */ { rounds, runs }) =>
    `${rounds.toFixed(1)} (${runs.toFixed(0)})`;
  const row = (/** @type {(string | number)[]} */ cells) =>
    console.log(cells.map((text) => String(text).padStart(11)).join(' '));
  console.log(`${size.count} candidates, ${size.trials} trials, seed ${size.seed}; rounds (runs)\n`);
  row(['chance', 'slots', 'sequential', 'window', 'probe', 'expected', 'limit']);
  for (const chance of [0, 0.05, 0.1, 0.3])
    for (const slots of [1, 2, 4, 8]) {
      const { sequential, window, probe, expected, limit } = simulate({ ...size, chance, slots });
      row([chance, slots, cell(sequential), cell(window), cell(probe), expected.toFixed(2), limit.toFixed(1)]);
    }
  console.log('\nExactly so many bad, each thought to be bad with 0.1\n');
  row(['bad', 'slots', 'probe', '+ 2nd chance']);
  for (const bad of [0, 1, 2])
    for (const slots of [1, 2, 4, 8]) {
      const drained = simulateExactly({ ...size, bad, chance: 0.1, slots });
      row([bad, slots, cell(drained), drained.withSecondChances.toFixed(1)]);
    }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      trials: { type: 'string', default: '4000' },
      count: { type: 'string', default: '20' },
      quick: { type: 'boolean', default: false },
    },
  });
  print({ seed: Number(values.seed), trials: values.quick ? 200 : Number(values.trials), count: Number(values.count) });
}
