import { err, ok, type Result } from '../std/index.ts';
import { carryAttributes } from './attributes.ts';
import { commitTree } from './commit-tree.ts';
import type { Git } from './git.ts';
import { mergeTree } from './merge-tree.ts';
import { settle } from './settle.ts';

export interface RevertPlan {
  /** The commit to take it out of, which becomes the parent of the new one. */
  readonly base: string;
  /**
   * What landed: every change from the first commit to the second, which is the base or an ancestor of it. For a merge or a squash
   * that is one commit and its first parent, for a rebase the whole range.
   */
  readonly landing: { readonly from: string; readonly to: string };
  /** Paths, files or folders, of which the result has what the base has: the landing changed nothing there that is taken back. */
  readonly keepFromBase: readonly string[];
  readonly message: string;
}

export type RevertFailure =
  /** Later changes stand on what the landing did to these paths. */
  | { readonly kind: 'textConflict'; readonly paths: readonly string[] }
  /** The base holds nothing of the landing any more. */
  | { readonly kind: 'nothingToTakeBack' };

/** A commit on the base, with its tree and the paths by which it differs from the base. */
export type Reverted = Result<
  { readonly commit: string; readonly tree: string; readonly paths: readonly string[] },
  RevertFailure
>;

/**
 * Takes a landing back out of the middle of history, in memory: a merge of the base with what was there before the landing, for which
 * the landing itself counts as the common ancestor. What landed later stays. No file, index or ref is touched.
 */
export async function revertOnto(git: Git, plan: RevertPlan): Promise<Reverted> {
  const { base, landing, keepFromBase } = plan;
  // `merge-tree` finds the common ancestor itself (git has no option for it before 2.40). A commit with the files from before the
  // landing whose parent is the landing makes that the ancestor, because the base descends from it.
  const before = await commitTree(git, { tree: `${landing.from}^{tree}`, parents: [landing.to], message: 'stand-in' });
  const settled = await settle(git, { base, tip: before, keepFromBase }, await mergeTree(git, base, before));
  if (!settled.ok) return err(settled.error.kind === 'nothingToLand' ? { kind: 'nothingToTakeBack' } : settled.error);
  const { tree, changes } = settled.value;
  const commit = await commitTree(git, { tree, parents: [base], message: plan.message });
  carryAttributes(git, base, commit, changes);
  return ok({ commit, tree, paths: changes.map(({ path }) => path) });
}
