import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { ensureFolder, pathKind, writeAtomic } from '../system/index.ts';
import type { Git } from './git.ts';
import type { RawChange } from './raw-diff.ts';
import { answer, GitError, inControl, pieces, runGit } from './run-git.ts';

/** Which folder belongs to which commit or tree. Ids never change their meaning, so what stands here stays true. */
const known = new WeakMap<Git, Map<string, string>>();

function knownTo(git: Git): Map<string, string> {
  const map = known.get(git) ?? new Map<string, string>();
  known.set(git, map);
  return map;
}

/**
 * A private folder that holds nothing but the `.gitattributes` files of a commit. `merge-tree` takes attributes from the
 * files of the current worktree (git up to 2.42 has no other way), so a merge would come out differently with the state of
 * somebody's checkout; run in this folder it depends on the commit alone.
 */
export async function attributeFolder(git: Git, commit: string): Promise<string> {
  const cached = knownTo(git).get(commit);
  if (cached !== undefined) return cached;
  const files = await attributeFiles(git, commit);
  const key = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 32);
  const folder = join(git.repository.stateDir, 'attributes', key);
  const done = join(git.repository.stateDir, 'attributes', `${key}.done`);
  if ((await pathKind(done)) === undefined) {
    await ensureFolder(folder);
    for (const { id, path } of files) await writeBlob(git, id, join(folder, path));
    await writeAtomic(done, '');
  }
  knownTo(git).set(commit, folder);
  return folder;
}

/** The `.gitattributes` of a commit, one after the other in one text: enough to see what is named in them. */
export async function attributeTexts(git: Git, commit: string): Promise<string> {
  const files = await attributeFiles(git, commit);
  if (files.length === 0) return '';
  const input = files.map(({ id }) => `${id}\n`).join('');
  return await answer(git, await inControl(git), ['cat-file', '--batch'], { input });
}

/** git does not follow a link called .gitattributes, so only regular files count. */
async function attributeFiles(git: Git, commit: string): Promise<readonly { id: string; path: string }[]> {
  const listed = pieces(await answer(git, await inControl(git), ['ls-tree', '-r', '-z', commit]));
  return listed.flatMap((line) => {
    const [, id = '', path = ''] = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    return basename(path) === '.gitattributes' ? [{ id, path }] : [];
  });
}

async function writeBlob(git: Git, id: string, path: string): Promise<void> {
  const args = ['cat-file', 'blob', id];
  const finished = await runGit(git.env, await inControl(git), args, { binary: true });
  if (finished.code !== 0 || finished.stdoutBytes === undefined) throw new GitError(args, finished);
  await ensureFolder(dirname(path));
  await writeAtomic(path, finished.stdoutBytes);
}

/** Spares the next merge the walk through the whole tree: what was made from `from` without touching attributes has the same. */
export function carryAttributes(git: Git, from: string, to: string, changes: readonly RawChange[]): void {
  const folder = knownTo(git).get(from);
  const touched = changes.some((change) => basename(change.path) === '.gitattributes');
  if (folder !== undefined && !touched) knownTo(git).set(to, folder);
}
