import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import { ensureFolder, pathKind, readBytes, removeTree, withShortLock, writeAtomic } from '../system/index.ts';
import type { Git } from './git.ts';
import { withFilesRead } from './read-files.ts';
import { moveRefs, pinCommit, tipOf } from './refs.ts';
import type { Conflict } from './resolve-conflict.ts';
import { answer, complaint, onFiles, runGit } from './run-git.ts';
import { inspectWorktree, privateIndex, smallText } from './worktree-record.ts';

/** A worktree of ours, its branch, and where the branch has to be. */
export interface Station {
  readonly path: string;
  readonly branch: string;
  readonly tip: string;
  /** Paths that are never looked at: the agent's report, the task file. */
  readonly exclude: readonly string[];
}

export type StationFailure =
  /** It is not what we made, or not there at all. */
  | { readonly kind: 'unfit' }
  /** Its branch is elsewhere. */
  | { readonly kind: 'branchMoved'; readonly now: string | undefined }
  /** It holds something that is in no commit. */
  | { readonly kind: 'dirty'; readonly paths: readonly string[] }
  /** A merge with another commit waits there to be finished. */
  | { readonly kind: 'otherMerge' }
  | { readonly kind: 'gitFailed'; readonly message: string };

/**
 * Lays a merge with main into a worktree as `git merge` leaves it when it stops: files with markers, all three versions in the
 * index, and `MERGE_HEAD`, so that whoever works there can finish it with `git add` and `git commit`. The files are written by
 * control.git. A merge with the same commit that waits there already is left as it is. Fails, and changes nothing, where
 * something would be lost by it.
 */
export async function beginMerge(
  git: Git,
  station: Station,
  merge: { readonly onto: string; readonly name: string; readonly conflict: Conflict },
): Promise<Result<'begun' | 'underWay', StationFailure>> {
  const { integrity, admin = '' } = await inspectWorktree(git, station.path);
  if (integrity !== 'intact') return err({ kind: 'unfit' });
  const now = await tipOf(git, `refs/heads/${station.branch}`);
  if (now !== station.tip) return err({ kind: 'branchMoved', now });
  const waiting = (await smallText(join(admin, 'MERGE_HEAD')))?.trim();
  if (waiting !== undefined) return waiting === merge.onto ? ok('underWay') : err({ kind: 'otherMerge' });
  const changed = await uncommitted(git, station, station.tip);
  if (changed.length > 0) return err({ kind: 'dirty', paths: changed });
  const moved = await moveFiles(git, station, station.tip, merge.conflict.tree);
  if (!moved.ok) return moved;
  await armMerge(git, station, { ...merge, admin });
  return ok('begun');
}

/**
 * The same state again after somebody has worked on it, the files untouched: the branch back where it was, all versions in the
 * index. Commits that were made meanwhile stay under a ref of ours.
 */
export async function resumeMerge(
  git: Git,
  station: Station,
  merge: { readonly onto: string; readonly name: string; readonly conflict: Conflict },
): Promise<Result<void, StationFailure>> {
  const { integrity, admin = '' } = await inspectWorktree(git, station.path);
  if (integrity !== 'intact') return err({ kind: 'unfit' });
  const ref = `refs/heads/${station.branch}`;
  const now = await tipOf(git, ref);
  if (now === undefined) return err({ kind: 'branchMoved', now });
  if (now !== station.tip) {
    const kept = await keepAside(git, station.branch, now);
    if (!kept.ok) return kept;
    const back = await moveRefs(git, [{ ref, from: now, to: station.tip }], 'wt-orch: merge not finished');
    if (!back.ok) return err({ kind: 'branchMoved', now: await tipOf(git, ref) });
  }
  await armMerge(git, station, { ...merge, admin });
  return ok(undefined);
}

