/** What is true of a task without the orchestrator knowing it: how its agent, its gates and its tests will turn out. */
export interface Truth {
  readonly task: string;
  readonly after: readonly string[];
  readonly resources: readonly string[];
  readonly approve: boolean;
  readonly agent:
    | 'works'
    | 'saysNoChange'
    | 'leavesNothing'
    | 'saysFailed'
    | 'exitsWith1'
    | 'isKilled'
    | 'runsOutOfTime'
    | 'needsInput'
    | 'cannotStart'
    | 'cannotPrepare';
  readonly gates: 'pass' | 'fail' | 'unknown';
  readonly changesRules: boolean;
  readonly tests: 'green' | 'red' | 'unknown';
  /** How often a test of the chain up to this task is red although nothing in it is bad. */
  readonly flakes: number;
  /** How often landing is held before it works. */
  readonly holds: number;
  /** Does not merge onto a tree that holds one of these. */
  readonly collides: readonly string[];
  /** Who is able to resolve that. */
  readonly resolves: 'rules' | 'agent' | 'nobody';
  /** The effect that has a bug. */
  readonly bug?: 'prepare' | 'runAgent' | 'harvest' | 'judge' | 'resolveConflict' | 'tidy' | 'moveTrain' | 'forgets';
}
