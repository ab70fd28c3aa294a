import { join } from 'node:path';
import { isEnded } from '../orchestrator/index.ts';
import { type LockOwner, readLockOwner } from '../system/index.ts';
import { idKey } from '../tasks/index.ts';
import { type History, readHistory } from './history.ts';

/** Who is at work on the repository, and which tasks are not over: in that run, or in one whose process was killed. */
export interface Unfinished {
  readonly owner?: LockOwner;
  /** The run of a task that is not over in it. */
  readonly runOf: (task: string) => string | undefined;
  readonly history: History;
}

export async function readUnfinished(stateDir: string): Promise<Unfinished> {
  const [history, owner] = await Promise.all([readHistory(stateDir), readLockOwner(join(stateDir, 'lock'))]);
  const runs = new Map<string, string>();
  for (const state of history.runs.values()) {
    if (state.endedAt !== undefined) continue;
    for (const [task, step] of state.steps) if (!isEnded(step)) runs.set(idKey(task), state.run);
  }
  return { ...(owner === undefined ? {} : { owner }), runOf: (task) => runs.get(idKey(task)), history };
}
