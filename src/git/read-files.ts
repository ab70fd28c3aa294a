import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { copyInto, ensureFolder, pathKind, removeTree } from '../system/index.ts';
import type { Git } from './git.ts';
import { answer, onFiles, type Place, pieces, runGit } from './run-git.ts';
import { privateIndex } from './worktree-record.ts';

/** The files of a worktree held against a commit. Paths are relative to the worktree. */
export interface FilesRead {
  /** Changed, new and deleted paths; ignored ones are not among them. */
  readonly changed: readonly string[];
  /** Folders with a git repository of their own, each with a trailing slash. */
  readonly nested: readonly string[];
  /** Where to add from: the files, and an index that holds the commit. */
  readonly place: Place;
  readonly index: string;
}

/**
 * Reads the files of a worktree against `commit` and lends the result to `use`. Neither the worktree's `.git` nor its index
 * nor its configuration is asked: an index can be told to overlook a file.
 */
export async function withFilesRead<T>(
  git: Git,
  worktree: { readonly path: string; readonly commit: string },
  use: (read: FilesRead) => Promise<T>,
): Promise<T> {
  const folder = join(git.repository.stateDir, 'tmp');
  await ensureFolder(folder);
  const index = join(folder, `${randomUUID()}.index`);
  try {
    const place = await onFiles(git, { folder: worktree.path, index });
    await loadIndex(git, place, index, worktree);
    const listed = await answer(git, place, ['ls-files', '-z', '-m', '-d', '-o', '--exclude-standard']);
    const paths = [...new Set(pieces(listed))];
    const nested = paths.filter((path) => path.endsWith('/'));
    return await use({ changed: paths.filter((path) => !path.endsWith('/')), nested, place, index });
  } finally {
    await removeTree(index);
    await removeTree(`${index}.lock`);
  }
}

/** Our index from when the files were written spares git the reading of every file that has not been touched since. */
async function loadIndex(
  git: Git,
  place: Place,
  index: string,
  worktree: { readonly path: string; readonly commit: string },
): Promise<void> {
  const cached = privateIndex(git, worktree.path);
  if ((await pathKind(cached)) === 'file') {
    await copyInto(cached, index);
    const loaded = await runGit(git.env, place, ['read-tree', '-m', worktree.commit]);
    if (loaded.code === 0) return;
    await removeTree(index);
  }
  await answer(git, place, ['read-tree', worktree.commit]);
}
