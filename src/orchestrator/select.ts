import { findOverlaps, type TrackedPaths } from '../conflicts/index.ts';
import { parseDuration } from '../std/index.ts';
import {
  dependencyOrder,
  idKey,
  indexTasks,
  priorityRank,
  type Readiness,
  readinessOf,
  type Task,
  type TaskFile,
} from '../tasks/index.ts';
import type { Overlap, TaskId } from './event.ts';
import type { StepSpec } from './step-spec.ts';

/** The agent that would do a task, as far as selection needs to know it. */
export interface ChosenAgent {
  readonly name: string;
  readonly timeoutMs: number;
}

export interface Selection {
  /** Those that can run, in run order: dependencies first, then priority, then as they stand in the file. */
  readonly runnable: readonly Task[];
  /** Those that were asked for and cannot run. */
  readonly refused: readonly { readonly task: Task; readonly readiness: Readiness }[];
  /** Pairs of runnable tasks that would touch the same files, dependencies or not. */
  readonly overlaps: readonly SelectedOverlap[];
}

export interface SelectedOverlap extends Overlap {
  /** One of the two waits for the other anyway. */
  readonly ordered: boolean;
}

/**
 * Chooses what runs. `wanted` are ids as they stand in the file; without it every task that is ready is wanted.
 * Pure; linear in tasks, claims and overlaps.
 */
export function select(file: TaskFile, tracked: TrackedPaths, wanted?: readonly TaskId[]): Selection {
  const keys = wanted === undefined ? undefined : new Set(wanted.map(idKey));
  const asked = file.tasks.filter((task) => (keys === undefined ? task.status === 'ready' : keys.has(idKey(task.id))));
  const readiness = readinessOf(indexTasks(file), new Set(asked.map((task) => task.id)));
  const ready = asked.filter((task) => readiness(task.id)?.state === 'ready');
  const order = new Map(dependencyOrder(file.tasks).map((id, place) => [id, place]));
  const runnable = ready.toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  const refused = asked.flatMap((task) => {
    const answer = readiness(task.id);
    return answer === undefined || answer.state === 'ready' ? [] : [{ task, readiness: answer }];
  });
  return { runnable, refused, overlaps: overlapsAmong(runnable, tracked) };
}

/** The pairs of tasks that would touch the same files; those that wait for each other anyway are marked. */
export function overlapsAmong(tasks: readonly Task[], tracked: TrackedPaths): readonly SelectedOverlap[] {
  const found = findOverlaps(tasks, tracked);
  if (found.length === 0) return [];
  const waitsFor = reachability(tasks);
  return found.map(({ tasks: pair, paths }) => ({
    tasks: pair,
    paths,
    ordered: waitsFor(pair[0], pair[1]) || waitsFor(pair[1], pair[0]),
  }));
}

/** Whether one task waits for another, directly or through others. Answers are worked out once per task that is asked about. */
function reachability(tasks: readonly Task[]): (from: TaskId, to: TaskId) => boolean {
  const byKey = new Map(tasks.map((task) => [idKey(task.id), task]));
  const known = new Map<string, ReadonlySet<string>>();
  const reached = (id: TaskId): ReadonlySet<string> => {
    const start = idKey(id);
    const before = known.get(start);
    if (before !== undefined) return before;
    const seen = new Set<string>();
    const open = [start];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      for (const dependency of byKey.get(key)?.depends ?? []) {
        const next = idKey(dependency.id);
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    known.set(start, seen);
    return seen;
  };
  return (from, to) => reached(from).has(idKey(to));
}

export interface StepContext {
  readonly agentOf: (task: Task) => ChosenAgent;
  /** The folder of the worktrees, absolute. */
  readonly worktreeRoot: string;
  /** Attempts that were made before, by task. */
  readonly attemptsOf: (task: TaskId) => number;
  /** A time limit for every agent that goes before what tasks and profiles say. */
  readonly timeoutMs?: number;
  /** The tasks of the run that `task` may have to wait for. */
  readonly inRun: (task: TaskId) => boolean;
}

/** A task as a step of a run, frozen as it was read. */
export function stepFor(task: Task, context: StepContext): StepSpec {
  const agent = context.agentOf(task);
  const written = task.timeout === undefined ? undefined : parseDuration(task.timeout);
  const ownLimit = written?.ok === true ? written.value : agent.timeoutMs;
  return {
    task: task.id,
    title: task.title,
    status: task.status,
    agent: agent.name,
    worktree: `${context.worktreeRoot}/${agent.name}-${task.id}`,
    branch: `wt-orch/${task.id}`,
    attempt: context.attemptsOf(task.id) + 1,
    after: task.depends.map(({ id }) => id).filter((id) => context.inRun(id)),
    priority: priorityRank(task.priority),
    timeoutMs: context.timeoutMs ?? ownLimit,
    approve: task.approve === 'always',
    claims: task.claims.map(
      ({ pattern, mode, exclude }) => `${mode === 'edit' ? '' : `${mode} `}${exclude ? '!' : ''}${pattern}`,
    ),
    tags: task.tags,
    resources: task.resources,
    gates: task.gates,
    ...(task.model === undefined ? {} : { model: task.model }),
    ...(task.base === undefined ? {} : { base: task.base }),
    text: task.text,
    entry: { kind: 'fresh' },
  };
}
