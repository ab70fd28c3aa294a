import type { ConflictChoice, GateRecord, Recorded, RunState, TaskId } from '../orchestrator/index.ts';
import { plainText } from './plain-text.ts';
import { endSentence, isFailure, type Summary, type SummaryTask, summarize } from './summary.ts';
import { safeGate } from './why.ts';
import { hasWorktree } from './words.ts';

/** The whole account of a run; what `report --json` prints. The keys of the summary stand at the top. */
export interface Account extends Omit<Summary, 'tasks'> {
  readonly target: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly maxParallel: number;
  readonly tested: RunState['tested'];
  readonly conflictChoice: ConflictChoice | null;
  readonly tasks: readonly AccountTask[];
  readonly landings: readonly Landing[];
  readonly tests: readonly TestRun[];
  readonly questions: readonly {
    readonly id: string;
    readonly task: TaskId | null;
    readonly prompt: string;
    readonly answer: string | null;
  }[];
}

export interface AccountTask extends SummaryTask {
  readonly title: string | null;
  readonly agent: string | null;
  readonly attempt: number | null;
  readonly hint: string | null;
  readonly failed: boolean;
  /** Busy with it, whatever went on beside it. */
  readonly seconds: number;
  readonly costUsd: number | null;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly logs: { readonly agent: string | null; readonly test: string | null };
  readonly gates: readonly GateRecord[];
}

/** A move of the target branch, in the order in which they were made. */
export interface Landing {
  readonly task: TaskId;
  readonly from: string;
  readonly commit: string;
  readonly tested: boolean;
  readonly time: string;
}

export interface TestRun {
  readonly task: TaskId;
  readonly commit: string;
  readonly verdict: 'green' | 'red' | 'unknown';
  readonly seconds: number;
  readonly log: string;
}

/** The account of a run as data. `events` may hold other runs too; `now` (milliseconds) stands for the end of a run that goes on. */
export function reportJson(state: RunState, events: readonly Recorded[], now: number): Account {
  const own = events.filter((event) => event.run === state.run);
  const { tasks, ...numbers } = summarize(state, now);
  return {
    ...numbers,
    target: state.target,
    startedAt: state.startedAt,
    endedAt: state.endedAt ?? null,
    maxParallel: state.maxParallel,
    tested: state.tested,
    conflictChoice: state.conflictChoice ?? null,
    tasks: tasks.map((task) => accountTask(task, state)),
    landings: own.flatMap((event) =>
      event.type === 'landed'
        ? [{ task: event.task, from: event.from, commit: event.commit, tested: event.tested, time: event.time }]
        : [],
    ),
    tests: own.flatMap((event) => (event.type === 'testEnded' ? [testRun(event)] : [])),
    questions: [...state.questions.values()].map(({ question, answer }) => ({
      id: question.id,
      task: question.task ?? null,
      prompt: plainText(question.prompt, 2_000),
      answer: answer === undefined ? null : plainText(answer, 2_000),
    })),
  };
}

const testRun = ({ position, verdict, ms, log }: Extract<Recorded, { type: 'testEnded' }>): TestRun => ({
  task: position.task,
  commit: position.commit,
  verdict,
  seconds: ms / 1000,
  log,
});

function accountTask(task: SummaryTask, state: RunState): AccountTask {
  const step = state.steps.get(task.id);
  const there = step !== undefined && hasWorktree(step);
  return {
    ...task,
    title: step === undefined ? null : plainText(step.spec.title),
    agent: step?.spec.agent ?? null,
    attempt: step?.attempt ?? null,
    hint: endSentence(state, task.id)?.hint ?? null,
    failed: task.outcome !== null && isFailure(task.outcome),
    seconds: (step?.busyMs ?? 0) / 1000,
    costUsd: step?.claim?.costUsd ?? null,
    worktree: there ? step.spec.worktree : null,
    branch: there ? step.spec.branch : null,
    logs: { agent: step?.agentLog ?? null, test: step?.testLog ?? null },
    gates: (step?.gates ?? []).map(safeGate),
  };
}
