import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drain, probing } from '../scripts/simulate-train.mjs';
import { median } from './example-repository.ts';
import {
  type LandingEvent,
  type LandingPlan,
  type LandingRepository,
  landingRepository,
} from './landing-repository.ts';
import type { BenchRow } from './row.ts';

const count = 20;
/** What a candidate of a repository without history is thought to be bad with. */
const chance = 0.1;
const mostMsOfGit = 250;

/** How long the tests sleep, and how many queues with two bad ones are landed. */
interface Size {
  readonly testSeconds: number;
  readonly queues: number;
}

/**
 * How long 20 finished branches take to land in a repository of 10,000 files, in times T of one test: with none bad, and with two bad
 * at random places, which are the same in each run of the bench. Tests sleep, so that three queues land side by side without being in
 * each other's way; what git takes is measured before that, alone. Beside them a plain loop and the strict window.
 */
export async function benchTrain({ quick }: { readonly quick: boolean }): Promise<BenchRow[]> {
  const size = quick ? { testSeconds: 2, queues: 2 } : { testSeconds: 10, queues: 3 };
  const folder = mkdtempSync(path.join(tmpdir(), 'wt-orch-bench-'));
  try {
    const repository = (name: string) => landingRepository(path.join(folder, name), count);
    const [wide, narrow, byHand] = [repository('wide'), repository('narrow'), repository('by-hand')];
    const overhead = [await gitOverhead(wide, 4), await gitOverhead(narrow, 1)];
    const [fast, slow, loop] = await Promise.all([
      rowsWith(wide, { slots: 4, noneBad: 1.5, twoBad: 7 }, size),
      rowsWith(narrow, { slots: 1, noneBad: 3.5, twoBad: 13 }, size),
      byHand.landOneByOne({ testSeconds: size.testSeconds, bad: [] }),
    ]);
    return [...fast, ...slow, beside('a plain loop, none bad', loop / 1000 / size.testSeconds), ...overhead];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a queue with none bad, and one with two, may take, in T. */
interface Limits {
  readonly slots: number;
  readonly noneBad: number;
  readonly twoBad: number;
}

async function rowsWith(
  repository: LandingRepository,
  { slots, noneBad, twoBad }: Limits,
  { testSeconds, queues }: Size,
): Promise<BenchRow[]> {
  const timesOfT = async (plan: Omit<LandingPlan, 'slots' | 'testSeconds'>): Promise<number> =>
    secondsOf(await repository.land({ ...plan, slots, testSeconds })) / testSeconds;
  const places = randomPairs(queues);
  const none = await timesOfT({ mode: 'probe', bad: [] });
  const two: number[] = [];
  for (const bad of places) two.push(await timesOfT({ mode: 'probe', bad }));
  // One slot of a strict train is the plain loop.
  const strict = slots === 1 ? [] : [[], places[0] ?? []];
  const windows: BenchRow[] = [];
  for (const bad of strict) {
    const times = await timesOfT({ mode: 'strict', bad });
    windows.push(beside(`a strict window, ${slots} slots, ${bad.length === 0 ? 'none' : 'two'} bad`, times));
  }
  const slotWords = slots === 1 ? 'one slot' : `${slots} slots`;
  const mean = meanOverAll(two, places, slots);
  return [
    row(`${count} branches, none bad, ${slotWords}`, `${none.toFixed(2)} T`, noneBad, none),
    row(`${count} branches, two bad, ${slotWords}`, `${mean.toFixed(2)} T (${shown(two)})`, twoBad, mean),
    ...windows,
  ];
}

const shown = (times: readonly number[]): string => times.map((time) => time.toFixed(1)).join(', ');

function row(name: string, measured: string, most: number, value: number): BenchRow {
  return { name, measured, limit: `${most} T`, ratio: value / most, ok: value <= most };
}

/** What others need for the same: shown, and no promise of ours. */
const beside = (name: string, times: number): BenchRow => ({
  name: `  beside it: ${name}`,
  measured: `${times.toFixed(2)} T`,
  limit: 'nothing',
  ratio: 0,
  ok: true,
});

/**
 * The mean over all places that two bad ones can have, of which a few were measured. How many rounds each place takes is known from
 * the policy alone; so the few say how much longer a queue takes than its rounds, and all places how many rounds there are (a control
 * variate: the mean of a few random places alone would be off by more than a round).
 */
function meanOverAll(measured: readonly number[], places: readonly Pair[], slots: number): number {
  const policy = probing(count, chance, slots);
  const roundsOf = (pair: Pair): number =>
    drain(
      Array.from({ length: count }, (_, at) => pair.includes(at)),
      policy,
    ).rounds + Math.ceil((pair.length + 1) / slots);
  return mean(measured) - mean(places.map(roundsOf)) + mean(allPairs().map(roundsOf));
}

type Pair = readonly [number, number];

const allPairs = (): readonly Pair[] =>
  Array.from({ length: count }, (_, first) =>
    Array.from({ length: count - 1 - first }, (_, more): Pair => [first, first + 1 + more]),
  ).flat();

/** So many of all pairs, chosen by a generator of Lehmer's (minimal standard) that always begins with the same number. */
function randomPairs(many: number): readonly Pair[] {
  const pairs = allPairs();
  let state = 20;
  return Array.from({ length: many }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return pairs[state % pairs.length] as Pair;
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** From the moment in which the first branch waits to land until the last has landed or left. */
function secondsOf(events: readonly LandingEvent[]): number {
  const at = (event: LandingEvent | undefined): number => Date.parse(event?.time ?? '');
  const last = events.findLast(({ type }) => type === 'landed' || type === 'stepEnded');
  return (at(last) - at(events.find(({ type }) => type === 'candidateQueued'))) / 1000;
}

/** What one round takes beyond its tests: landing what the one before showed, checking out, looking at the result. */
async function gitOverhead(repository: LandingRepository, slots: number): Promise<BenchRow> {
  // The first time each checkout for tests is filled with its 10,000 files, which later rounds only change.
  await repository.land({ slots, mode: 'probe', testSeconds: 0, bad: [] });
  const testSeconds = 0.5;
  const events = await repository.land({ slots, mode: 'strict', testSeconds, bad: [] });
  const ends = roundEnds(events);
  const beyond = ends.slice(1).map((end, before) => end - (ends[before] ?? 0) - 1000 * testSeconds);
  const ms = median(beyond);
  return {
    name: `git in a round of ${slots === 1 ? 'one test' : `${slots} tests`}, 10,000 files`,
    measured: `${ms.toFixed(0)} ms (least ${Math.min(...beyond).toFixed(0)})`,
    limit: `${mostMsOfGit} ms`,
    ratio: ms / mostMsOfGit,
    ok: ms <= mostMsOfGit,
  };
}

/** The moments, in milliseconds, in which no test is under way any more. */
function roundEnds(events: readonly LandingEvent[]): readonly number[] {
  const ends: number[] = [];
  let underWay = 0;
  for (const { type, time } of events) {
    if (type === 'testStarted') underWay += 1;
    if (type !== 'testEnded' && type !== 'testCancelled') continue;
    underWay -= 1;
    if (underWay === 0) ends.push(Date.parse(time));
  }
  return ends;
}
