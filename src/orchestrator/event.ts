/**
 * The vocabulary of the program: each thing that can happen, in the past tense, as it stands in the journal.
 * An event whose name ends in `Intended` is written before an effect touches the world; the event that says how it ended follows it.
 */

import type { Outcome, Reason, TaskId } from './reason.ts';
import type { StepSpec, Work } from './step-spec.ts';

export type { Outcome, Reason, ReasonKind, TaskId } from './reason.ts';

export type ConflictChoice = 'sequential' | 'parallel' | 'cancel';

export interface Overlap {
  readonly tasks: readonly [TaskId, TaskId];
  readonly paths: readonly string[];
}

export interface Question {
  readonly id: string;
  readonly kind: 'approve' | 'select' | 'input';
  readonly about: 'overlaps' | 'hold' | 'conflict' | 'ownRules' | 'approval' | 'needsInput';
  readonly prompt: string;
  readonly options: readonly string[];
  readonly task?: TaskId;
}

/** The agent's own claim, already checked against its schema. */
export interface StatusClaim {
  readonly status: 'in_progress' | 'completed' | 'failed' | 'needs_input' | 'no_change';
  readonly progress?: number;
  readonly message?: string;
  readonly question?: string;
  readonly tokens?: number;
  readonly costUsd?: number;
}

export interface GateFinding {
  readonly rule: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  readonly path?: string;
  readonly line?: number;
}

/** A commit of the chain: what main would be with this task on top of those before it. */
export interface Position {
  readonly task: TaskId;
  /** The frozen tip of the branch. */
  readonly tip: string;
  /** The commit that would be main. */
  readonly commit: string;
  readonly tree: string;
}

/** What a test said of a tree, and where its output is. */
export interface TestVerdict {
  readonly verdict: 'green' | 'red' | 'unknown';
  readonly log: string;
  readonly why?: Reason;
  /** How many tests went at the same time as this one, with it. */
  readonly together?: number;
}

/** A candidate that does not merge on top of `onto`. Only when `onto` is main itself is that the end of it. */
export interface TextConflict {
  readonly task: TaskId;
  readonly onto: string;
  readonly paths: readonly string[];
}

