import type { Reason } from '../orchestrator/index.ts';
import { plainText } from './plain-text.ts';
import { listed, shortCommit } from './words.ts';

/** What to say about something, and what to do about it. */
export interface Sentence {
  readonly message: string;
  readonly hint?: string;
}

/** The task that a reason is about, and where its work lies, when it still lies there. */
export interface About {
  readonly task: string;
  readonly worktree?: string;
  readonly branch?: string;
  /** The open question by which a hold of a run that goes on can be lifted. */
  readonly question?: string;
  /** It is about taking back what the task landed. */
  readonly isUndo?: boolean;
}

export type Say = (reason: Reason, about: About) => Sentence;

/** `: what a tool or the agent said`, or nothing. */
export const told = ({ detail }: Reason): string =>
  detail === undefined || detail === '' ? '' : `: ${plainText(detail, 300).replace(/\.$/, '')}`;

/** Where the output is, in brackets, or nothing. */
export const output = ({ log }: Reason): string => (log === undefined ? '' : ` (output: ${plainText(log, 1_000)})`);

/** `: the first paths`, or nothing. */
export const files = ({ paths }: Reason): string =>
  paths === undefined || paths.length === 0 ? '' : `: ${listed(paths, 10)}`;

/** The gates by name, or `a gate`. */
export const gates = ({ detail }: Reason): string =>
  detail === undefined || detail === ''
    ? 'a gate'
    : `the ${detail.includes(',') ? 'gates' : 'gate'} ${plainText(detail, 300)}`;

/** What git is in the middle of. */
export const operation = ({ detail }: Reason): string =>
  detail === undefined ? 'something' : `a ${plainText(detail, 1_000)}`;

/** What became of a branch. */
export const movedTo = ({ detail }: Reason): string =>
  detail === undefined ? 'was moved' : detail === 'gone' ? 'was deleted' : `was moved to ${shortCommit(detail)}`;

/** Where the work lies. */
export const place = ({ worktree }: About): string =>
  worktree === undefined ? '' : `. Its worktree: ${plainText(worktree, 1_000)}`;
