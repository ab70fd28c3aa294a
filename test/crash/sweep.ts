import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { wrongsOf } from './aftermath.ts';
import { type CrashProject, crashProject, type Layout } from './crashed-run.ts';
import type { Point } from './killing-git.ts';

/** One kill, or two, and how the work is taken up between and after them. */
export interface Crash {
  readonly layout: Layout;
  readonly first: Point;
  /** Counted from the start of the continuation; one that is never reached is no kill. */
  readonly second?: Point;
  readonly goesOnWith: 'run' | 'land';
}

/** What a run without a kill consists of. */
export interface Measure {
  readonly commands: readonly string[];
  readonly records: number;
  readonly tests: number;
}

const run = ['run', '--all', '--json'];
const land = ['land', '--json'];

export async function measure(layout: Layout): Promise<Measure> {
  const crashed = await crashProject(layout);
  try {
    const ran = await crashed.run(run);
    const wrongs = await wrongsOf(crashed);
    if (ran.code !== 1 || wrongs.length > 0) throw new Error(`Without a kill: ${wrongs.join('\n')}\n${ran.output}`);
    return { commands: crashed.killer.commands(), records: crashed.journal().length, tests: crashed.killer.tests() };
  } finally {
    await crashed.p.dispose();
  }
}

/** Every point of a run at which it can be killed. */
export function everyPoint({ commands, records, tests }: Measure): readonly Point[] {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  return [
    ...upTo(commands.length).flatMap((at) =>
      (['before', 'orphan', 'after', 'torn'] as const).map((how) => ({ kind: 'git', at, how }) as const),
    ),
    ...upTo(records).map((at) => ({ kind: 'journal', at }) as const),
    ...upTo(tests).flatMap((at) => (['start', 'end'] as const).map((how) => ({ kind: 'test', at, how }) as const)),
  ];
}

/** Kills, goes on, and says what is wrong at the end, with what was done before. */
export async function crash(plan: Crash): Promise<readonly string[]> {
  const crashed = await crashProject(plan.layout);
  const story: string[] = [];
  try {
    const step = async (args: readonly string[], point?: Point) => {
      const ran = await crashed.run(args, point);
      story.push(
        `${args[0]} ${point === undefined ? '' : pointText(point)}${ran.killed ? ' KILLED' : ''} -> ${ran.code}`,
      );
      story.push(`  ${crashed.killer.commands().length} commands, the last: ${crashed.killer.commands().at(-1) ?? ''}`);
      const words = ran.output.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
      if (words.length > 0) story.push(...words.map((line) => `  ${line}`));
      return ran;
    };
    const mains: string[] = [];
    const goesOn = plan.goesOnWith === 'run' ? run : land;
    await step(run, plan.first);
    mains.push((await crashed.p.ref('main')) ?? 'main is gone');
    if (plan.second !== undefined) {
      await step(goesOn, plan.second);
      mains.push((await crashed.p.ref('main')) ?? 'main is gone');
    }
    if (plan.goesOnWith === 'land') await step(land);
    await step(run);
    await removeUsersLocks(crashed, step);
    const wrongs = [...(await wrongsOf(crashed)), ...(await backwards(crashed, mains))];
    if (wrongs.length === 0) return [];
    const types = crashed
      .journal()
      .map(({ type, task = '', outcome = '', run: of }) => `  ${of} ${type} ${task} ${String(outcome)}`);
    return [...wrongs, ...story, ...types];
  } finally {
    await crashed.p.dispose();
  }
}

/** A git that was killed on the user's side leaves its lock there: the hold names it, and a person takes it away. */
async function removeUsersLocks(
  { p, journal }: CrashProject,
  step: (args: readonly string[]) => Promise<unknown>,
): Promise<void> {
  for (const name of ['index.lock', 'HEAD.lock', 'refs/heads/main.lock']) {
    const lock = join(p.root, '.git', name);
    const isNamed = journal().some(({ type, reason }) => type === 'held' && JSON.stringify(reason).includes(lock));
    if (!existsSync(lock) || !isNamed) continue;
    rmSync(lock);
    await step(land);
  }
}

async function backwards({ p }: CrashProject, mains: readonly string[]): Promise<readonly string[]> {
  const line = new Set((await p.git(['rev-list', '--first-parent', 'main'])).split('\n'));
  return mains.filter((commit) => !line.has(commit)).map((commit) => `main was ${commit} and has left it`);
}

export const pointText = (point: Point): string =>
  point.kind === 'journal'
    ? `after journal record ${point.at}`
    : `${point.how} ${point.kind === 'git' ? 'git command' : 'test'} ${point.at}`;

/** mulberry32: the same numbers from 0 to 1 for the same seed, everywhere. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
