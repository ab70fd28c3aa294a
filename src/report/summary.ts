import {
  exitCodeOf,
  type Outcome,
  type RunState,
  type StepState,
  type TaskId,
  undoneBy,
} from '../orchestrator/index.ts';
import { formatDuration } from '../std/index.ts';
import { type About, outcomeSentence, reasonSentence, type Sentence } from './reason.ts';
import { commitOf, everyTask } from './words.ts';

/** The numbers of a run and what became of each task; the last line of `run --json`. Sentences in it are safe to print. */
export interface Summary {
  readonly type: 'summary';
  readonly run: string;
  readonly totalTasks: number;
  /** Landed, ready, or with nothing to change. */
  readonly successful: number;
  readonly failed: number;
  /** Never started: refused at the selection, or because of a dependency. */
  readonly blocked: number;
  /** Held, or with a question to a person. */
  readonly waiting: number;
  readonly cancelled: number;
  /** Neither at their end nor waiting for a person; 0 once the run has ended. */
  readonly unfinished: number;
  readonly parallelTime: string;
  readonly estimatedSequentialTime: string;
  readonly speedup: string;
  readonly cost: string;
  readonly parallelSeconds: number;
  readonly estimatedSequentialSeconds: number;
  readonly speedupFactor: number;
  readonly costUsd: number;
  readonly gateBlocks: number;
  readonly testFailures: number;
  readonly exitCode: number;
  readonly tasks: readonly SummaryTask[];
  readonly overlaps: readonly { readonly tasks: readonly [TaskId, TaskId]; readonly paths: readonly string[] }[];
}

export interface SummaryTask {
  readonly id: TaskId;
  /** `null` while the task is not at its end. */
  readonly outcome: Outcome | null;
  readonly reason: string | null;
  readonly commit: string | null;
}

type Group = 'successful' | 'failed' | 'blocked' | 'waiting' | 'cancelled';

const groupOf: Readonly<Record<Outcome, Group>> = {
  landed: 'successful',
  ready: 'successful',
  no_change: 'successful',
  agent_failed: 'failed',
  timed_out: 'failed',
  gate_blocked: 'failed',
  tests_failed: 'failed',
  conflict: 'failed',
  rate_limited: 'failed',
  auth_failed: 'failed',
  over_budget: 'failed',
  held: 'waiting',
  waiting_person: 'waiting',
  cancelled: 'cancelled',
  skipped: 'blocked',
};

/** Whether an outcome is one that somebody has to look into. */
export const isFailure = (outcome: Outcome): boolean => groupOf[outcome] === 'failed';

/**
 * The account of a run in numbers. `now` (milliseconds) stands for its end while it has none. The sequential time is an estimate: the sum of
 * what each task took by itself from its worktree to its gates, and of the tests that were run for it.
 */
export function summarize(state: RunState, now: number): Summary {
  const tasks = everyTask(state).map((task) => summaryTask(state, task));
  const numberIn = (group: Group) =>
    tasks.filter(({ outcome }) => outcome !== null && groupOf[outcome] === group).length;
  const numberOf = (wanted: Outcome) => tasks.filter(({ outcome }) => outcome === wanted).length;
  const waiting =
    numberIn('waiting') +
    [...state.steps.values()].filter(({ phase }) => ['held', 'asking'].includes(phase.name)).length;
  const ended = tasks.filter(({ outcome }) => outcome !== null && groupOf[outcome] !== 'waiting').length;
  return {
    type: 'summary',
    run: state.run,
    totalTasks: tasks.length,
    successful: numberIn('successful'),
    failed: numberIn('failed'),
    blocked: numberIn('blocked'),
    waiting,
    cancelled: numberIn('cancelled'),
    unfinished: tasks.length - ended - waiting,
    ...timesOf(state, now),
    ...costOf(state),
    gateBlocks: numberOf('gate_blocked'),
    testFailures: numberOf('tests_failed'),
    exitCode: state.exitCode ?? exitCodeOf(state),
    tasks,
    overlaps: state.overlaps.map(({ tasks: pair, paths }) => ({ tasks: pair, paths })),
  };
}

function summaryTask(state: RunState, task: TaskId): SummaryTask {
  const step = state.steps.get(task);
  const reason = endSentence(state, task)?.message ?? null;
  if (step === undefined) return { id: task, outcome: 'skipped', reason, commit: null };
  return { id: task, outcome: step.phase.name === 'ended' ? step.phase.outcome : null, reason, commit: commitOf(step) };
}

/** Why a task ended as it did, or is held; undefined where there is nothing to say. */
export function endSentence(state: RunState, task: TaskId): Sentence | undefined {
  const step = state.steps.get(task);
  if (step === undefined) {
    const refusal = state.skipped.get(task);
    return refusal === undefined ? undefined : reasonSentence(refusal, { task });
  }
  const { phase } = step;
  if ('reason' in phase && phase.reason !== undefined) return reasonSentence(phase.reason, aboutOf(step));
  return phase.name === 'ended' ? outcomeSentence(phase.outcome, aboutOf(step)) : undefined;
}

/** What sentences may say of a step: its worktree only while there is one. */
function aboutOf({ spec, phase, worktree }: StepState): About {
  const { task, branch } = spec;
  return {
    task,
    ...(worktree === 'there' || worktree === 'kept' ? { worktree: spec.worktree, branch } : {}),
    ...(undoneBy(spec) === undefined ? {} : { isUndo: true }),
    ...(phase.name === 'held' && phase.question !== undefined ? { question: phase.question } : {}),
  };
}

/** The same for a task by its id; one that the run does not have is known by nothing else. */
export function aboutTask(state: RunState, task: TaskId): About {
  const step = state.steps.get(task);
  return step === undefined ? { task } : aboutOf(step);
}

type Times = Pick<
  Summary,
  | 'parallelTime'
  | 'estimatedSequentialTime'
  | 'speedup'
  | 'parallelSeconds'
  | 'estimatedSequentialSeconds'
  | 'speedupFactor'
>;

function timesOf(state: RunState, now: number): Times {
  const end = state.endedAt === undefined ? now : Date.parse(state.endedAt);
  const parallelMs = Math.max(0, end - Date.parse(state.startedAt));
  const sequentialMs = [...state.steps.values()].reduce((sum, step) => sum + step.busyMs, 0);
  // A run that took no time at all was neither faster nor slower.
  const speedupFactor = parallelMs === 0 ? 1 : sequentialMs / parallelMs;
  return {
    parallelTime: formatDuration(parallelMs),
    estimatedSequentialTime: formatDuration(sequentialMs),
    speedup: `${speedupFactor.toFixed(2)}x`,
    parallelSeconds: parallelMs / 1000,
    estimatedSequentialSeconds: sequentialMs / 1000,
    speedupFactor,
  };
}

function costOf(state: RunState): Pick<Summary, 'cost' | 'costUsd'> {
  const costUsd = [...state.steps.values()].reduce((sum, step) => sum + (step.claim?.costUsd ?? 0), 0);
  return { cost: `$${costUsd.toFixed(2)}`, costUsd };
}
