/** Where something stands in the task file. Lines and columns count from 1; columns in UTF-16 code units, a byte-order mark not counted. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type TaskStatus =
  | 'ready'
  | 'in_progress'
  | 'done'
  | 'failed'
  | 'needs_person'
  | 'blocked'
  | 'draft'
  | 'cancelled'
  | 'unknown';

export type Priority = 'critical' | 'high' | 'medium' | 'low' | 'lowest';

export type ClaimMode = 'create' | 'edit' | 'delete' | 'read';

/** One entry of a task's `files:` as it was written. Whether `pattern` is a path or a glob is decided where the tracked files are known. */
export interface Claim {
  readonly pattern: string;
  readonly mode: ClaimMode;
  /** `!glob`: takes what it names out of the other claims of the same task. */
  readonly exclude: boolean;
  readonly at: Position;
}

export interface Dependency {
  /** Spelled as the task that it names spells itself; as written where there is no such task. */
  readonly id: string;
  /** The words in brackets behind the id, without the brackets. */
  readonly reason?: string;
  readonly at: Position;
}

export interface AcceptanceItem {
  readonly text: string;
  readonly done: boolean;
}

/** A task as its author wrote it. Nothing here was defaulted from the config. */
export interface Task {
  readonly id: string;
  readonly title: string;
  readonly status: TaskStatus;
  /** The mark or status word as it stands in the file, for messages about words nobody knows. */
  readonly statusText: string;
  /** Where the id stands. */
  readonly at: Position;
  readonly depends: readonly Dependency[];
  /** Empty means unknown, which is not the same as none. */
  readonly claims: readonly Claim[];
  readonly tags: readonly string[];
  readonly priority: Priority;
  readonly agent?: string;
  readonly model?: string;
  readonly accept: readonly AcceptanceItem[];
  readonly verify?: string;
  readonly gates: readonly string[];
  readonly resources: readonly string[];
  /** As written, such as `30m`; read as a duration by whoever needs it. */
  readonly timeout?: string;
  readonly budget?: string;
  readonly base?: string;
  readonly approve?: 'always' | 'never';
  /** The whole text that the task owns, heading or list line included, as it stands in the file, up to its last line that is not blank. */
  readonly text: string;
  /** The headings above the task that are not tasks themselves, outermost first. */
  readonly section: readonly string[];
}

export type ProblemCode =
  | 'duplicateId'
  | 'badId'
  | 'unknownDependency'
  | 'dependencyCycle'
  | 'unknownStatus'
  | 'unknownPriority'
  | 'badDuration'
  | 'markDisagrees'
  | 'emptyTitle'
  | 'broadClaim'
  | 'badClaim'
  | 'dependsOnCancelled'
  | 'notUtf8'
  | 'notATask'
  | 'unclosedBlock'
  | 'unknownField'
  | 'badValue';

/** Something about the task file that its author should know. An `error` stops the tasks it names; a `warning` stops nothing. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  /** One sentence that says what to do. */
  readonly message: string;
  readonly file: string;
  readonly at: Position;
  /** The ids of the tasks that it concerns. */
  readonly tasks: readonly string[];
}

export interface TaskFile {
  readonly path: string;
  /** Each task heading or line that could be read, in file order; tasks with a duplicate id are all here. */
  readonly tasks: readonly Task[];
  readonly problems: readonly Problem[];
}
