import { dirname } from 'node:path';
import { type Git, listWorktrees, type UnsavedFailure, unsavedWork } from '../git/index.ts';
import { worktreeRoot } from './effects/context.ts';
import { commitsAhead, taskOfBranch } from './task-branch.ts';
import type { Target, Workspace } from './workspace.ts';

/** A linked worktree that is ours by its branch or by its place, and what would be lost with it. */
export interface OwnWorktree {
  readonly path: string;
  /** Absent when its HEAD is on no branch. */
  readonly branch?: string;
  readonly task?: string;
  readonly head?: string;
  readonly holds: Holdings;
}

export type Holdings =
  | {
      readonly kind: 'known';
      /** Paths that are in no commit; a folder with a repository of its own ends in a slash. */
      readonly uncommitted: readonly string[];
      /** Commits that the target branch has not. */
      readonly ahead: number;
    }
  /** The folder is gone; the commits are those of the branch. */
  | { readonly kind: 'folderGone'; readonly ahead: number }
  | { readonly kind: 'unknown'; readonly why: Exclude<UnsavedFailure['kind'], 'missing'> | 'noBranch' };

/** Our worktrees, in the order in which git lists them. Reads only. */
export async function ownWorktrees(workspace: Workspace, git: Git, target: Target): Promise<readonly OwnWorktree[]> {
  const root = worktreeRoot(workspace);
  const listed = (await listWorktrees(git)).filter(
    ({ main, path, branch }) =>
      !main && (dirname(path) === root || (branch !== undefined && taskOfBranch(branch) !== undefined)),
  );
  const found: OwnWorktree[] = [];
  for (const { path, branch, head } of listed) {
    const task = branch === undefined ? undefined : taskOfBranch(branch);
    found.push({
      path,
      ...(branch === undefined ? {} : { branch }),
      ...(task === undefined ? {} : { task }),
      ...(head === undefined ? {} : { head }),
      holds: await holdings(git, target, path, branch, head),
    });
  }
  return found;
}

async function holdings(
  git: Git,
  target: Target,
  path: string,
  branch: string | undefined,
  head: string | undefined,
): Promise<Holdings> {
  if (branch === undefined || head === undefined) return { kind: 'unknown', why: 'noBranch' };
  const work = await unsavedWork(git, { path, branch, target: target.branch });
  if (work.ok) return { kind: 'known', uncommitted: work.value.uncommitted, ahead: work.value.unmerged };
  const { kind } = work.error;
  if (kind !== 'missing') return { kind: 'unknown', why: kind };
  return { kind: 'folderGone', ahead: await commitsAhead(git, target.commit, head) };
}

/** Why nothing is known of what a worktree holds, as the end of a sentence. */
export function unknownWords(why: Extract<Holdings, { kind: 'unknown' }>['why']): string {
  switch (why) {
    case 'noBranch':
      return 'it is on no branch';
    case 'branchGone':
      return 'its branch is gone';
    case 'gitGone':
      return 'its `.git` or the administration of it in the repository is gone';
    case 'gitElsewhere':
      return 'its `.git` leads to somewhere else';
    case 'gitFailed':
      return 'git cannot read its files';
  }
}
