import { changedPaths, type Git, parentsOf } from '../git/index.ts';

/** A file that a commit adds, or changes in a way that none of its parents has. */
export interface AddedFile {
  readonly path: string;
  /** The parents of the commit that have the path too; none for a new file. */
  readonly before: readonly string[];
}

/** The tree without entries, which git knows without storing it. */
const emptyTree = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
} as const;

/**
 * The files to which a commit may add something, as git itself shows a merge: what a merge takes over whole from one of its sides was added
 * by other commits. A commit without parents adds everything that it holds.
 */
export async function addedBy(git: Git, commit: string): Promise<readonly AddedFile[]> {
  const parents = await parentsOf(git, commit);
  const sides = parents.length === 0 ? [emptyTree[git.repository.objectFormat]] : parents;
  const differences = await Promise.all(sides.map((side) => addedSince(git, side, commit)));
  return [...(differences[0]?.keys() ?? [])]
    .filter((path) => differences.every((difference) => difference.has(path)))
    .map((path) => ({ path, before: sides.filter((_, index) => differences[index]?.get(path) === 'changed') }));
}

async function addedSince(git: Git, side: string, commit: string): Promise<ReadonlyMap<string, 'new' | 'changed'>> {
  const changes = await changedPaths(git, side, commit);
  return new Map(
    changes
      .filter(({ status }) => status !== 'D')
      .map(({ path, status }) => [path, status === 'A' ? 'new' : 'changed']),
  );
}
