import { err, ok, type Result } from '../std/index.ts';
import { carryAttributes } from './attributes.ts';
import { commitTree } from './commit-tree.ts';
import { editTree, type TreeEdit } from './edit-tree.ts';
import type { Git, Identity } from './git.ts';
import { type Merged, mergeTree } from './merge-tree.ts';
import type { RawChange } from './raw-diff.ts';
import { commitHasTree, treeDiff } from './tree-diff.ts';

export interface MergePlan {
  readonly base: string;
  readonly tip: string;
  /** Paths, files or folders, of which the result has what the base has, whatever the branch did to them. */
  readonly keepFromBase: readonly string[];
  readonly message: string;
  readonly strategy: 'merge' | 'squash' | 'rebase';
  /** The author of a merge or squash commit; else the user, or for a squash the author of the tip. */
  readonly author?: Identity;
}

export type MergeFailure =
  /** The conflicted paths of either side; none when the two have no common history. */
  { readonly kind: 'textConflict'; readonly paths: readonly string[] } | { readonly kind: 'nothingToLand' };

export type ChainLink = Result<{ readonly commit: string; readonly tree: string }, MergeFailure>;

/** One commit for the whole branch. */
export async function joined(
  git: Git,
  plan: MergePlan,
  parents: readonly string[],
  author: Identity | undefined,
): Promise<ChainLink> {
  const settled = await settle(git, plan, await mergeTree(git, plan.base, plan.tip));
  if (!settled.ok) return settled;
  const { tree, changes } = settled.value;
  const commit = await commitTree(git, { tree, parents, message: plan.message, ...(author ? { author } : {}) });
  commitHasTree(git, plan.base, { tree, commit });
  carryAttributes(git, plan.base, commit, changes);
  return ok({ commit, tree });
}

/**
 * Turns a merge of `ours` (the base, if not given) and the tip into a tree that may land on the base: kept paths as the base has
 * them, no conflict beside them, not empty.
 */
export async function settle(
  git: Git,
  plan: Pick<MergePlan, 'base' | 'tip' | 'keepFromBase'>,
  merged: Merged | 'unrelated',
  ours = plan.base,
): Promise<Result<{ tree: string; changes: readonly RawChange[] }, MergeFailure>> {
  if (merged === 'unrelated') return err({ kind: 'textConflict', paths: [] });
  const isKept = (path: string) => plan.keepFromBase.some((kept) => belongsTo(path, kept, [ours, plan.tip]));
  if (!merged.conflicts.every(isKept)) {
    return err({ kind: 'textConflict', paths: merged.paths.filter((path) => !isKept(path)) });
  }
  const all = await treeDiff(git, plan.base, merged.tree);
  const changes = all.filter((change) => !isKept(change.path));
  if (changes.length === 0) return err({ kind: 'nothingToLand' });
  if (changes.length === all.length) return ok({ tree: merged.tree, changes });
  return ok({
    tree: await editTree(git, merged.tree, all.filter((change) => isKept(change.path)).map(takenBack)),
    changes,
  });
}

/** The path itself, what is below it, and the name that git gives a file of one side that a folder of the other pushes aside. */
function belongsTo(path: string, kept: string, sides: readonly string[]): boolean {
  return path === kept || path.startsWith(`${kept}/`) || sides.some((side) => path === `${kept}~${side}`);
}

const takenBack = ({ status, oldMode, oldId, path }: RawChange): TreeEdit => ({
  path,
  entry: status === 'A' ? undefined : { mode: oldMode, id: oldId },
});