/** What lies in the files of a worktree, as a tree: a given tree with what the files have instead. Fails when there is no such worktree. */
export async function treeOfFiles(git: Git, station: Station, tree: string): Promise<Result<string, StationFailure>> {
  if ((await inspectWorktree(git, station.path)).integrity !== 'intact') return err({ kind: 'unfit' });
  return await withFilesRead(git, { path: station.path, commit: tree }, async (read) => {
    const paths = read.changed.filter((path) => !isLeftOut(station, path));
    if (paths.length === 0) return ok(tree);
    const args = ['update-index', '--add', '--remove', '-z', '--stdin'];
    const finished = await runGit(git.env, read.place, args, { input: paths.map((path) => `${path}\0`).join('') });
    if (finished.code !== 0) return err({ kind: 'gitFailed', message: complaint(finished) } as const);
    return ok((await answer(git, read.place, ['write-tree'])).trim());
  });
}

/**
 * Moves the branch of a worktree to a commit, with its files: `files` is the tree that they are at. The files go first, since a
 * branch that is ahead of them would make the next commit there undo what it brought. What was going on there is over.
 */
export async function advance(
  git: Git,
  station: Station,
  to: { readonly commit: string; readonly files: string; readonly from: string },
): Promise<Result<void, StationFailure>> {
  const { integrity, admin = '' } = await inspectWorktree(git, station.path);
  const ref = `refs/heads/${station.branch}`;
  if (integrity === 'intact') {
    const moved = await moveFiles(git, station, to.files, to.commit);
    if (!moved.ok) return moved;
  } else if (integrity !== 'missing') return err({ kind: 'unfit' });
  const done = await moveRefs(git, [{ ref, from: to.from, to: to.commit }], 'wt-orch: merge');
  if (!done.ok) return err({ kind: 'branchMoved', now: await tipOf(git, ref) });
  if (integrity !== 'intact') return ok(undefined);
  await attach(git, station, admin);
  await putIndex(admin, privateIndex(git, station.path));
  for (const name of [...mergeFiles, 'AUTO_MERGE']) await removeTree(join(admin, name));
  return ok(undefined);
}

/** Keeps a commit of a branch under `refs/wt-orch/attempts/<task>/merge-<commit>`. */
export async function keepAside(git: Git, branch: string, commit: string): Promise<Result<void, StationFailure>> {
  const ref = `refs/wt-orch/attempts/${branch.replace(/^wt-orch\//, '')}/merge-${commit.slice(0, 12)}`;
  const pinned = await pinCommit(git, ref, commit);
  return pinned.ok ? pinned : err({ kind: 'gitFailed', message: pinned.error.message });
}

/** The paths that the agent or a person has not yet said to be settled: those with several versions in the worktree's own index. */
export async function unsettledPaths(git: Git, station: Station): Promise<readonly string[]> {
  const { admin } = await inspectWorktree(git, station.path);
  const bytes = admin === undefined ? undefined : await readBytes(join(admin, 'index'));
  if (bytes === undefined) return [];
  return await withCopy(git, bytes, async (index) => {
    const place = await onFiles(git, { folder: station.path, index });
    const finished = await runGit(git.env, place, ['ls-files', '-u', '-z']);
    // An index that somebody damaged says nothing, and then nothing counts as settled by it.
    if (finished.code !== 0) return [];
    return [...new Set(finished.stdout.split('\0').flatMap((line) => line.split('\t').slice(1)))];
  });
}

const mergeFiles = ['MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE'];

const isLeftOut = (station: Station, path: string): boolean =>
  station.exclude.some((out) => path === out || path.startsWith(`${out}/`));

async function uncommitted(git: Git, station: Station, commit: string): Promise<readonly string[]> {
  return await withFilesRead(git, { path: station.path, commit }, async ({ changed, nested }) =>
    [...changed, ...nested].filter((path) => !isLeftOut(station, path)),
  );
}

