import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ensureFolder, removeTree } from '../system/index.ts';
import type { Git } from './git.ts';
import { answer, inControl } from './run-git.ts';

/** What a path of a tree is to be; undefined: it is to go. */
export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
}

export interface TreeEdit {
  readonly path: string;
  readonly entry: TreeEntry | undefined;
}

/** A tree with some paths put in place, replaced or taken out. Removals come first, so that a file can take the name of a folder. */
export async function editTree(git: Git, tree: string, edits: readonly TreeEdit[]): Promise<string> {
  if (edits.length === 0) return (await answer(git, await inControl(git), ['rev-parse', `${tree}^{tree}`])).trim();
  const folder = join(git.repository.stateDir, 'tmp');
  await ensureFolder(folder);
  const index = join(folder, `${randomUUID()}.index`);
  try {
    const place = await inControl(git);
    const own = { cwd: place.cwd, env: { ...place.env, GIT_INDEX_FILE: index } };
    await answer(git, own, ['read-tree', tree]);
    const gone = edits.filter(({ entry }) => entry === undefined);
    const there = edits.flatMap(({ path, entry }) => (entry === undefined ? [] : [{ path, ...entry }]));
    const lines = [
      ...gone.map(({ path }) => `0 ${'0'.repeat(tree.length)}\t${path}\0`),
      ...there.map(({ path, mode, id }) => `${mode} ${id}\t${path}\0`),
    ];
    await answer(git, own, ['update-index', '-z', '--index-info'], { input: lines.join('') });
    return (await answer(git, own, ['write-tree'])).trim();
  } finally {
    await removeTree(index);
  }
}

/** Writes bytes as a blob, as they are, and gives its id. */
export async function writeBlob(git: Git, bytes: Uint8Array): Promise<string> {
  const args = ['hash-object', '-w', '--stdin', '--no-filters'];
  return (await answer(git, await inControl(git), args, { input: bytes })).trim();
}
