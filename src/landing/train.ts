/** A finished branch, frozen at a commit, waiting to land. */
export interface Candidate {
  readonly task: string;
  readonly title: string;
  readonly branch: string;
  /** The frozen tip; a branch that points elsewhere later does not land. */
  readonly tip: string;
  /** The footprint: what its landing may change, and nothing else. */
  readonly paths: readonly string[];
  /** The chance that it is bad, 0 to 1. */
  readonly failure: number;
  /** It was red alone once, and waits for its second chance. */
  readonly accused: boolean;
  /** It takes back what landed as this commit. */
  readonly undoes?: string;
}

/** A commit of the chain: what main would be with this candidate on top of those before it. */
export interface Position {
  readonly task: string;
  readonly tip: string;
  readonly commit: string;
  readonly tree: string;
}

/** A candidate that does not merge on top of `onto`. */
export interface TextConflict {
  readonly task: string;
  readonly onto: string;
  readonly paths: readonly string[];
}

export interface Verdict {
  readonly verdict: 'green' | 'red' | 'unknown';
  readonly log: string;
  readonly why?: TrainReason;
  /** How many tests went at the same time as this one, with it. */
  readonly together?: number;
}

/** What `nextMove` decides from: the queue, the chain as far as it is built, and the verdicts on its trees. */
export interface TrainView {
  readonly main: string;
  /** In queue order. */
  readonly candidates: readonly Candidate[];
  /** The commit that `positions` stand on; undefined when nothing is built. */
  readonly chainBase?: string;
  readonly positions: readonly Position[];
  /** The positions stand on main each by itself. */
  readonly alone: boolean;
  readonly conflicts: readonly TextConflict[];
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** The verdict on main itself, as it is now: green, or not green twice. Undefined while it is not known, or nobody had reason to ask. */
  readonly mainVerdict?: Verdict;
  /** Somebody was accused on main as it is now. */
  readonly accusedHere: boolean;
  readonly mode: 'probe' | 'strict';
  /** How many tests may go at the same time. */
  readonly slots: number;
  /** False when the project says that it deliberately has no tests: then a merge that is clean is landed as it is. */
  readonly tested: boolean;
}

export interface TrainReason {
  readonly kind:
    | 'textConflict'
    | 'testsRed'
    | 'mainRed'
    | 'testsTimedOut'
    | 'testsUnrunnable'
    | 'wouldOverwrite'
    | 'targetBusy'
    | 'targetElsewhere'
    | 'branchMoved'
    | 'alreadyThere'
    | 'foreignPaths'
    | 'noChange'
    | 'noChangeSilent';
  readonly detail?: string;
  readonly paths?: readonly string[];
  readonly log?: string;
}

/**
 * Records what a move reports and answers with where the train stands then. An intent to land that is not there afterwards was
 * refused: its candidate left the queue meanwhile.
 */
export type TellTrain = (event: TrainEvent) => Promise<{ readonly train: { readonly landing: readonly string[] } }>;

/** What a move reports; each is recorded before the move goes on. */
export type TrainEvent =
  | {
      readonly type: 'chainBuilt';
      readonly base: string;
      readonly positions: readonly Position[];
      readonly conflicts: readonly TextConflict[];
      readonly alone: boolean;
    }
  | { readonly type: 'testStarted'; readonly position: Position; readonly log: string }
  | {
      readonly type: 'testEnded';
      readonly position: Position;
      readonly verdict: Verdict['verdict'];
      readonly ms: number;
      readonly log: string;
      readonly why?: TrainReason;
    }
  /** The run cannot matter any more, and was ended. */
  | { readonly type: 'testCancelled'; readonly position: Position }
  | { readonly type: 'accused'; readonly task: string; readonly position: Position; readonly verdict: Verdict }
  | { readonly type: 'mainTested'; readonly commit: string; readonly verdict: Verdict; readonly ms: number }
  | {
      readonly type: 'landingIntended';
      readonly tasks: readonly string[];
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly type: 'landed';
      readonly task: string;
      readonly from: string;
      readonly commit: string;
      readonly tested: boolean;
      readonly undoes?: string;
    }
  | { readonly type: 'held'; readonly task: string; readonly reason: TrainReason }
  | { readonly type: 'targetMoved'; readonly to: string }
  /** It does not merge with main itself, and leaves the queue until that is resolved. */
  | {
      readonly type: 'conflictFound';
      readonly task: string;
      readonly onto: string;
      readonly paths: readonly string[];
    }
  /** What takes a landing back does not merge with main as it is now, and has to be made again from that. */
  | { readonly type: 'undoCollided'; readonly task: string; readonly paths: readonly string[] }
  | {
      readonly type: 'stepEnded';
      readonly task: string;
      readonly outcome: 'tests_failed' | 'no_change';
      readonly reason: TrainReason;
    };