export type RunEvent =
  | {
      readonly type: 'runStarted';
      readonly target: string;
      readonly base: string;
      readonly maxParallel: number;
      readonly land: boolean;
      readonly tested: 'yes' | 'deliberatelyNot' | 'notConfigured';
      readonly onConflict: 'ask' | ConflictChoice;
      readonly steps: readonly StepSpec[];
      readonly skipped: readonly { readonly task: TaskId; readonly reason: Reason }[];
      readonly overlaps: readonly Overlap[];
      /** Names the tests that this run's verdicts are by; verdicts of runs with another key say nothing here. */
      readonly testKey?: string;
      /** A person sits at a terminal and can be asked. */
      readonly attended: boolean;
      /** How often the agent of a branch may try to resolve a conflict before a person is asked; absent is never. */
      readonly conflictRounds?: number;
      /** How many questions earlier runs of the repository have asked; absent is none. */
      readonly questionsBefore?: number;
      readonly pid: number;
    }
  | {
      readonly type: 'tasksJoined';
      readonly steps: readonly StepSpec[];
      readonly skipped: readonly { readonly task: TaskId; readonly reason: Reason }[];
      readonly overlaps: readonly Overlap[];
    }
  | {
      readonly type: 'overlapsDecided';
      readonly choice: ConflictChoice;
      readonly by: 'setting' | 'person' | 'noTerminal';
    }
  | { readonly type: 'questionAsked'; readonly question: Question }
  | { readonly type: 'questionAnswered'; readonly question: string; readonly value: string }
  | { readonly type: 'questionWithdrawn'; readonly question: string }
  | { readonly type: 'stopRequested'; readonly task?: TaskId; readonly by: 'person' | 'SIGINT' | 'SIGTERM' }
  | { readonly type: 'personLeft' }
  | { readonly type: 'runEnded'; readonly exitCode: number }
  // one step
  | { readonly type: 'worktreeIntended'; readonly task: TaskId; readonly base: string }
  | { readonly type: 'worktreeReady'; readonly task: TaskId; readonly base: string }
  | {
      readonly type: 'agentIntended';
      readonly task: TaskId;
      readonly tag: string;
      readonly log: string;
      readonly command: string;
    }
  | {
      readonly type: 'agentStarted';
      readonly task: TaskId;
      readonly pid: number;
      readonly startTime: string;
      readonly bootId: string;
    }
  | { readonly type: 'statusReported'; readonly task: TaskId; readonly claim: StatusClaim }
  | { readonly type: 'reportRejected'; readonly task: TaskId; readonly problem: string }
  | { readonly type: 'agentStopIntended'; readonly task: TaskId; readonly why: 'timeLimit' | 'stopped' }
  | {
      readonly type: 'agentExited';
      readonly task: TaskId;
      readonly ended: 'itself' | 'timeLimit' | 'stopped';
      readonly code?: number;
      readonly signal?: string;
      readonly survivors: readonly number[];
    }
  | { readonly type: 'workFound'; readonly task: TaskId; readonly work: Work }
  | { readonly type: 'nothingFound'; readonly task: TaskId }
  | { readonly type: 'agentResumed'; readonly task: TaskId; readonly note: string }
  | { readonly type: 'personAwaited'; readonly task: TaskId; readonly question: string }
  | { readonly type: 'approved'; readonly task: TaskId; readonly by: 'person' }
  | {
      readonly type: 'gateJudged';
      readonly task: TaskId;
      readonly gate: string;
      readonly verdict: 'pass' | 'fail' | 'n/a' | 'unknown';
      readonly findings: readonly GateFinding[];
      readonly ms: number;
      readonly log?: string;
      readonly why?: string;
    }
  | { readonly type: 'gatesEnded'; readonly task: TaskId; readonly verdict: 'pass' | 'blocked' }
  | { readonly type: 'candidateQueued'; readonly task: TaskId; readonly tip: string }
  // the train
  | {
      readonly type: 'chainBuilt';
      readonly base: string;
      readonly positions: readonly Position[];
      readonly conflicts: readonly TextConflict[];
      /** The positions stand on main each by itself. */
      readonly alone?: boolean;
    }
  | { readonly type: 'testStarted'; readonly position: Position; readonly log: string }
  | {
      readonly type: 'testEnded';
      readonly position: Position;
      readonly verdict: 'green' | 'red' | 'unknown';
      readonly ms: number;
      readonly log: string;
      readonly why?: Reason;
    }
  /** The tree was green in an earlier run, under the same tests. */
  | { readonly type: 'verdictRecalled'; readonly position: Position; readonly log: string; readonly from: string }
  | { readonly type: 'testCancelled'; readonly position: Position }
  | { readonly type: 'accused'; readonly task: TaskId; readonly position: Position; readonly verdict: TestVerdict }
  /** The task was red beside other tests and green without them, so fewer go at the same time from now on. */
  | { readonly type: 'slotsLowered'; readonly task: TaskId; readonly together: number; readonly to: number }
  | { readonly type: 'mainTested'; readonly commit: string; readonly verdict: TestVerdict; readonly ms: number }
  | {
      readonly type: 'landingIntended';
      readonly tasks: readonly TaskId[];
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly type: 'landed';
      readonly task: TaskId;
      readonly from: string;
      readonly commit: string;
      readonly tested: boolean;
      /** The commit of an earlier landing of the task, which this one took back. */
      readonly undoes?: string;
    }
  | { readonly type: 'held'; readonly task: TaskId; readonly reason: Reason }
  | { readonly type: 'holdLifted'; readonly task: TaskId }
  | { readonly type: 'targetMoved'; readonly to: string }
  // a branch that does not merge with main itself
  | {
      readonly type: 'conflictFound';
      readonly task: TaskId;
      /** The commit of main. */
      readonly onto: string;
      readonly paths: readonly string[];
    }
  /** What the rules do not settle, and whose turn it is now. */
  | {
      readonly type: 'conflictLeft';
      readonly task: TaskId;
      readonly to: 'agent' | 'person';
      readonly paths: readonly string[];
      readonly why?: Reason;
    }
  | { readonly type: 'conflictRoundStarted'; readonly task: TaskId; readonly round: number }
  | { readonly type: 'conflictRoundFailed'; readonly task: TaskId; readonly round: number; readonly why: Reason }
  | {
      readonly type: 'conflictResolved';
      readonly task: TaskId;
      readonly by: 'rule' | 'agent' | 'person';
      /** The branch with main merged into it. */
      readonly work: Work;
      /** What was left out of either side, as whoever resolved it explains it. */
      readonly dropped: readonly string[];
    }
  | { readonly type: 'undoCollided'; readonly task: TaskId; readonly paths: readonly string[] }
  // the end of a step
  | {
      readonly type: 'stepEnded';
      readonly task: TaskId;
      readonly outcome: Outcome;
      readonly reason?: Reason;
      readonly commit?: string;
    }
  | { readonly type: 'taskMarked'; readonly task: TaskId; readonly mark: string }
  | { readonly type: 'taskMarkRefused'; readonly task: TaskId; readonly why: string }
  | { readonly type: 'worktreeRemoved'; readonly task: TaskId }
  | { readonly type: 'worktreeKept'; readonly task: TaskId; readonly why: string }
  | { readonly type: 'stepTidied'; readonly task: TaskId }
  | { readonly type: 'noted'; readonly level: 'info' | 'warning'; readonly task?: TaskId; readonly text: string };

/** An event as the journal holds it: with its place, its time and the run that it belongs to. */
export type Recorded = RunEvent & {
  readonly run: string;
  readonly seq: number;
  readonly epoch: number;
  readonly time: string;
};
