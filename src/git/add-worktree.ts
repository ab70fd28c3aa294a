import { dirname, join, relative } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import {
  identityOf,
  isAlive,
  listFolder,
  pathKind,
  readBytes,
  realPath,
  removeTree,
  withShortLock,
  writeAtomic,
} from '../system/index.ts';
import type { Git } from './git.ts';
import { moveRefs, tipOf } from './refs.ts';
import { answer, complaint, GitError, inUser, inWorktree, onFiles, runGit } from './run-git.ts';
import {
  findAdmin,
  privateIndex,
  readRecords,
  removeRecord,
  smallText,
  type WorktreeRecord,
  writeRecord,
} from './worktree-record.ts';

export type WorktreeFailure =
  | { readonly kind: 'pathTaken'; readonly path: string }
  /** A folder on the way to the path is a link, or no folder, and the files would come to lie somewhere else. */
  | { readonly kind: 'pathUnsafe'; readonly path: string; readonly through: string }
  | { readonly kind: 'branchExists'; readonly branch: string; readonly tip: string }
  | { readonly kind: 'badBranch'; readonly branch: string }
  /** Another process has held the administration of worktrees for a minute. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'gitFailed'; readonly message: string };

export interface WorktreePlan {
  /** Absolute; nothing, or an empty folder, may be there. */
  readonly path: string;
  /** Without `refs/heads/`; must not exist. */
  readonly branch: string;
  readonly commit: string;
}

/** Worktree administration is one thing at a time, in all processes: git itself loses races here (half of a `commondir`). */
export async function oneAtATime<T>(git: Git, deed: () => Promise<T>): Promise<Result<T, { readonly kind: 'busy' }>> {
  const done = await withShortLock(join(git.repository.stateDir, 'worktrees.lock'), deed, { waitMs: 60_000 });
  return done.ok ? done : err({ kind: 'busy' });
}

/**
 * Makes a worktree with a new branch at `commit`, files written, index fresh, HEAD on the branch. The files are written by
 * control.git: no hook, filter or other program that the user's repository names is started. On a failure nothing is left,
 * and what a killed process left half made is taken away by the next call.
 */
export async function addWorktree(git: Git, plan: WorktreePlan): Promise<Result<void, WorktreeFailure>> {
  const registered = await oneAtATime(git, async () => {
    await undoUnfinished(git);
    const refusal = await unfit(git, plan);
    return refusal === undefined ? await register(git, plan) : err(refusal);
  });
  if (!registered.ok) return registered;
  if (!registered.value.ok) return registered.value;
  const record = registered.value.value;
  try {
    await fill(git, record);
    await writeRecord(git, withoutMaker(record));
    return ok(undefined);
  } catch (error) {
    await oneAtATime(git, () => undo(git, record));
    return err({ kind: 'gitFailed', message: messageFrom(error) });
  }
}

async function unfit(git: Git, plan: WorktreePlan): Promise<WorktreeFailure | undefined> {
  const through = await unsafeAncestor(git, plan.path);
  if (through !== undefined) return { kind: 'pathUnsafe', path: plan.path, through };
  const kind = await pathKind(plan.path);
  const isFree = kind === undefined || (kind === 'folder' && (await listFolder(plan.path)).length === 0);
  if (!isFree) return { kind: 'pathTaken', path: plan.path };
  const ref = `refs/heads/${plan.branch}`;
  const [isName, tip] = await Promise.all([isRefName(git, ref), tipOf(git, ref)]);
  if (!isName) return { kind: 'badBranch', branch: plan.branch };
  return tip === undefined ? undefined : { kind: 'branchExists', branch: plan.branch, tip };
}

/** Plain names are seen to be good; about the others git knows best (git-check-ref-format(1)). */
async function isRefName(git: Git, ref: string): Promise<boolean> {
  if (/^[\w-]+(\/[\w-]+)*$/.test(ref)) return true;
  return (await runGit(git.env, inUser(git), ['check-ref-format', ref])).code === 0;
}

/** Inside the repository every folder on the way must be a real one; outside of it the user's own links are theirs. */
async function unsafeAncestor(git: Git, path: string): Promise<string | undefined> {
  const { root } = git.repository;
  let ancestor = dirname(path);
  while ((await pathKind(ancestor)) === undefined) ancestor = dirname(ancestor);
  const isInside = !relative(root, ancestor).startsWith('..');
  try {
    const real = await realPath(ancestor);
    if (isInside ? real !== ancestor : (await pathKind(real)) !== 'folder') return ancestor;
    return (await pathKind(real)) === 'folder' ? undefined : ancestor;
  } catch {
    return ancestor;
  }
}

