import { assertNever } from '../std/index.ts';
import { plainText } from './plain-text.ts';
import type { Sentence } from './reason.ts';

/** Why a repository is not worked in; the `git` room says which. */
export type RefusedRepository =
  | { readonly kind: 'notARepository' | 'bare' | 'noCommit' | 'submodules' | 'gitMissing' }
  | { readonly kind: 'filesElsewhere'; readonly path: string }
  | { readonly kind: 'gitTooOld'; readonly found: string; readonly needed: string }
  | { readonly kind: 'midOperation'; readonly operation: string };

/** The sentence for why a repository is not worked in, and what to do about it. */
export function repositorySentence(refusal: RefusedRepository): Sentence {
  switch (refusal.kind) {
    case 'notARepository':
      return { message: 'This is not a git repository.', hint: 'Go to one, or make one: git init' };
    case 'bare':
      return {
        message: 'This repository is bare: it has no checkout to work from.',
        hint: 'Clone it and work in the clone.',
      };
    case 'noCommit':
      return {
        message: 'This repository has no commit yet, so there is nothing to start a worktree from.',
        hint: 'Make one: git commit --allow-empty -m "start"',
      };
    case 'submodules':
      return {
        message: 'This repository has submodules, which worktrees do not carry over.',
        hint: 'wt-orch does not work with submodules.',
      };
    case 'filesElsewhere':
      return {
        message: `The configuration of this repository says that its files are in ${plainText(refusal.path, 1_000)}, which does not belong to it.`,
        hint: 'If you did not set core.worktree, something else did. To take it away: git config --unset core.worktree',
      };
    case 'gitMissing':
      return { message: 'git was not found.', hint: 'Install it, or put it on PATH.' };
    case 'gitTooOld':
      return {
        message: `git ${refusal.found} is too old; ${refusal.needed} or newer is needed.`,
        hint: 'Install a newer git.',
      };
    case 'midOperation':
      return {
        message: `This repository is in the middle of ${withArticle(refusal.operation)}.`,
        hint: `Finish it or abort it first${abort(refusal.operation)}.`,
      };
    default:
      return assertNever(refusal);
  }
}

const withArticle = (operation: string): string => `a ${operation}`;

const abort = (operation: string): string =>
  operation === 'bisect' ? ': git bisect reset' : `: git ${operation} --abort`;
