import { err, ok, type Result } from '../std/index.ts';
import { idKey } from './ids.ts';
import { readTasks } from './parse.ts';
import { spliceSpan } from './source.ts';
import { markOf, statusWord, type WrittenStatus } from './status.ts';
import type { TaskStatus } from './task.ts';

/** Why a status was not written. The file is as it was. */
export type MarkFailure =
  /** No task has the id. */
  | { readonly kind: 'taskGone' }
  /** Several tasks have the id; `lines` is where they begin. */
  | { readonly kind: 'taskDoubled'; readonly lines: readonly number[] }
  /** Someone else has written another status since `expected` was read. */
  | { readonly kind: 'statusChanged'; readonly expected: TaskStatus; readonly found: TaskStatus };

/**
 * The bytes of a task file with the status of one task set to `next`. Only the mark changes, or the word of the task's `status:` field
 * if it has one that says something; every other byte stays, line ends, a byte-order mark and broken UTF-8 included.
 * `expected` is the status that the writer has seen. A task that already is `next` is left alone, bytes and all, whatever was expected:
 * what the writer wants is so, and a writer that was killed may simply try again.
 */
export function markTask(
  bytes: Uint8Array,
  id: string,
  expected: TaskStatus,
  next: WrittenStatus,
): Result<Uint8Array, MarkFailure> {
  const found = readTasks(bytes).read.filter(({ task }) => idKey(task.id) === idKey(id));
  const [only, another] = found;
  if (only === undefined) return err({ kind: 'taskGone' });
  if (another !== undefined) return err({ kind: 'taskDoubled', lines: found.map(({ task }) => task.at.line) });
  const { status } = only.task;
  if (status === next) return ok(bytes);
  if (status !== expected) return err({ kind: 'statusChanged', expected, found: status });
  const { kind, span } = only.statusSpan;
  return ok(spliceSpan(bytes, span, kind === 'mark' ? markOf[next] : statusWord[next]));
}
