import type { Reason } from '../orchestrator/index.ts';
import { plainText } from './plain-text.ts';
import { listed } from './words.ts';

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
}

export type Say = (reason: Reason, about: About) => Sentence;

/** `: what a tool or the agent said`, or nothing. */
export const told = ({ detail }: Reason): string =>
  detail === undefined || detail === '' ? '' : `: ${plainText(detail, 300).replace(/\.$/, '')}`;

export const output = ({ log }: Reason): string => (log === undefined ? '' : ` (output: ${plainText(log, 1_000)})`);

export const files = ({ paths }: Reason): string =>
  paths === undefined || paths.length === 0 ? '' : `: ${listed(paths, 10)}`;

/** Where the work lies. */
export const place = ({ worktree }: About): string =>
  worktree === undefined ? '' : `. Its worktree: ${plainText(worktree, 1_000)}`;
