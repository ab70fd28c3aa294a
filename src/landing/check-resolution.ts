import { blob, bytesOf, type Conflict, type ConflictedPath, changedPaths, type Git } from '../git/index.ts';
import { type Explanation, hasMarkers, isExplained, lostLines, type Sides } from './lost-lines.ts';

/** How somebody has resolved a conflict. */
export interface Resolution {
  /** What the files are now. */
  readonly tree: string;
  /** Paths of which the index says that nobody has settled them. */
  readonly unsettled: readonly string[];
  /** Paths beside the conflicted ones that may differ: those that the rules look after. */
  readonly free: readonly string[];
  readonly explanations: readonly Explanation[];
}

/** Why a resolution is not taken. */
export interface ResolutionFlaw {
  readonly kind: 'conflictForeign' | 'conflictMarkers' | 'conflictUndecided' | 'conflictLost';
  readonly paths: readonly string[];
  /** For lines that are lost: each with its path, one to a line. */
  readonly detail?: string;
}

/**
 * Holds a resolution against the conflict that it is to resolve. Only conflicted files may differ from what git and the rules
 * had merged, no marker may be left, nobody may have left a file as it was where a side has to be chosen, and each line that a
 * side added is there or explained. Answers with the first of these that does not hold.
 */
export async function flawIn(
  git: Git,
  conflict: Conflict,
  resolution: Resolution,
): Promise<ResolutionFlaw | undefined> {
  const changed = (await changedPaths(git, conflict.tree, resolution.tree)).map(({ path }) => path);
  const theirs = new Set([...conflict.paths.map(({ path }) => path), ...resolution.free]);
  const foreign = changed.filter((path) => !theirs.has(path));
  if (foreign.length > 0) return { kind: 'conflictForeign', paths: foreign };
  const files = await Promise.all(conflict.paths.map(async (one) => await readFile(git, one, resolution.tree)));
  const marked = files.filter(({ sides, text }) => text !== undefined && hasMarkers(sides, text));
  if (marked.length > 0) return { kind: 'conflictMarkers', paths: marked.map(({ path }) => path) };
  const untouched = files.filter(({ path }) => !changed.includes(path) && resolution.unsettled.includes(path));
  if (untouched.length > 0) return { kind: 'conflictUndecided', paths: untouched.map(({ path }) => path) };
  return lossIn(files, resolution.explanations);
}

function lossIn(files: readonly ReadFile[], explanations: readonly Explanation[]): ResolutionFlaw | undefined {
  const lost = files.flatMap(({ path, sides, text, isText }) => {
    const lines = isText ? lostLines(sides, text) : ['the other version of it'];
    const unexplained = lines.filter((line) => !isExplained(explanations, path, line));
    return unexplained.length === 0 ? [] : [{ path, lines: unexplained }];
  });
  if (lost.length === 0) return undefined;
  const detail = lost.flatMap(({ path, lines }) => lines.map((line) => `${path}: ${line}`)).slice(0, mostLines);
  return { kind: 'conflictLost', paths: lost.map(({ path }) => path), detail: detail.join('\n') };
}

/** More lines than this do not help anybody to find them. */
const mostLines = 40;

interface ReadFile {
  readonly path: string;
  readonly sides: Sides;
  /** Undefined: it is not there, or no text. */
  readonly text: string | undefined;
  /** False for links, binary files and very large ones: of those only one version can stay. */
  readonly isText: boolean;
}

async function readFile(git: Git, one: ConflictedPath, tree: string): Promise<ReadFile> {
  const { path } = one;
  const read = async (entry: ConflictedPath['own']) =>
    entry === undefined ? undefined : textOf(/^100/.test(entry.mode) ? await bytesOf(git, entry) : undefined);
  const [base, own, main] = await Promise.all([read(one.base), read(one.own), read(one.main)]);
  const bytes = await blob(git, tree, path, largest);
  const text = bytes === undefined ? undefined : textOf(bytes);
  const isText = ![base, own, main, text].includes(null);
  const sides = { base: base ?? undefined, own: own ?? undefined, main: main ?? undefined };
  return { path, sides, text: text ?? undefined, isText };
}

const largest = 4 * 1024 * 1024;

/** The bytes as text; null when they are none. */
function textOf(bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined || bytes.length > largest || bytes.includes(0)) return null;
  return new TextDecoder().decode(bytes);
}
