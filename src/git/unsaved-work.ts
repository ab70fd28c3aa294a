import { err, ok, type Result } from '../std/index.ts';
import type { Git } from './git.ts';
import { withFilesRead } from './read-files.ts';
import { tipOf } from './refs.ts';
import { answer, complaint, GitError, inUser } from './run-git.ts';
import { inspectWorktree } from './worktree-record.ts';

export interface UnsavedWork {
  /** Paths in the files that are in no commit; a folder with a repository of its own ends in a slash. */
  readonly uncommitted: readonly string[];
  /** Commits on the branch that the target has not. */
  readonly unmerged: number;
}

export type UnsavedFailure = {
  readonly kind: 'missing' | 'gitGone' | 'gitElsewhere' | 'branchGone' | 'gitFailed';
  readonly message?: string;
};

/**
 * What would be lost with a worktree and its branch. The target is the branch of the main worktree if none is named. Says by
 * name when the worktree is not what we made, because then nothing about it is known.
 */
export async function unsavedWork(
  git: Git,
  worktree: { readonly path: string; readonly branch: string; readonly target?: string },
): Promise<Result<UnsavedWork, UnsavedFailure>> {
  const { integrity } = await inspectWorktree(git, worktree.path);
  if (integrity !== 'intact') return err({ kind: integrity });
  const tip = await tipOf(git, `refs/heads/${worktree.branch}`);
  if (tip === undefined) return err({ kind: 'branchGone' });
  try {
    const uncommitted = await withFilesRead(git, { path: worktree.path, commit: tip }, async (read) => [
      ...read.changed,
      ...read.nested,
    ]);
    return ok({ uncommitted, unmerged: await commitsBeyond(git, tip, worktree.target) });
  } catch (error) {
    if (error instanceof GitError) return err({ kind: 'gitFailed', message: complaint(error.finished) });
    throw error;
  }
}

/** How many commits `tip` has that the target has not. */
export async function commitsBeyond(git: Git, tip: string, target: string | undefined): Promise<number> {
  const known = target === undefined ? 'HEAD' : `refs/heads/${target}`;
  return Number(await answer(git, inUser(git), ['rev-list', '--count', tip, `^${known}`]));
}
