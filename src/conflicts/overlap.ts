import { type ClaimingTask, type ClaimUses, claimUses } from './claim-uses.ts';
import { canMeet } from './meet.ts';
import { findMeetings, type Meetings, type Reason, type WidePair } from './meetings.ts';
import { matchesPattern, moreSpecific, type PathPattern, patternText, patternTokens, rootOf } from './pattern.ts';
import type { TrackedPaths } from './tracked.ts';

/** Two tasks, or two branches, that meet. */
export interface Overlap {
  /** The ids, in input order. */
  readonly tasks: readonly [string, string];
  /** Where they meet, in code-unit order, at most `maxShownPaths` of them. */
  readonly paths: readonly string[];
  /** There are further paths than those listed. */
  readonly more: boolean;
  /**
   * True when the paths are files: tracked ones, or ones that a claim names letter for letter. False when only files that do not
   * exist yet could be touched by both; `paths` then holds the narrower pattern of each two that meet.
   */
  readonly certain: boolean;
}

/** Two tasks that both claim a whole source tree are told apart no better by ten thousand paths than by a hundred. */
export const maxShownPaths = 100;

/**
 * The tasks that would touch the same files, pair by pair, in input order. Takes tasks with their claims, and the tracked files.
 *
 * Two tasks overlap when a claim of one and a claim of the other name the same path, not both only to read it, and neither task
 * excludes that path. Paths are the tracked ones and those that either claim names; where there are none, two claims still meet
 * when some path could exist that both name and no exclusion does. An untracked name is taken for a folder only by a claim that
 * begins at it or below it: `docs/new` meets `docs/new/*.md`, but not `docs/*.md`. A task without claims overlaps nothing.
 * A claim inside a folder that the same task claims is that folder's.
 *
 * The time grows with the number of claims and of meetings, not with the number of pairs of tasks. Never fails; refused claims
 * name nothing.
 */
export function findOverlaps(tasks: readonly ClaimingTask[], tracked: TrackedPaths): readonly Overlap[] {
  const uses = claimUses(tasks, tracked);
  const meetings = findMeetings(uses, tasks.length);
  const describe = describer(uses, meetings, tracked);
  const overlaps: Overlap[] = [];
  for (const key of Float64Array.from(meetings.reasons.keys()).sort()) {
    const first = Math.floor(key / tasks.length);
    const second = key % tasks.length;
    const place = describe(first, second, meetings.reasons.get(key) as readonly Reason[]);
    if (place === undefined) continue;
    overlaps.push({ tasks: [(tasks[first] as ClaimingTask).id, (tasks[second] as ClaimingTask).id], ...place });
  }
  return overlaps;
}

type Place = Omit<Overlap, 'tasks'>;
type Describe = (first: number, second: number, reasons: readonly Reason[]) => Place | undefined;

function describer(uses: ClaimUses, { widePairs }: Meetings, tracked: TrackedPaths): Describe {
  const filesOf = once((pattern: PathPattern) => trackedFiles(pattern, tracked));
  const filesOfPair = once((pair: WidePair) => filesInBoth(pair, filesOf));
  const placeOfPair = once((pair: WidePair) => placeOf([], [pair], [], filesOfPair));
  return (first, second, reasons) => {
    const excluded = [...uses.excluded(first), ...uses.excluded(second)];
    const names = reasons.filter((reason) => reason >= 0).map((reason) => uses.table.text(reason));
    const pairs = reasons.filter((reason) => reason < 0).map((reason) => widePairs[-1 - reason] as WidePair);
    // A thousand tasks that claim the same folder share one description of it.
    if (names.length === 0 && pairs.length === 1 && excluded.length === 0) return placeOfPair(pairs[0] as WidePair);
    return placeOf(names, pairs, excluded, filesOfPair);
  };
}

function placeOf(
  names: readonly string[],
  pairs: readonly WidePair[],
  excluded: readonly PathPattern[],
  filesOfPair: (pair: WidePair) => readonly string[],
): Place | undefined {
  const found = new Set<string>();
  for (const list of [[...names].sort(), ...pairs.map(filesOfPair)]) addFirst(found, list, excluded);
  const paths = [...found].sort();
  if (paths.length > 0)
    return { paths: paths.slice(0, maxShownPaths), more: paths.length > maxShownPaths, certain: true };
  const possible = pairs.filter((pair) => stillMeet(pair, excluded));
  const texts = [...new Set(possible.map(({ a, b }) => patternText(moreSpecific(a, b))))].sort();
  if (texts.length === 0) return undefined;
  return { paths: texts.slice(0, maxShownPaths), more: texts.length > maxShownPaths, certain: false };
}

/** Adds what is not excluded, and stops as soon as more is there than will be shown. */
function addFirst(found: Set<string>, sorted: readonly string[], excluded: readonly PathPattern[]): void {
  let added = 0;
  for (const path of sorted) {
    if (added > maxShownPaths) return;
    if (excluded.some((pattern) => matchesPattern(pattern, path))) continue;
    found.add(path);
    added += 1;
  }
}

/** Every pair meets as long as nothing is excluded. */
function stillMeet({ a, b }: WidePair, excluded: readonly PathPattern[]): boolean {
  if (excluded.length === 0) return true;
  const exclusions = excluded.flatMap(patternTokens);
  return patternTokens(a).some((inA) => patternTokens(b).some((inB) => canMeet(inA, inB, exclusions)));
}

function trackedFiles(pattern: PathPattern, tracked: TrackedPaths): readonly string[] {
  const below = tracked.below(rootOf(pattern));
  return pattern.kind === 'folder' ? below : below.filter((path) => matchesPattern(pattern, path));
}

function filesInBoth({ a, b }: WidePair, filesOf: (pattern: PathPattern) => readonly string[]): readonly string[] {
  const narrow = moreSpecific(a, b);
  const wide = narrow === a ? b : a;
  const files = filesOf(narrow);
  // One of the two begins at or above the other, so a folder that is not the narrower one holds all of it.
  return wide === narrow || wide.kind === 'folder' ? files : files.filter((path) => matchesPattern(wide, path));
}

function once<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
