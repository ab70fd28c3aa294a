import type {
  ConflictChoice,
  GateFinding,
  Outcome,
  Overlap,
  Position,
  Question,
  Reason,
  StatusClaim,
  TaskId,
  TestVerdict,
  TextConflict,
} from './event.ts';
import type { StepSpec, Work } from './step-spec.ts';

/** Where a step stands, with exactly the data that it has there. */
export type Phase =
  | { readonly name: 'waiting' }
  | { readonly name: 'undoing' }
  | { readonly name: 'preparing'; readonly base: string }
  | { readonly name: 'prepared'; readonly base: string }
  | {
      readonly name: 'running';
      readonly base: string;
      readonly tag: string;
      readonly pid?: number;
      readonly stopping?: 'timeLimit' | 'stopped';
    }
  | { readonly name: 'finishing'; readonly base: string; readonly exit: AgentExit; readonly found?: Work | 'nothing' }
  | { readonly name: 'judging'; readonly work: Work }
  | { readonly name: 'judged'; readonly work: Work; readonly verdict: 'pass' | 'blocked' }
  | { readonly name: 'asking'; readonly question: string; readonly work?: Work; readonly base?: string }
  | { readonly name: 'queued'; readonly work: Work; readonly place: number }
  | { readonly name: 'held'; readonly work: Work; readonly reason: Reason; readonly question?: string }
  | {
      readonly name: 'resolving';
      readonly work: Work;
      /** The commit of main with which the branch does not merge. */
      readonly onto: string;
      readonly paths: readonly string[];
      readonly turn: ResolvingTurn;
      /** Why the last try did not do. */
      readonly why?: Reason;
      readonly question?: string;
    }
  | { readonly name: 'landed'; readonly work: Work; readonly commit: string }
  | {
      readonly name: 'ended';
      readonly outcome: Outcome;
      readonly reason?: Reason;
      readonly commit?: string;
      readonly work?: Work;
    };

/**
 * Who is at a conflict: the rules; nobody, until there is a place for its agent; the agent; a person; or we, who look at what a
 * person says is resolved.
 */
export type ResolvingTurn = 'rules' | 'waiting' | 'agent' | 'person' | 'byHand';

export interface AgentExit {
  readonly ended: 'itself' | 'timeLimit' | 'stopped';
  readonly code?: number;
  readonly signal?: string;
}

export interface GateRecord {
  readonly gate: string;
  readonly verdict: 'pass' | 'fail' | 'n/a' | 'unknown';
  readonly findings: readonly GateFinding[];
  readonly ms: number;
  readonly log?: string;
  readonly why?: string;
}

export interface StepState {
  readonly spec: StepSpec;
  readonly phase: Phase;
  readonly attempt: number;
  /** The answer of a person that the next start of the agent is told. */
  readonly note?: string;
  /** Its place in the landing queue, kept when it leaves: who came later and left before it has passed it. */
  readonly place?: number;
  /** It was red alone once, and gets a second chance at the tail of the queue. */
  readonly accused?: TestVerdict;
  /** A person has said yes to this branch. */
  readonly approved: boolean;
  /** How often its agent has tried to resolve a conflict, all conflicts of the step taken together. */
  readonly conflictRounds: number;
  readonly stopRequested: boolean;
  readonly claim?: StatusClaim;
  readonly rejectedReports: number;
  readonly lastRejection?: string;
  readonly gates: readonly GateRecord[];
  readonly agentLog?: string;
  readonly testLog?: string;
  /** The base that the worktree was cut from, once there is one. */
  readonly base?: string;
  /** Milliseconds spent on this step alone, whatever went on beside it. */
  readonly busyMs: number;
  readonly phaseSince: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly mark?: string;
  readonly markRefused?: string;
  readonly worktree: 'none' | 'there' | 'removed' | 'kept';
  readonly tidied: boolean;
}

/** The queue as far as it is built and tested. */
export interface Train {
  /** What the target branch pointed at when we last read or moved it. */
  readonly main: string;
  readonly chainBase?: string;
  /** The positions stand on main each by itself: second chances. */
  readonly alone: boolean;
  readonly positions: readonly Position[];
  readonly conflicts: readonly TextConflict[];
  /** Verdicts by tree: the same tree is not tested twice. */
  readonly verdicts: ReadonlyMap<string, TestVerdict>;
  /** The verdict on a commit of main itself, and on which: it was green, or not green twice. */
  readonly mainTested?: { readonly commit: string; readonly verdict: TestVerdict };
  /** The commit of main that was not green once. */
  readonly mainRedOnce?: string;
  /** The commit of main on which somebody was accused last. */
  readonly accusedOn?: string;
  /** The tasks whose positions are being tested. */
  readonly testing: readonly TaskId[];
  /** The most tests that were under way at the same time since none was. */
  readonly together?: number;
  /** No more tests than this at the same time: the suite was red in parallel and green alone. */
  readonly slotsAtMost?: number;
  /** The tasks that a landing under way is about. */
  readonly landing: readonly TaskId[];
}

export interface AskedQuestion {
  readonly question: Question;
  readonly answer?: string;
  readonly withdrawn?: boolean;
}

/** A run, folded from its events; nothing in it was decided anywhere else. */
export interface RunState {
  readonly run: string;
  readonly target: string;
  readonly maxParallel: number;
  readonly land: boolean;
  readonly tested: 'yes' | 'deliberatelyNot' | 'notConfigured';
  readonly onConflict: 'ask' | ConflictChoice;
  readonly attended: boolean;
  /** How many rounds an agent has for the conflicts of its branch. */
  readonly conflictRounds: number;
  readonly pid: number;
  readonly steps: ReadonlyMap<TaskId, StepState>;
  readonly skipped: ReadonlyMap<TaskId, Reason>;
  readonly overlaps: readonly Overlap[];
  readonly conflictChoice?: ConflictChoice;
  readonly questions: ReadonlyMap<string, AskedQuestion>;
  /** How many questions earlier runs of the repository have asked. */
  readonly questionsBefore: number;
  readonly train: Train;
  readonly places: number;
  readonly stop?: 'person' | 'SIGINT' | 'SIGTERM';
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly exitCode?: number;
}

/** The step of `task`; a task that is not part of the run is a bug of the caller. */
export function stepOf(state: RunState, task: TaskId): StepState {
  const step = state.steps.get(task);
  if (step === undefined) throw new Error(`${task} is no step of run ${state.run}`);
  return step;
}

export const isEnded = (step: StepState): boolean => step.phase.name === 'ended';

/** What a finished branch holds, in every phase that has one. */
export function workOf(phase: Phase): Work | undefined {
  return 'work' in phase ? phase.work : undefined;
}

/** Questions are counted through all runs of a repository, so that an id typed later means one of them. */
export const nextQuestionId = (state: RunState): string => `q${state.questionsBefore + state.questions.size + 1}`;

/** Questions that nobody has answered yet, oldest first. */
export function openQuestions(state: RunState): readonly Question[] {
  return [...state.questions.values()]
    .filter((asked) => asked.answer === undefined && asked.withdrawn !== true)
    .map((asked) => asked.question);
}

/** The steps in the landing queue, first come first. */
export function queue(state: RunState): readonly { readonly task: TaskId; readonly work: Work }[] {
  return [...state.steps.values()]
    .flatMap((step) => (step.phase.name === 'queued' ? [{ task: step.spec.task, ...step.phase }] : []))
    .sort((a, b) => a.place - b.place)
    .map(({ task, work }) => ({ task, work }));
}
