import type { Reason, ReasonKind } from '../orchestrator/index.ts';
import { plainText } from './plain-text.ts';
import { type About, files, output, type Say, told } from './reason-parts.ts';
import { listed } from './words.ts';

type ConflictKind = Extract<ReasonKind, `conflict${string}` | 'textConflict' | 'regenerateFailed' | 'discarded'>;

/** The sentences for a branch that does not merge with the target, and for what became of it. */
export const conflictSentences: Readonly<Record<ConflictKind, Say>> = {
  textConflict: (reason, about) => ({
    message: `Its branch does not merge with what is on the target branch now${files(reason)}.`,
    hint: byHand(about),
  }),
  conflictMarkers: (reason, about) => ({
    message: `Conflict markers are left${files(reason)}.`,
    hint: byHand(about),
  }),
  conflictForeign: (reason, about) => ({
    message: `Files without a conflict were changed while it was resolved${files(reason)}.`,
    hint: byHand(about),
  }),
  conflictUndecided: (reason, about) => ({
    message: `Nobody has decided which side of the conflict counts${files(reason)}.`,
    hint: byHand(about),
  }),
  conflictLost: (reason, about) => ({
    message: `The resolution of its conflict drops what a side had added, without a word about it${lines(reason)}.`,
    hint: byHand(about),
  }),
  conflictStands: (reason, about) => ({
    message: `Its branch still does not merge with the target branch${files(reason)}.`,
    hint: byHand(about),
  }),
  conflictWorktree: (reason, about) => ({
    message: `Its branch does not merge with the target branch, and its worktree is not fit to resolve that in${told(reason)}.`,
    hint: byHand(about),
  }),
  regenerateFailed: (reason, about) => ({
    message: `A file that a program writes could not be written anew${told(reason)}${output(reason)}.`,
    hint: byHand(about),
  }),
  discarded: (_, about) => ({
    message: 'A person discarded its branch; what it held is kept under refs/wt-orch/attempts.',
    hint: `\`wt-orch retry ${about.task}\` starts again`,
  }),
};

/** How a person ends a conflict: a merge waits in the worktree, or one has to be begun. */
function byHand({ task, worktree, branch }: About): string {
  const where =
    worktree === undefined ? `in a worktree of ${branch ?? 'its branch'}` : `in ${plainText(worktree, 1_000)}`;
  return `Resolve it ${where} (\`git status\` says whether a merge waits there; else merge the target), commit, then: \`wt-orch land ${task}\`. Or \`wt-orch retry ${task}\` starts from what is there now`;
}

/** The first few of the lost lines. */
function lines({ detail = '', paths = [] }: Reason): string {
  const lost = detail.split('\n').filter((line) => line !== '');
  return lost.length === 0 ? files({ kind: 'conflictLost', paths }) : `: ${listed(lost)}`;
}
