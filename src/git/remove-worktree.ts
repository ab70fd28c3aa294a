import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import { pathKind, removeTree } from '../system/index.ts';
import { oneAtATime } from './add-worktree.ts';
import type { Git } from './git.ts';
import { listWorktrees } from './list-worktrees.ts';
import { moveRefs, tipOf } from './refs.ts';
import { answer, inUser } from './run-git.ts';
import { commitsBeyond, type UnsavedFailure, unsavedWork } from './unsaved-work.ts';
import { findAdmin, inspectWorktree, readRecord, removeRecord } from './worktree-record.ts';

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
    const { admin } = await inspectWorktree(git, plan.path);
    const ours = (await readRecord(git, plan.path)) !== undefined;
    if (!ours || plan.path === git.repository.root) return err({ kind: 'notOurs' });
    const tip = plan.branch === undefined ? undefined : await tipOf(git, `refs/heads/${plan.branch}`);
    const refusal = await objection(git, plan, tip);
    if (refusal !== undefined) return err(refusal);
    await removeFolders(git, plan.path, admin ?? (await findAdmin(git, plan.path)));
    if (plan.branch === undefined || tip === undefined) return ok(undefined);
    const ref = `refs/heads/${plan.branch}`;
    const deleted = await moveRefs(git, [{ ref, to: undefined, from: tip }]);
    return deleted.ok ? ok(undefined) : err({ kind: 'tipMoved', now: await tipOf(git, ref) });
  });
  return removed.ok ? removed.value : removed;
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
  await removeRecord(git, path);
}
