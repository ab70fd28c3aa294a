import { expect, test } from 'vitest';
import type { Layout } from './crashed-run.ts';
import type { Point } from './killing-git.ts';
import { type Crash, chance, crash, everyPoint, measure, pointText } from './sweep.ts';

/** `SWEEP=all` kills at every point; `SWEEP_SEED` chooses others for the sample, for the second kills, and for what goes on. */
const seed = Number(process.env['SWEEP_SEED'] ?? 1);
const isWhole = process.env['SWEEP'] === 'all';
const sampleSize = { checkedOut: 11, nowhere: 4 };
const next = chance(seed);

const crashes = [...(await crashesOn('checkedOut')), ...(await crashesOn('nowhere'))];

async function crashesOn(layout: Layout): Promise<readonly Crash[]> {
  const points = everyPoint(await measure(layout));
  const firsts = isWhole ? points : oneOfEachStretch(points, sampleSize[layout]);
  return firsts.map((first) => {
    const goesOnWith = next() < 0.5 ? 'run' : 'land';
    return { layout, first, goesOnWith, ...(next() < 0.5 ? { second: secondOf(points) } : {}) };
  });
}

/** So that no part of a run is left out. */
function oneOfEachStretch(points: readonly Point[], size: number): readonly Point[] {
  const stretch = points.length / size;
  return Array.from({ length: size }, (_, index) => points[Math.floor((index + next()) * stretch)] ?? pick(points));
}

/** A continuation is shorter than a run. */
function secondOf(points: readonly Point[]): Point {
  return pick(points.filter(({ kind, at }) => at <= { git: 50, journal: 25, test: 2 }[kind]));
}

function pick(points: readonly Point[]): Point {
  return points[Math.floor(next() * points.length)] ?? { kind: 'journal', at: 1 };
}

for (const plan of crashes) {
  test(`killed ${textOf(plan)}: what was finished lands once, nothing is lost, nothing blocks`, async () => {
    expect(await crash(plan), `seed ${seed}`).toEqual([]);
  });
}

function textOf({ layout, first, second, goesOnWith }: Crash): string {
  const again = second === undefined ? '' : ` and killed ${pointText(second)}`;
  return `${pointText(first)} (main ${layout}), continued by ${goesOnWith}${again}`;
}
