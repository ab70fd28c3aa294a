import { addedLines, changedPaths, type Git, resolveCommit } from '../git/index.ts';
import { common, type LineRange } from './text.ts';

/** What a commit adds to one file. */
export interface AddedFile {
  readonly path: string;
  /** Whether no parent of the commit has the path. */
  readonly isNew: boolean;
  readonly added: 'all' | readonly LineRange[];
}

/** The tree without entries, which git knows without storing it. */
const emptyTree = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
} as const;

/**
 * The files to which a commit adds something that none of its parents has, as git itself shows a merge: what a merge takes over from either
 * side was added by other commits. A commit without parents adds everything that it holds.
 */
export async function addedBy(git: Git, commit: string): Promise<readonly AddedFile[]> {
  const parents = await parentsOf(git, commit);
  const sides = parents.length === 0 ? [emptyTree[git.repository.objectFormat]] : parents;
  const [first, ...others] = await Promise.all(sides.map((side) => addedSince(git, side, commit)));
  const files = [...(first?.values() ?? [])];
  return files.flatMap((file) =>
    others.reduce((kept, other) => kept.flatMap((one) => meet(one, other.get(one.path))), [file]),
  );
}

async function addedSince(git: Git, side: string, commit: string): Promise<ReadonlyMap<string, AddedFile>> {
  const [changes, lines] = await Promise.all([changedPaths(git, side, commit), addedLines(git, side, commit)]);
  const files = changes
    .filter(({ status }) => status !== 'D')
    .map(({ path, status }): AddedFile => {
      return { path, isNew: status === 'A', added: status === 'M' ? (lines.get(path) ?? []) : 'all' };
    });
  return new Map(files.map((file) => [file.path, file]));
}

function meet(one: AddedFile, other: AddedFile | undefined): AddedFile[] {
  if (other === undefined) return [];
  const isNew = one.isNew && other.isNew;
  if (one.added === 'all') return [{ path: one.path, isNew, added: other.added }];
  if (other.added === 'all') return [{ path: one.path, isNew, added: one.added }];
  return [{ path: one.path, isNew, added: common(one.added, other.added) }];
}

async function parentsOf(git: Git, commit: string): Promise<readonly string[]> {
  const parents: string[] = [];
  for (;;) {
    const parent = await resolveCommit(git, `${commit}^${parents.length + 1}`);
    if (parent === undefined) return parents;
    parents.push(parent);
  }
}
