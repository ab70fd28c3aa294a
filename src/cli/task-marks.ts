import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import {
  ensureFolder,
  isTemporary,
  listFolder,
  readBytes,
  realPath,
  removeTree,
  withShortLock,
  writeAtomic,
} from '../system/index.ts';
import { markTask, type TaskStatus, type WrittenStatus } from '../tasks/index.ts';
import type { Workspace } from './workspace.ts';

const lockOf = ({ stateDir }: Workspace) => join(stateDir, 'task-file.lock');

/**
 * Writes one mark into the task file: locks, reads again, finds the task by id, compares with the status that was read,
 * replaces the file at once. Fails in words when somebody has changed the mark, the id is gone or doubled, or the file is locked;
 * the file then is as it was.
 */
export async function writeMark(
  workspace: Workspace,
  task: string,
  expected: string,
  next: WrittenStatus,
): Promise<Result<void, string>> {
  await ensureFolder(workspace.stateDir);
  const written = await withShortLock(lockOf(workspace), async () => {
    const bytes = await readBytes(workspace.taskPath);
    if (bytes === undefined) return err('the task file is gone');
    const marked = markTask(bytes, task, expected as TaskStatus, next);
    if (!marked.ok) return err(why(marked.error));
    if (marked.value !== bytes) await writeAtomic(workspace.taskPath, marked.value, { followLink: true });
    return ok(undefined);
  });
  return written.ok ? written.value : err('the task file is locked by somebody else');
}

/** Removes what a writer that was killed has left beside the task file. Nobody writes to it meanwhile. */
export async function removeHalfWritten(workspace: Workspace): Promise<void> {
  const path = await realPath(workspace.taskPath).catch(() => workspace.taskPath);
  const names = await listFolder(dirname(path));
  const left = names.filter((name) => isTemporary(name, basename(path)));
  if (left.length === 0) return;
  await withShortLock(lockOf(workspace), async () => {
    for (const name of left) await removeTree(join(dirname(path), name));
  });
}

function why(failure: { readonly kind: string; readonly expected?: string; readonly found?: string }): string {
  switch (failure.kind) {
    case 'taskGone':
      return 'it is not in the task file any more';
    case 'taskDoubled':
      return 'its id stands more than once in the task file';
    default:
      return `its status there is ${failure.found ?? 'another'} now, not ${failure.expected ?? 'the one that was read'}`;
  }
}
