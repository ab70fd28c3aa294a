import type { Priority, TaskStatus } from './task.ts';

/** The statuses that are ever written into a task file. */
export type WrittenStatus = 'done' | 'failed' | 'needs_person' | 'in_progress' | 'ready' | 'cancelled';

/** The character between the square brackets, for each status that is written. */
export const markOf: Readonly<Record<WrittenStatus, string>> = {
  ready: ' ',
  in_progress: '~',
  done: 'x',
  failed: '!',
  needs_person: '?',
  cancelled: '-',
};

/** The word written into an existing `status:` field. Each reads back as the status it was written for. */
export const statusWord: Readonly<Record<WrittenStatus, string>> = {
  ready: 'ready',
  in_progress: 'in_progress',
  done: 'done',
  failed: 'failed',
  needs_person: 'needs person',
  cancelled: 'cancelled',
};

const statusByMark = new Map<string, TaskStatus>([
  ['', 'ready'],
  ['~', 'in_progress'],
  ['/', 'in_progress'],
  ['x', 'done'],
  ['X', 'done'],
  ['!', 'failed'],
  ['?', 'needs_person'],
  ['-', 'cancelled'],
]);

const statusByWord = byWord<TaskStatus>({
  ready: 'ready|todo|to do|open|pending|new|not started|planned',
  in_progress: 'in progress|inprogress|doing|wip|started|active|running|ongoing',
  done: 'done|completed|complete|finished|closed|landed|merged|shipped',
  failed: 'failed|failure|failing|broken|error',
  needs_person: 'needs person|needs a person|needs human|needs review|in review|review|held|conflict',
  blocked: 'blocked|on hold|waiting|paused|deferred|postponed',
  draft: 'draft|idea|proposed|proposal',
  cancelled: 'cancelled|canceled|wontfix|wont fix|wont do|dropped|abandoned|obsolete|rejected',
});

const priorityByWord = byWord<Priority>({
  critical: 'critical|p0|0|urgent|blocker|highest',
  high: 'high|p1|1',
  medium: 'medium|p2|2|normal|default|mid',
  low: 'low|p3|3',
  lowest: 'lowest|p4|4|trivial',
});

/** The status that a mark stands for: the one character between the brackets, or nothing. Blank is ready, a character nobody knows is `unknown`. */
export function statusOfMark(mark: string): TaskStatus {
  return statusByMark.get(mark.trim()) ?? 'unknown';
}

/** The status that a word stands for, in any case and with blanks, `-` or `_` between its parts; `unknown` for all other words. */
export function statusOfWord(word: string): TaskStatus {
  return statusByWord.get(plain(word)) ?? 'unknown';
}

/** The priority that a word stands for (`P0` to `P4`, `critical` to `lowest`), or undefined. */
export function priorityOfWord(word: string): Priority | undefined {
  return priorityByWord.get(plain(word));
}

const rankOf: Readonly<Record<Priority, number>> = { critical: 0, high: 1, medium: 2, low: 3, lowest: 4 };

/** 0 for what goes first, 4 for what goes last. */
export function priorityRank(priority: Priority): number {
  return rankOf[priority];
}

function plain(word: string): string {
  return word
    .toLowerCase()
    .replaceAll(/['’.!]/g, '')
    .replaceAll(/[-_\s]+/g, ' ')
    .trim();
}

function byWord<T extends string>(table: Partial<Record<T, string>>): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const [meaning, words] of Object.entries<string | undefined>(table)) {
    for (const word of words?.split('|') ?? []) map.set(word, meaning as T);
  }
  return map;
}
