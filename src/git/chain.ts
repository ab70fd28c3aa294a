import { assertNever } from '../std/index.ts';
import type { Git, Identity } from './git.ts';
import { replay } from './replay.ts';
import { answer, inControl } from './run-git.ts';
import { type ChainLink, joined, type MergePlan } from './settle.ts';

/**
 * Puts a branch on top of a commit, in memory: no file, index or ref is touched. `merge` gives one commit with both as
 * parents; `squash` one commit on the base; `rebase` the branch's commits one after the other. A branch that brings nothing
 * new, or only changes to kept paths, is `nothingToLand`.
 */
export async function mergeOnto(git: Git, plan: MergePlan): Promise<ChainLink> {
  switch (plan.strategy) {
    case 'merge':
      return await joined(git, plan, [plan.base, plan.tip], plan.author);
    case 'squash':
      return await joined(git, plan, [plan.base], plan.author ?? (await authorOf(git, plan.tip)));
    case 'rebase':
      return await replay(git, plan);
    default:
      return assertNever(plan.strategy);
  }
}

async function authorOf(git: Git, commit: string): Promise<Identity> {
  const args = ['log', '-1', '-z', '--no-ext-diff', '--no-textconv', '--format=%an%x00%ae', commit];
  const [name = '', email = ''] = (await answer(git, await inControl(git), args)).split('\0');
  return { name, email };
}
