import type { Claim } from '../tasks/index.ts';
import { matchesClaim, resolveClaim } from './claim.ts';
import type { ClaimingTask } from './claim-uses.ts';
import { maxShownPaths, type Overlap } from './overlap.ts';
import { type TrackedPaths, trackedPaths } from './tracked.ts';

/** The files that a task's branch really touched, relative to the root of the repository. */
export interface Footprint {
  readonly id: string;
  readonly paths: readonly string[];
}

/** The branches that touched the same files, pair by pair, in input order. The time grows with the paths and the meetings. */
export function footprintOverlaps(footprints: readonly Footprint[]): readonly Overlap[] {
  const touchedBy = new Map<string, number[]>();
  const shared = new Map<number, string[]>();
  footprints.forEach(({ paths }, index) => {
    for (const path of new Set(paths)) {
      const earlier = touchedBy.get(path);
      if (earlier === undefined) touchedBy.set(path, [index]);
      else {
        for (const other of earlier) pathsOfPair(shared, other * footprints.length + index).push(path);
        earlier.push(index);
      }
    }
  });
  return [...shared]
    .sort(([one], [other]) => one - other)
    .map(([pair, paths]) => ({
      tasks: [idAt(footprints, Math.floor(pair / footprints.length)), idAt(footprints, pair % footprints.length)],
      paths: paths.sort().slice(0, maxShownPaths),
      more: paths.length > maxShownPaths,
      certain: true,
    }));
}

function pathsOfPair(shared: Map<number, string[]>, pair: number): string[] {
  const known = shared.get(pair);
  if (known !== undefined) return known;
  const paths: string[] = [];
  shared.set(pair, paths);
  return paths;
}

const idAt = (footprints: readonly Footprint[], index: number): string => (footprints[index] as Footprint).id;

/**
 * The touched paths that the task did not claim, in the order given: named by no claim, only to be read, or excluded.
 * A task that claims nothing cannot go outside its claims, so for it there are none.
 */
export function outsideClaims(
  paths: readonly string[],
  claims: readonly Claim[],
  tracked: TrackedPaths,
): readonly string[] {
  if (isUnknown(claims)) return [];
  const resolved = claims.map((claim) => resolveClaim(claim, tracked));
  const changes = resolved.filter(({ claim }) => !claim.exclude && claim.mode !== 'read');
  const excluded = resolved.filter(({ claim }) => claim.exclude);
  const isClaimed = (path: string): boolean =>
    changes.some((claim) => matchesClaim(claim, path)) && !excluded.some((claim) => matchesClaim(claim, path));
  return paths.filter((path) => !isClaimed(path));
}

/** The ids of the tasks that do not say what they will touch: no claim, or only exclusions and claims that name nothing. */
export function unknownClaims(tasks: readonly ClaimingTask[]): readonly string[] {
  return tasks.filter(({ claims }) => isUnknown(claims)).map(({ id }) => id);
}

const nothingTracked = trackedPaths([]);

/** Which files are tracked decides what a claim names, but not whether it names anything. */
function isUnknown(claims: readonly Claim[]): boolean {
  return !claims.some((claim) => !claim.exclude && resolveClaim(claim, nothingTracked).kind === 'resolved');
}
