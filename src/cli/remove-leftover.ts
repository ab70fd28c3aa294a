import { checkouts, isAncestor, moveRefs, removeWorktree } from '../git/index.ts';
import { assertNever } from '../std/index.ts';
import { messageOf, removeTree } from '../system/index.ts';
import type { Leftover, Place } from './leftovers.ts';
import { removalWords } from './remove-by-hand.ts';
import { removeCheckout } from './remove-checkout.ts';
import { requireTarget } from './workspace.ts';

/** Removes one leftover if it still is one. Answers with why it stayed, as the end of a sentence, or undefined when it is gone. */
export async function removeLeftover(place: Place, item: Leftover): Promise<string | undefined> {
  const { git, workspace } = place;
  try {
    switch (item.kind) {
      case 'worktree': {
        const { path, branch, tip } = item;
        const removed = await removeWorktree(git, { path, branch, expectTip: tip, target: place.target.branch });
        return removed.ok ? undefined : removalWords(removed.error);
      }
      case 'branch':
        return await removeBranch(place, item.branch, item.tip);
      case 'checkout':
        await removeCheckout(workspace, git, item.name);
        return undefined;
      case 'file':
        await removeTree(item.path);
        return undefined;
      case 'ref': {
        const moved = await moveRefs(git, [{ ref: item.ref, from: item.commit, to: undefined }]);
        return moved.ok ? undefined : 'it has just moved';
      }
      default:
        return assertNever(item);
    }
  } catch (problem) {
    // A file that cannot be removed keeps nothing else from being removed.
    return messageOf(problem);
  }
}

/** The target is asked again: a person may have moved it back since the plan was made. */
async function removeBranch({ git, workspace }: Place, branch: string, tip: string): Promise<string | undefined> {
  const target = await requireTarget(git, workspace.settings);
  if (!(await isAncestor(git, tip, target.commit))) return `${target.branch} has just moved`;
  if ((await checkouts(git, branch)).length > 0) return 'it has just been checked out';
  const moved = await moveRefs(git, [{ ref: `refs/heads/${branch}`, from: tip, to: undefined }]);
  return moved.ok ? undefined : 'it has just moved';
}
