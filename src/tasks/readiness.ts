import { assertNever } from '../std/index.ts';
import { dependencyOrder, isWaiting, ringsOf } from './graph.ts';
import { idKey } from './ids.ts';
import type { Problem, Task, TaskFile } from './task.ts';

/** Why a task does not run, as data. */
export type BlockReason =
  /** The dependency is not done, and is not going to be: it was not chosen, or cannot run itself. */
  | { readonly kind: 'dependencyNotDone'; readonly id: string }
  | { readonly kind: 'dependencyCancelled'; readonly id: string }
  /** The task is marked as failed; only a retry brings it back. */
  | { readonly kind: 'failedBefore' }
  | { readonly kind: 'needsPerson' }
  | { readonly kind: 'inProgress' }
  /** An error in the task file concerns the task. */
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** The task has a mark or status word that nobody knows. */
  | { readonly kind: 'unknownStatus'; readonly text: string }
  | { readonly kind: 'draft' }
  | { readonly kind: 'cancelled' }
  /** Its author wrote `status: blocked`. */
  | { readonly kind: 'blockedByStatus' };

export interface Readiness {
  /** `unscheduled`: nobody asks for it to run (a draft, cancelled, an unknown status). `done` tasks have no reasons, `ready` ones neither. */
  readonly state: 'ready' | 'blocked' | 'done' | 'unscheduled';
  readonly reasons: readonly BlockReason[];
}

/** A task file, prepared for questions about single tasks. */
export interface TaskIndex {
  readonly file: TaskFile;
  /** The errors that stop a task. */
  readonly errorsOf: (id: string) => readonly Problem[];
  /** All tasks with an id, without regard to case: none, one, or several that are in error. */
  readonly tasksNamed: (id: string) => readonly Task[];
  /** The ids of the tasks that name an id as a dependency, in file order. */
  readonly namedBy: (id: string) => readonly string[];
}

/** Prepares a task file for many questions. Linear in the number of tasks and dependencies; each question then takes what it asks for. */
export function indexTasks(file: TaskFile): TaskIndex {
  const named = Map.groupBy(file.tasks, ({ id }) => idKey(id));
  const errors = new Map<string, Problem[]>();
  for (const problem of file.problems) {
    if (problem.severity !== 'error') continue;
    for (const key of new Set(problem.tasks.map(idKey))) append(errors, key, problem);
  }
  const dependents = new Map<string, string[]>();
  for (const task of file.tasks) {
    for (const key of new Set(task.depends.map(({ id }) => idKey(id)))) append(dependents, key, task.id);
  }
  return {
    file,
    errorsOf: (id) => errors.get(idKey(id)) ?? [],
    tasksNamed: (id) => named.get(idKey(id)) ?? [],
    namedBy: (id) => dependents.get(idKey(id)) ?? [],
  };
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** The ids of all tasks that wait for a task, directly or through others, nearest first. Done and cancelled tasks wait for nothing. */
export function dependentsOf(index: TaskIndex, id: string): readonly string[] {
  const seen = new Map<string, string>();
  const queue = [id];
  for (const current of queue) {
    for (const dependent of index.namedBy(current)) {
      const key = idKey(dependent);
      if (key === idKey(id) || seen.has(key) || !index.tasksNamed(dependent).some(isWaiting)) continue;
      seen.set(key, dependent);
      queue.push(dependent);
    }
  }
  return [...seen.values()];
}

/**
 * Answers, for any number of ids, whether a task can run when the `chosen` ones are to run. A dependency does not block when it is done, or
 * chosen and able to run itself. Everything is worked out once, on the call; the answer to an id that no task has is undefined.
 */
export function readinessOf(index: TaskIndex, chosen: ReadonlySet<string>): (id: string) => Readiness | undefined {
  const chosenKeys = new Set([...chosen].map(idKey));
  const answers = new Map<string, Readiness>();
  const canFinish = (id: string) => chosenKeys.has(idKey(id)) && answers.get(idKey(id))?.state === 'ready';
  // Members of rings come last: they are in error whatever the others are, so nobody has to wait for their answers.
  const order = [...dependencyOrder(index.file.tasks), ...ringsOf(index.file.tasks).flatMap(({ members }) => members)];
  for (const id of order) {
    const named = index.tasksNamed(id);
    // Of several tasks with one id, which are in error, one that is finished must not speak for one that is not.
    const task = named.find(isWaiting) ?? named[0];
    if (task !== undefined) answers.set(idKey(id), readinessOfTask(index, task, canFinish));
  }
  return (id) => answers.get(idKey(id));
}

/** The answer for one task. For many tasks of one file, `readinessOf` does the work once. */
export function taskReadiness(file: TaskFile, id: string, chosen: ReadonlySet<string>): Readiness | undefined {
  return readinessOf(indexTasks(file), chosen)(id);
}

function readinessOfTask(index: TaskIndex, task: Task, canFinish: (id: string) => boolean): Readiness {
  const errors = index.errorsOf(task.id).map((problem): BlockReason => ({ kind: 'problem', problem }));
  const waiting = task.depends.flatMap(({ id }) => dependencyReason(index, id, canFinish));
  const around = [...errors, ...waiting];
  switch (task.status) {
    case 'done':
      return { state: 'done', reasons: [] };
    case 'cancelled':
      return { state: 'unscheduled', reasons: [{ kind: 'cancelled' }] };
    case 'draft':
      return { state: 'unscheduled', reasons: [{ kind: 'draft' }] };
    case 'unknown':
      return { state: 'unscheduled', reasons: [{ kind: 'unknownStatus', text: task.statusText }] };
    case 'failed':
      return { state: 'blocked', reasons: [{ kind: 'failedBefore' }, ...around] };
    case 'needs_person':
      return { state: 'blocked', reasons: [{ kind: 'needsPerson' }, ...around] };
    case 'in_progress':
      return { state: 'blocked', reasons: [{ kind: 'inProgress' }, ...around] };
    case 'blocked':
      return { state: 'blocked', reasons: [{ kind: 'blockedByStatus' }, ...around] };
    case 'ready':
      return { state: around.length === 0 ? 'ready' : 'blocked', reasons: around };
    default:
      return assertNever(task.status);
  }
}

/** An unknown dependency is an error of the task already, and needs no second reason. */
function dependencyReason(index: TaskIndex, id: string, canFinish: (id: string) => boolean): readonly BlockReason[] {
  const named = index.tasksNamed(id);
  if (named.length === 0 || named.every(({ status }) => status === 'done') || canFinish(id)) return [];
  const isCancelled = named.every(({ status }) => status === 'cancelled');
  return [{ kind: isCancelled ? 'dependencyCancelled' : 'dependencyNotDone', id }];
}