/** The quick part, under the lock: administration folder, branch, HEAD. No file of the tree is written yet. */
async function register(git: Git, plan: WorktreePlan): Promise<Result<WorktreeRecord, WorktreeFailure>> {
  const maker = await identityOf(process.pid);
  const record: WorktreeRecord = { ...plan, ...(maker === undefined ? {} : { maker }) };
  await writeRecord(git, record);
  let branchIsOurs = false;
  try {
    await addEmpty(git, plan);
    const admin = await findAdmin(git, plan.path);
    if (admin === undefined) throw new Error('git made a worktree but keeps no record of it');
    const ref = `refs/heads/${plan.branch}`;
    const created = await moveRefs(git, [{ ref, to: plan.commit, from: undefined }]);
    if (!created.ok) throw new Error(created.error.message);
    branchIsOurs = true;
    const full = { ...record, admin };
    await writeRecord(git, full);
    await attachHead(git, { path: plan.path, gitDir: admin }, ref);
    return ok(full);
  } catch (error) {
    await undo(git, record, branchIsOurs);
    return err({ kind: 'gitFailed', message: messageFrom(error) });
  }
}

/** A detached HEAD of a new worktree is a file with an id (gitrepository-layout(5)); where it is not, git keeps refs in tables and is asked. */
async function attachHead(
  git: Git,
  worktree: { readonly path: string; readonly gitDir: string },
  ref: string,
): Promise<void> {
  const file = join(worktree.gitDir, 'HEAD');
  if (/^[0-9a-f]+\n?$/.test((await smallText(file)) ?? '')) await writeAtomic(file, `ref: ${ref}\n`);
  else await answer(git, inWorktree(git, worktree), ['symbolic-ref', 'HEAD', ref]);
}

/** Other programs add worktrees too, and git fails on theirs while they are half made; that passes in a moment. */
async function addEmpty(git: Git, plan: WorktreePlan): Promise<void> {
  const args = ['worktree', 'add', '--quiet', '--no-checkout', '--detach', plan.path, plan.commit];
  for (let left = 3; ; left -= 1) {
    const finished = await runGit(git.env, inUser(git), args);
    if (finished.code === 0) return;
    const raced = /commondir|gitdir/.test(finished.stderr);
    if (!raced || left === 1) throw new GitError(args, finished);
  }
}

/** The slow part: the files, from control.git's settings, with an index of ours that then becomes the worktree's. */
async function fill(git: Git, record: WorktreeRecord): Promise<void> {
  const index = privateIndex(git, record.path);
  await removeTree(index);
  const place = await onFiles(git, { folder: record.path, index });
  await answer(git, place, ['read-tree', '--reset', '-u', record.commit]);
  const bytes = await readBytes(index);
  if (bytes !== undefined) await writeAtomic(join(record.admin ?? '', 'index'), bytes);
}

/** Takes away the worktrees that a killed process has left half made. No agent ever worked in one. */
export async function undoHalfMade(git: Git): Promise<void> {
  await oneAtATime(git, () => undoUnfinished(git));
}

/** Takes back what a process that is gone had begun. The lock is held, so whoever lives and is not filling is waiting. */
async function undoUnfinished(git: Git): Promise<void> {
  for (const record of await readRecords(git)) {
    if (record.maker !== undefined && !(await isAlive(record.maker))) await undo(git, record);
  }
}

async function undo(git: Git, record: WorktreeRecord, branchIsOurs = true): Promise<void> {
  await removeTree(record.path);
  const admin = record.admin ?? (await findAdmin(git, record.path)) ?? (await halfMade(git, record));
  if (admin !== undefined) await removeTree(admin);
  const ref = `refs/heads/${record.branch}`;
  if (branchIsOurs && (await tipOf(git, ref)) === record.commit) {
    await moveRefs(git, [{ ref, to: undefined, from: record.commit }]);
  }
  await removeRecord(git, record.path);
}

/** An administration folder that git had just begun: locked as "initializing", named after the path, pointing nowhere. */
async function halfMade(git: Git, record: WorktreeRecord): Promise<string | undefined> {
  const folder = join(git.repository.commonDir, 'worktrees');
  for (const name of await listFolder(folder)) {
    const isNamedSo = name.startsWith(record.path.slice(dirname(record.path).length + 1));
    const isBegun = (await smallText(join(folder, name, 'locked')))?.startsWith('initializing') === true;
    if (isNamedSo && isBegun && (await smallText(join(folder, name, 'gitdir'))) === undefined)
      return join(folder, name);
  }
  return undefined;
}

function withoutMaker(record: WorktreeRecord): WorktreeRecord {
  const { maker: _, ...rest } = record;
  return rest;
}

function messageFrom(error: unknown): string {
  if (error instanceof GitError) return complaint(error.finished);
  return error instanceof Error ? error.message : String(error);
}
