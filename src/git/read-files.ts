import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ensureFolder, pathKind, removeTree, withShortLock } from '../system/index.ts';
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

/** A worktree and the commit to hold its files against. */
interface Held {
  readonly path: string;
  readonly commit: string;
}

/**
 * Reads the files of a worktree against `commit` and lends the result to `use`. Neither the worktree's `.git` nor its index
 * nor its configuration is asked: an index can be told to overlook a file.
 *
 * The index is our own, from when the files were written, so that git reads only files that have been touched since. It is
 * used in place and never copied for it: git tells an edit in the second of the last look from none by the time of the index
 * file, and a copy has a later one.
 */
export async function withFilesRead<T>(git: Git, worktree: Held, use: (read: FilesRead) => Promise<T>): Promise<T> {
  const own = privateIndex(git, worktree.path);
  if ((await pathKind(own)) === 'file') {
    const attempt = async () =>
      (await holdsCommit(git, worktree, own)) ? { result: await readWith(git, worktree, own, use) } : undefined;
    const used = await withShortLock(`${own}.use`, attempt, { waitMs: 0 });
    if (used.ok && used.value !== undefined) return used.value.result;
  }
  return await withNewIndex(git, worktree, use);
}

/** Makes the entries of the index those of the commit, with what is known about the files that have not changed. */
async function holdsCommit(git: Git, worktree: Held, index: string): Promise<boolean> {
  // The lock of this room is held, so git's own is one that a killed command left.
  await removeTree(`${index}.lock`);
  const place = await onFiles(git, { folder: worktree.path, index });
  return (await runGit(git.env, place, ['read-tree', '-m', worktree.commit])).code === 0;
}

/** Reads every file: for a worktree that has no index of ours, or one that is damaged or in use. */
async function withNewIndex<T>(git: Git, worktree: Held, use: (read: FilesRead) => Promise<T>): Promise<T> {
  const folder = join(git.repository.stateDir, 'tmp');
  await ensureFolder(folder);
  const index = join(folder, `${randomUUID()}.index`);
  try {
    await answer(git, await onFiles(git, { folder: worktree.path, index }), ['read-tree', worktree.commit]);
    return await readWith(git, worktree, index, use);
  } finally {
    await removeTree(index);
    await removeTree(`${index}.lock`);
  }
}

async function readWith<T>(git: Git, worktree: Held, index: string, use: (read: FilesRead) => Promise<T>): Promise<T> {
  const place = await onFiles(git, { folder: worktree.path, index });
  const listed = await answer(git, place, ['ls-files', '-z', '-m', '-d', '-o', '--exclude-standard']);
  const paths = [...new Set(pieces(listed))];
  const nested = paths.filter((path) => path.endsWith('/'));
  return await use({ changed: paths.filter((path) => !path.endsWith('/')), nested, place, index });
}
