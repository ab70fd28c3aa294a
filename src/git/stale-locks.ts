import { join } from 'node:path';
import { isProgramAt, listFolder, pathKind, removeTree } from '../system/index.ts';
import type { Git } from './git.ts';
import { readRecords } from './worktree-record.ts';

export interface StaleLocks {
  /** Absolute paths, as all below. */
  readonly removed: readonly string[];
  /** Some git is at work on the repository and may have made them. */
  readonly left: readonly string[];
}

/**
 * Removes the lock files that a killed git has left in places that are ours: control.git and its slots, our indexes, the
 * administration of our worktrees, our branches and pins. As long as any git works on the repository, none is touched.
 * The user's own (`.git/index.lock`, `packed-refs.lock`, locks of their branches) are never looked at. Only for the holder of the lock.
 */
export async function removeStaleLocks(git: Git): Promise<StaleLocks> {
  const locks = await ownLocks(git);
  if (locks.length === 0) return { removed: [], left: [] };
  if (isProgramAt('git', git.repository.root)) return { removed: [], left: locks };
  for (const path of locks) await removeTree(path);
  return { removed: locks, left: [] };
}

async function ownLocks(git: Git): Promise<readonly string[]> {
  const { commonDir, stateDir } = git.repository;
  const slots = (await listFolder(join(git.control, 'worktrees'))).map((name) => join(git.control, 'worktrees', name));
  const admins = (await readRecords(git)).flatMap(({ admin }) => admin ?? []);
  const flat = [git.control, join(stateDir, 'slots'), join(stateDir, 'worktrees'), ...slots, ...admins];
  const deep = [join(commonDir, 'refs/heads/wt-orch'), join(commonDir, 'refs/wt-orch')];
  return [...(await Promise.all(flat.map(locksIn))), ...(await Promise.all(deep.map(locksBelow)))].flat();
}

async function locksIn(folder: string): Promise<readonly string[]> {
  return (await listFolder(folder)).filter((name) => name.endsWith('.lock')).map((name) => join(folder, name));
}

async function locksBelow(folder: string): Promise<readonly string[]> {
  if ((await pathKind(folder)) !== 'folder') return [];
  const names = await listFolder(folder);
  const below = await Promise.all(names.map((name) => locksBelow(join(folder, name))));
  return [...(await locksIn(folder)), ...below.flat()];
}
