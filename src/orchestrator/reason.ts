/** How things end, and why they are as they are. */

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
  | 'conflictMarkers'
  | 'conflictForeign'
  | 'conflictUndecided'
  | 'conflictLost'
  | 'conflictStands'
  | 'conflictWorktree'
  | 'regenerateFailed'
  | 'discarded'
  | 'testsRed'
  | 'mainRed'
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
  // taking a landing back
  | 'undone'
  | 'undoConflict'
  | 'undoEmpty'
  | 'undoBranch'
  // any time
  | 'interrupted'
  | 'landingInterrupted'
  | 'internal';
