import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import { pathKind, removeTree } from '../system/index.ts';
import { oneAtATime } from './add-worktree.ts';
import type { Git } from './git.ts';
import { listWorktrees } from './list-worktrees.ts';
import { moveRefs, tipOf } from './refs.ts';
import { answer, inUser } from './run-git.ts';
import { commitsBeyond, type UnsavedFailure, unsavedWork } from './unsaved-work.ts';
import {
  findAdmin,
  inspectWorktree,
  readRecord,
  readRecords,
  removeRecord,
  type WorktreeRecord,
  writeRecord,
} from './worktree-record.ts';

export interface RemovalPlan {
  readonly path: string;
  /** The branch to delete with it; without one all branches stay. */
  readonly branch?: string;
  /** The branch must still be here. */
  readonly expectTip?: string;
  /** Where its commits have to be; the branch of the main worktree if not given. */
  readonly target?: string;
  /** Removes uncommitted files and unmerged commits too. */
  readonly force?: boolean;
}

export type RemovalRefusal =
  /** Not a worktree that we made; nothing but ours is ever removed. */
  | { readonly kind: 'notOurs' }
  | { readonly kind: 'uncommitted'; readonly paths: readonly string[] }
  /** Commits of the branch are neither on the target nor pinned under `refs/wt-orch/`. */
  | { readonly kind: 'unmerged'; readonly commits: number }
  | { readonly kind: 'tipMoved'; readonly now: string | undefined }
  | { readonly kind: 'branchInUse'; readonly path: string }
  /** The worktree is not what we made, so what it holds cannot be judged. */
  | { readonly kind: 'unreadable'; readonly why: UnsavedFailure }
  | { readonly kind: 'busy' };

/**
 * Removes a worktree of ours, its administration and, if named, its branch. Refuses whatever would be lost by it; the looks
 * and the removal happen under one lock, and the branch goes only if it has not moved since. No program of the repository
 * runs: the folders are removed by hand, because git asks the worktree itself first.
 */
export async function removeWorktree(git: Git, plan: RemovalPlan): Promise<Result<void, RemovalRefusal>> {
  const removed = await oneAtATime(git, async (): Promise<Result<void, RemovalRefusal>> => {
    const record = await readRecord(git, plan.path);
    if (record === undefined || plan.path === git.repository.root) return err({ kind: 'notOurs' });
    const tip = plan.branch === undefined ? undefined : await tipOf(git, `refs/heads/${plan.branch}`);
    const begun = record.removing !== undefined && record.removing.branch === plan.branch;
    const refusal = begun ? undefined : await objection(git, plan, tip);
    if (refusal !== undefined) return err(refusal);
    const { admin = record.admin } = await inspectWorktree(git, plan.path);
    const branch = plan.branch === undefined || tip === undefined ? {} : { branch: plan.branch, tip };
    const removing = begun ? (record.removing ?? {}) : branch;
    return await carryOut(git, { ...record, ...(admin === undefined ? {} : { admin }), removing });
  });
  return removed.ok ? removed.value : removed;
}

/** Goes on with removals that a killed process had begun: half of a worktree tells nobody any more that nothing is lost by it. */
export async function finishRemovals(git: Git): Promise<void> {
  await oneAtATime(git, async () => {
    for (const record of await readRecords(git)) {
      // A folder that cannot be removed is for a person to see, and stops nobody.
      if (record.removing !== undefined) await carryOut(git, record).catch(() => undefined);
    }
  });
}

/** The record says first what goes, and itself goes last: so a removal that is cut short can be taken up again. */
async function carryOut(git: Git, record: WorktreeRecord): Promise<Result<void, RemovalRefusal>> {
  const { removing = {}, ...rest } = record;
  await writeRecord(git, record);
  try {
    await removeFolders(git, record.path, record.admin ?? (await findAdmin(git, record.path)));
  } catch (error) {
    // Somebody may go on to work there, and that work was not looked at.
    await writeRecord(git, rest);
    throw error;
  }
  const { branch, tip } = removing;
  const now = branch === undefined ? undefined : await tipOf(git, `refs/heads/${branch}`);
  const moves = now === undefined ? [] : [{ ref: `refs/heads/${branch}`, to: undefined, from: tip }];
  const deleted = moves.length === 0 ? ok(undefined) : await moveRefs(git, moves);
  await removeRecord(git, record.path);
  return deleted.ok ? ok(undefined) : err({ kind: 'tipMoved', now: await tipOf(git, `refs/heads/${branch}`) });
}

async function objection(git: Git, plan: RemovalPlan, tip: string | undefined): Promise<RemovalRefusal | undefined> {
  if (plan.expectTip !== undefined && tip !== plan.expectTip) return { kind: 'tipMoved', now: tip };
  const elsewhere = (await listWorktrees(git)).find(({ path, branch }) => branch === plan.branch && path !== plan.path);
  if (plan.branch !== undefined && elsewhere !== undefined) return { kind: 'branchInUse', path: elsewhere.path };
  if (plan.force === true) return undefined;
  if (tip !== undefined) {
    const commits = await commitsBeyond(git, tip, plan.target);
    if (commits > 0 && !(await isPinned(git, tip))) return { kind: 'unmerged', commits };
  }
  if ((await pathKind(plan.path)) === undefined) return undefined;
  const branch = plan.branch ?? (await readRecord(git, plan.path))?.branch ?? '';
  const unsaved = await unsavedWork(git, { path: plan.path, branch });
  if (!unsaved.ok) return { kind: 'unreadable', why: unsaved.error };
  const paths = unsaved.value.uncommitted;
  return paths.length === 0 ? undefined : { kind: 'uncommitted', paths };
}

async function isPinned(git: Git, commit: string): Promise<boolean> {
  const args = ['for-each-ref', '--count=1', '--format=%(refname)', `--contains=${commit}`, 'refs/wt-orch/'];
  return (await answer(git, inUser(git), args)) !== '';
}

async function removeFolders(git: Git, path: string, admin: string | undefined): Promise<void> {
  await removeTree(path);
  const isAdmin = admin !== undefined && dirname(admin) === join(git.repository.commonDir, 'worktrees');
  if (isAdmin) await removeTree(admin);
}
