/**
 * The vocabulary of the program: each thing that can happen, in the past tense, as it stands in the journal.
 * An event whose name ends in `Intended` is written before an effect touches the world; the event that says how it ended follows it.
 */

import type { StepSpec, Work } from './step-spec.ts';

export type TaskId = string;

export type Outcome =
  | 'landed'
  | 'ready'
  | 'no_change'
  | 'agent_failed'
  | 'timed_out'
  | 'gate_blocked'
  | 'tests_failed'
  | 'conflict'
  | 'held'
  | 'rate_limited'
  | 'auth_failed'
  | 'over_budget'
  | 'waiting_person'
  | 'cancelled'
  | 'skipped';

export type ConflictChoice = 'sequential' | 'parallel' | 'cancel';

/**
 * Why something is as it is, as data: `kind` names it, `detail` holds its particulars in words of git, of a tool or of the agent.
 * The sentence for people is made in `report/`.
 */
export interface Reason {
  readonly kind: ReasonKind;
  readonly detail?: string;
  readonly paths?: readonly string[];
  readonly tasks?: readonly TaskId[];
  readonly log?: string;
}

export type ReasonKind =
  // before anything starts
  | 'blocked'
  | 'alreadyDone'
  | 'dependencyFailed'
  | 'runCancelled'
  | 'stopped'
  // the worktree
  | 'worktreeFailed'
  | 'setupFailed'
  // the agent
  | 'startFailed'
  | 'exitCode'
  | 'endedBySignal'
  | 'agentSaidFailed'
  | 'timeLimit'
  | 'gitTampered'
  | 'harvestFailed'
  | 'noChange'
  | 'noChangeSilent'
  | 'needsInput'
  // gates and landing
  | 'gateFailed'
  | 'gateUnknown'
  | 'ownRulesChanged'
  | 'approvalAsked'
  | 'personRefused'
  | 'textConflict'
  | 'testsRed'
  | 'testsTimedOut'
  | 'testsUnrunnable'
  | 'testsNotConfigured'
  | 'deliberatelyUntested'
  | 'wouldOverwrite'
  | 'targetBusy'
  | 'targetElsewhere'
  | 'branchMoved'
  | 'alreadyThere'
  | 'foreignPaths'
  | 'notLanding'
  | 'interrupted'
  | 'internal';

export interface Overlap {
  readonly tasks: readonly [TaskId, TaskId];
  readonly paths: readonly string[];
}

export interface Question {
  readonly id: string;
  readonly kind: 'approve' | 'select' | 'input';
  readonly about: 'overlaps' | 'hold' | 'ownRules' | 'approval' | 'needsInput';
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
      /** A person sits at a terminal and can be asked. */
      readonly attended: boolean;
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
  | { readonly type: 'landingIntended'; readonly task: TaskId; readonly from: string; readonly to: string }
  | {
      readonly type: 'landed';
      readonly task: TaskId;
      readonly from: string;
      readonly commit: string;
      readonly tested: boolean;
    }
  | { readonly type: 'held'; readonly task: TaskId; readonly reason: Reason }
  | { readonly type: 'holdLifted'; readonly task: TaskId }
  | { readonly type: 'targetMoved'; readonly to: string }
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
