import { type JournalFailure, readJournal } from '../journal/index.ts';
import {
  foldRun,
  openQuestions,
  type Question,
  type Recorded,
  type RunState,
  type StepState,
  type TaskId,
} from '../orchestrator/index.ts';
import { Refusal } from './refusal.ts';

/** What the journal knows: every run, in order, and the last word on each task. */
export interface History {
  readonly runs: ReadonlyMap<string, RunState>;
  readonly events: readonly Recorded[];
  readonly latest?: RunState;
}

/** Folds the journal of a repository; reading needs no lock. Refuses when the journal is corrupt. */
export async function readHistory(stateDir: string): Promise<History> {
  const read = await readJournal<Recorded>(stateDir);
  if (!read.ok) throw new Refusal(...corrupt(read.error));
  return historyOf(read.value.events);
}

export function historyOf(events: readonly Recorded[]): History {
  const byRun = Map.groupBy(
    events.filter((event) => typeof event.run === 'string'),
    (event) => event.run,
  );
  const runs = new Map<string, RunState>();
  for (const [run, own] of byRun) {
    const state = foldRun(own);
    if (state !== undefined) runs.set(run, state);
  }
  const latest = [...runs.values()].at(-1);
  return { runs, events, ...(latest === undefined ? {} : { latest }) };
}

/** The run to show for a task: the newest that has it. */
export function lastStep(
  history: History,
  task: TaskId,
): { readonly state: RunState; readonly step: StepState } | undefined {
  const wanted = task.toLowerCase();
  for (const state of [...history.runs.values()].reverse()) {
    for (const [id, step] of state.steps) if (id.toLowerCase() === wanted) return { state, step };
  }
  return undefined;
}

/**
 * The questions that still want an answer, the newest run's first. One about a task that a later run has taken up has been answered
 * by that; one that stands for the whole run ended with it.
 */
export function questionsLeft(history: History): readonly { readonly state: RunState; readonly question: Question }[] {
  return [...history.runs.values()].reverse().flatMap((state) =>
    openQuestions(state)
      .filter(
        ({ task }) => state === history.latest || (task !== undefined && lastStep(history, task)?.state === state),
      )
      .map((question) => ({ state, question })),
  );
}

/** How many attempts were made on a task so far. */
export function attemptsOf(history: History, task: TaskId): number {
  let most = 0;
  for (const state of history.runs.values()) {
    const step = state.steps.get(task);
    if (step !== undefined && step.agentLog !== undefined) most = Math.max(most, step.attempt);
  }
  return most;
}

export function corrupt(failure: JournalFailure): [string, string] {
  if (failure.kind === 'unreadable')
    return [`The journal cannot be read: ${failure.message}`, 'Check its permissions and the disk.'];
  return [
    `The journal is damaged: ${failure.path}, line ${failure.line} (byte ${failure.offset}): ${failure.reason}.`,
    'Lines behind it are good, so nothing was cut. Move the file aside to start a new journal; branches and worktrees are not touched by that.',
  ];
}
