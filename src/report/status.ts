import { openQuestions, queue, type RunState, type StepState } from '../orchestrator/index.ts';
import { plainText } from './plain-text.ts';
import { standing } from './standing.ts';
import { endSentence } from './summary.ts';
import { commitOf, hasWorktree, type StepWord, stepWord } from './words.ts';

/** What `status --json` prints. Sentences and prompts in it are safe to print. */
export interface Status {
  readonly run: string | null;
  readonly state: RunWord;
  readonly tasks: readonly StatusTask[];
  /** The landing queue, first come first. */
  readonly queue: readonly string[];
  readonly questions: readonly {
    readonly id: string;
    readonly kind: string;
    readonly prompt: string;
    readonly options: readonly string[];
  }[];
}

export type RunWord = 'idle' | 'running' | 'waiting_person' | 'ended' | 'interrupted';

export interface StatusTask {
  readonly id: string;
  /** `null` for a task that was refused at the selection. */
  readonly agent: string | null;
  readonly state: StepWord;
  readonly reason: string | null;
  /** 0 to 1, as the agent says. */
  readonly progress: number | null;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
}

/** Where a run stands; without one it is idle. `alive`: its orchestrator is there. */
export function statusJson(state: RunState | undefined, alive: boolean): Status {
  if (state === undefined) return { run: null, state: 'idle', tasks: [], queue: [], questions: [] };
  return {
    run: state.run,
    state: runWord(state, alive),
    tasks: [...[...state.steps.values()].map((step) => statusTask(state, step, alive)), ...refused(state)],
    queue: queue(state).map(({ task }) => task),
    questions: openQuestions(state).map(({ id, kind, prompt, options }) => ({
      id,
      kind,
      prompt: plainText(prompt, 2_000),
      options: options.map((option) => plainText(option, 200)),
    })),
  };
}

/** A run waits for a person when a question is open and nothing else in it moves. */
export function runWord(state: RunState, alive: boolean): RunWord {
  if (state.endedAt !== undefined) return 'ended';
  if (!alive) return 'interrupted';
  const still = [...state.steps.values()].every(({ phase }) =>
    ['waiting', 'asking', 'held', 'ended'].includes(phase.name),
  );
  return still && openQuestions(state).length > 0 ? 'waiting_person' : 'running';
}

function statusTask(state: RunState, step: StepState, alive: boolean): StatusTask {
  const { task, agent, worktree, branch } = step.spec;
  const there = hasWorktree(step);
  return {
    id: task,
    agent,
    state: stepWord(state, step),
    reason: (alive || isSettled(state, step) ? standing(state, step)?.message : cutOff) ?? null,
    progress: step.claim?.progress ?? null,
    worktree: there ? worktree : null,
    branch: there ? branch : null,
    commit: commitOf(step),
  };
}

/** What holds whether or not the orchestrator is there. */
const isSettled = (state: RunState, { phase }: StepState): boolean =>
  state.endedAt !== undefined || ['ended', 'held', 'landed'].includes(phase.name);

const cutOff = 'The run was interrupted here.';

function refused(state: RunState): readonly StatusTask[] {
  const nothing = { agent: null, progress: null, worktree: null, branch: null, commit: null };
  return [...state.skipped.keys()]
    .filter((task) => !state.steps.has(task))
    .map((id) => ({ id, ...nothing, state: 'skipped', reason: endSentence(state, id)?.message ?? null }));
}
