import type { Outcome, RunState, StepState, TaskId } from '../orchestrator/index.ts';
import { plainText } from './plain-text.ts';

/** What a step is at, as `status --json` says it; an ended step is at its outcome. */
export type StepWord =
  | 'waiting'
  | 'preparing'
  | 'running'
  | 'finishing'
  | 'gates'
  | 'waiting_person'
  | 'queued'
  | 'testing'
  | 'held'
  | 'resolving'
  | Outcome;

/** The word for where a step stands; `state` says whether it is the one that is tested now. */
export function stepWord(state: RunState, step: StepState): StepWord {
  switch (step.phase.name) {
    case 'undoing':
    case 'prepared':
      return 'preparing';
    case 'judging':
    case 'judged':
      return 'gates';
    case 'asking':
      return 'waiting_person';
    case 'resolving':
      return step.phase.turn === 'person' ? 'waiting_person' : 'resolving';
    case 'queued':
      return state.train.testing.includes(step.spec.task) ? 'testing' : 'queued';
    case 'ended':
      return step.phase.outcome;
    default:
      return step.phase.name;
  }
}

/** A word of the program as people read it: `gate_blocked` is "gate blocked". */
export const spoken = (word: string): string =>
  word === 'waiting_person' ? 'needs a person' : word.replaceAll('_', ' ');

/** The first eight characters of a commit. */
export const shortCommit = (commit: string): string => plainText(commit, 64).slice(0, 8);

/** `1 task`, `3 tasks`. */
export const count = (number: number, noun: string, plural = `${noun}s`): string =>
  `${number} ${number === 1 ? noun : plural}`;

/** `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`: up to `most` items, each made safe to show. */
export function listed(items: readonly string[], most = 3): string {
  const shown = items.slice(0, most).map((item) => plainText(item, 300));
  const last = items.length > most ? `${items.length - most} more` : shown.pop();
  if (last === undefined) return '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** Ends a text with a full stop unless it ends like a sentence already. */
export const sentence = (text: string): string => (text === '' || /[.!?…]$/.test(text) ? text : `${text}.`);

/** A worktree as people know it: from its usual folder on, or the whole path when it lies elsewhere. */
export function shortPath(path: string): string {
  const at = path.lastIndexOf('/.worktrees/');
  return plainText(at < 0 ? path : path.slice(at + 1), 1_000);
}

/** All tasks of a run in run order, with those that were refused at the selection behind them. */
export function everyTask(state: RunState): readonly TaskId[] {
  return [...state.steps.keys(), ...[...state.skipped.keys()].filter((task) => !state.steps.has(task))];
}

/** The commit that a step came to: what landed, else the tip of its branch. */
export function commitOf(step: StepState): string | null {
  const { phase } = step;
  if ((phase.name === 'landed' || phase.name === 'ended') && phase.commit !== undefined) return phase.commit;
  return ('work' in phase ? phase.work?.tip : undefined) ?? null;
}

/** Where a step's files are now, if they are anywhere. */
export const hasWorktree = (step: StepState): boolean => step.worktree === 'there' || step.worktree === 'kept';