/** Takes the files of a worktree from one commit or tree to another. Refuses, as git does, to touch a file that is neither. */
async function moveFiles(git: Git, station: Station, from: string, to: string): Promise<Result<void, StationFailure>> {
  const index = privateIndex(git, station.path);
  const moved = await withShortLock(
    `${index}.use`,
    async (): Promise<Result<void, StationFailure>> => {
      await removeTree(`${index}.lock`);
      const place = await onFiles(git, { folder: station.path, index });
      for (const args of [
        // What the index says of files that are the same in both stays, so that only the others are read.
        ['read-tree', '--reset', from],
        // Exit 1 says that some files are not as they were; those matter only where the next command would touch them.
        ['update-index', '-q', '--refresh'],
        ['read-tree', '-m', '-u', from, to],
      ]) {
        const finished = await runGit(git.env, place, args);
        if (finished.code !== 0 && args[0] === 'read-tree')
          return err({ kind: 'gitFailed', message: complaint(finished) });
      }
      return ok(undefined);
    },
    { waitMs: 60_000 },
  );
  return moved.ok ? moved.value : err({ kind: 'gitFailed', message: 'its files are in use' });
}

/** The marks of a merge that waits (gitrepository-layout(5)); `MERGE_HEAD` last, because with it the merge is there. */
async function armMerge(
  git: Git,
  station: Station,
  merge: { readonly onto: string; readonly name: string; readonly conflict: Conflict; readonly admin: string },
): Promise<void> {
  const { admin, conflict } = merge;
  await attach(git, station, admin);
  await writeAtomic(join(admin, 'MERGE_MSG'), `Merge ${merge.name} into ${station.branch}\n`);
  await writeAtomic(join(admin, 'MERGE_MODE'), '');
  await putConflict(git, station, admin, conflict);
  await writeAtomic(join(admin, 'MERGE_HEAD'), `${merge.onto}\n`);
}

/** Puts the worktree back on its branch. A commit that it stands on without one is kept. */
async function attach(git: Git, station: Station, admin: string): Promise<void> {
  const head = (await smallText(join(admin, 'HEAD')))?.trim() ?? '';
  if (/^[0-9a-f]{40,64}$/.test(head)) await keepAside(git, station.branch, head);
  await writeAtomic(join(admin, 'HEAD'), `ref: refs/heads/${station.branch}\n`);
}

/** The index of the merged tree, with all versions of what does not merge. */
async function putConflict(git: Git, station: Station, admin: string, { tree, paths }: Conflict): Promise<void> {
  const bytes = (await readBytes(privateIndex(git, station.path))) ?? new Uint8Array();
  await withCopy(git, bytes, async (index) => {
    const place = await onFiles(git, { folder: station.path, index });
    await answer(git, place, ['read-tree', '--reset', tree]);
    const lines = paths.flatMap(({ path, base, own, main }) => [
      `0 ${'0'.repeat(tree.length)}\t${path}\0`,
      ...[base, own, main].flatMap((entry, at) =>
        entry === undefined ? [] : [`${entry.mode} ${entry.id} ${at + 1}\t${path}\0`],
      ),
    ]);
    await answer(git, place, ['update-index', '-z', '--index-info'], { input: lines.join('') });
    await putIndex(admin, index);
  });
}

/** A lock there means that a git is at work, which then has the last word. */
async function putIndex(admin: string, index: string): Promise<void> {
  const bytes = (await pathKind(join(admin, 'index.lock'))) === undefined ? await readBytes(index) : undefined;
  if (bytes !== undefined) await writeAtomic(join(admin, 'index'), bytes);
}

async function withCopy<T>(git: Git, bytes: Uint8Array, use: (index: string) => Promise<T>): Promise<T> {
  const folder = join(git.repository.stateDir, 'tmp');
  await ensureFolder(folder);
  const index = join(folder, `${randomUUID()}.index`);
  try {
    if (bytes.length > 0) await writeAtomic(index, bytes);
    return await use(index);
  } finally {
    for (const end of ['', '.lock']) await removeTree(`${index}${end}`);
  }
}
