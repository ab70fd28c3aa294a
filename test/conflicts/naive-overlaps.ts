import {
  type ClaimingTask,
  maxShownPaths,
  type Overlap,
  type PathPattern,
  resolveClaim,
  type TrackedPaths,
} from '../../src/conflicts/index.ts';
import { canMeet } from '../../src/conflicts/meet.ts';
import {
  isBelow,
  matchesPattern,
  moreSpecific,
  patternText,
  patternTokens,
  rootOf,
} from '../../src/conflicts/pattern.ts';

interface Use {
  readonly pattern: PathPattern;
  readonly writes: boolean;
}

/** The definition of an overlap, said as plainly as possible: every claim of every task against every claim of every other. */
export function naiveOverlaps(tasks: readonly ClaimingTask[], tracked: TrackedPaths): readonly Overlap[] {
  return tasks.flatMap((one, index) =>
    tasks.slice(index + 1).flatMap((other) => {
      const place = placeOf(
        usesOf(one, tracked),
        usesOf(other, tracked),
        [...excludedBy(one, tracked), ...excludedBy(other, tracked)],
        tracked,
      );
      return place === undefined ? [] : [{ tasks: [one.id, other.id] as const, ...place }];
    }),
  );
}

function placeOf(
  ones: readonly Use[],
  others: readonly Use[],
  excluded: readonly PathPattern[],
  tracked: TrackedPaths,
): Omit<Overlap, 'tasks'> | undefined {
  const certain = new Set<string>();
  const possible = new Set<string>();
  for (const one of ones) {
    for (const other of others) {
      if (!one.writes && !other.writes) continue;
      const [a, b] = [one.pattern, other.pattern];
      const named = [a, b].flatMap((pattern) => (pattern.kind === 'path' ? [pattern.path] : []));
      const inBoth = [...tracked.files, ...named].filter((path) => matchesPattern(a, path) && matchesPattern(b, path));
      for (const path of inBoth) if (!excluded.some((pattern) => matchesPattern(pattern, path))) certain.add(path);
      const settled = named.some((path) => inBoth.includes(path));
      if (!settled && isWideEnough(a, b) && isWideEnough(b, a) && meet(a, b, excluded))
        possible.add(patternText(moreSpecific(a, b)));
    }
  }
  const paths = [...(certain.size > 0 ? certain : possible)].sort();
  if (paths.length === 0) return undefined;
  return { paths: paths.slice(0, maxShownPaths), more: paths.length > maxShownPaths, certain: certain.size > 0 };
}

/** A name is taken for a folder only by a wide claim that begins at it or below it. */
function isWideEnough(pattern: PathPattern, other: PathPattern): boolean {
  if (pattern.kind !== 'path') return true;
  return (
    !pattern.tracked &&
    other.kind !== 'path' &&
    (rootOf(other) === pattern.path || isBelow(rootOf(other), pattern.path))
  );
}

function meet(a: PathPattern, b: PathPattern, excluded: readonly PathPattern[]): boolean {
  const exclusions = excluded.flatMap(patternTokens);
  return patternTokens(a).some((inA) => patternTokens(b).some((inB) => canMeet(inA, inB, exclusions)));
}

function usesOf(task: ClaimingTask, tracked: TrackedPaths): readonly Use[] {
  const uses = task.claims
    .filter((claim) => !claim.exclude)
    .flatMap((claim) => {
      const resolved = resolveClaim(claim, tracked);
      return resolved.kind === 'resolved'
        ? resolved.patterns.map((pattern) => ({ pattern, writes: claim.mode !== 'read' }))
        : [];
    });
  return uses.filter(
    (use) => !uses.some((folder) => (folder.writes || !use.writes) && holds(folder.pattern, use.pattern)),
  );
}

/** A claim inside a folder that the same task claims is that folder's. */
function holds(folder: PathPattern, pattern: PathPattern): boolean {
  if (folder.kind !== 'folder') return false;
  return isBelow(rootOf(pattern), folder.path) && rootOf(pattern) !== folder.path
    ? true
    : pattern.kind === 'glob' && rootOf(pattern) === folder.path;
}

function excludedBy(task: ClaimingTask, tracked: TrackedPaths): readonly PathPattern[] {
  return task.claims
    .filter((claim) => claim.exclude)
    .flatMap((claim) => {
      const resolved = resolveClaim(claim, tracked);
      return resolved.kind === 'resolved' ? resolved.patterns : [];
    });
}
