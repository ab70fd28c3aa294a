import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type ClaimingTask,
  findOverlaps,
  type Overlap,
  type TrackedPaths,
  trackedPaths,
} from '../src/conflicts/index.ts';
import type { BenchRow } from './row.ts';

const claimsPerTask = 100;
const fewTasks = 1_000;
const manyTasks = 10_000;
const mostMsForFew = 200;
const mostTimesFew = 15;
const runs = 3;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

type PathsOfTask = (task: number, place: number) => string;

/** One shared path in fifty: each task shares two with the task after it. */
const names: PathsOfTask = (task, place) => (place < 2 ? ownPath(task + 1, place + 2) : ownPath(task, place));

/** The same, with a folder and eleven globs among the hundred, one of them in braces and one of a neighbour. */
const globs: PathsOfTask = (task, place) => {
  if (place >= 12) return names(task, place - 12);
  if (place === 11) return `packages/p${task}/docs/`;
  if (place === 10) return `packages/p${task + 1}/src/part0/**/*.ts`;
  return `packages/p${task}/src/part${place}/**/*.${place === 0 ? '{ts,tsx}' : 'ts'}`;
};

/** Ten files to a folder, about as many as in real repositories. */
const ownPath = (task: number, place: number): string =>
  `packages/p${task}/src/part${Math.floor(place / 10)}/module-${place}.ts`;

/** How long it takes to find all overlaps of 1,000 and of 10,000 tasks with 100 claims each, over 100,000 tracked files. */
export async function benchOverlap(): Promise<BenchRow[]> {
  const tracked = trackedPaths(trackedFiles());
  return [...rows('names', names, tracked), ...rows('names and globs', globs, tracked)];
}

function rows(kind: string, pathsOf: PathsOfTask, tracked: TrackedPaths): BenchRow[] {
  // The first run of all compiles the code.
  timeOnce(fewTasks, pathsOf, tracked);
  // In turns, so that whatever else the machine does weighs on both alike.
  const pairs = Array.from({ length: runs }, () => ({
    few: timeOnce(fewTasks, pathsOf, tracked),
    many: timeOnce(manyTasks, pathsOf, tracked),
  }));
  const few = median(pairs.map((pair) => pair.few));
  const many = median(pairs.map((pair) => pair.many));
  const times = median(pairs.map((pair) => pair.many / pair.few));
  return [
    {
      name: `overlap, 1,000 tasks of 100 (${kind})`,
      measured: `${few.toFixed(0)} ms`,
      limit: `${mostMsForFew} ms`,
      ratio: few / mostMsForFew,
      ok: few < mostMsForFew,
    },
    {
      name: `overlap, 10,000 tasks of 100 (${kind})`,
      measured: `${many.toFixed(0)} ms, ${times.toFixed(1)} times`,
      limit: `${mostTimesFew} times 1,000 tasks`,
      ratio: times / mostTimesFew,
      ok: times <= mostTimesFew,
    },
  ];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

function timeOnce(count: number, pathsOf: PathsOfTask, tracked: TrackedPaths): number {
  const tasks = freshTasks(count, pathsOf);
  // What the run before left behind is not this run's to clear away.
  collectGarbage();
  const start = process.threadCpuUsage();
  const overlaps = findOverlaps(tasks, tracked);
  // The time that this thread computes, which is the time on the clock unless the machine is busy with other things.
  const { user, system } = process.threadCpuUsage(start);
  const ms = (user + system) / 1000;
  assertNeighbours(overlaps, count);
  return ms;
}

/** Texts that nothing has looked at yet, as a parser makes them; strings that were looked up once are found faster. */
function freshTasks(count: number, pathsOf: PathsOfTask): readonly ClaimingTask[] {
  return Array.from({ length: count }, (_, task) => ({
    id: `T-${task}`,
    claims: Array.from({ length: claimsPerTask }, (_, place) => ({
      pattern: Buffer.from(pathsOf(task, place)).toString(),
      mode: 'edit' as const,
      exclude: false,
      at: { line: 1, column: 1 },
    })),
  }));
}

/** A fast wrong answer is worth nothing: each task overlaps the one after it, and no other. */
function assertNeighbours(overlaps: readonly Overlap[], count: number): void {
  const asExpected = overlaps.every(({ tasks }, index) => tasks[0] === `T-${index}` && tasks[1] === `T-${index + 1}`);
  if (!asExpected || overlaps.length !== count - 1) throw new Error(`${overlaps.length} overlaps of ${count} tasks`);
}

/** The same for both sizes: a tenth of what each task names is there already, and the rest is yet to be written. */
function* trackedFiles(): Iterable<string> {
  for (let task = 0; task < manyTasks; task += 1) {
    for (let place = 0; place < claimsPerTask / 10; place += 1) yield ownPath(task, place);
  }
}
