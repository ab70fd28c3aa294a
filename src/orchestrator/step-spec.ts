import type { TaskId } from './event.ts';

/** What one step of a run is made of: a task, frozen as it was read when the run began. */
export interface StepSpec {
  readonly task: TaskId;
  readonly title: string;
  /** The status that the task file showed when the run began; a mark is only written over this one. */
  readonly status: string;
  readonly agent: string;
  readonly worktree: string;
  readonly branch: string;
  readonly attempt: number;
  /** Tasks of this run that must have landed before this one starts. */
  readonly after: readonly TaskId[];
  /** 0 is the most urgent; candidates land in this order before anything else. */
  readonly priority?: number;
  readonly timeoutMs: number;
  /** A person approves the branch before it lands. */
  readonly approve: boolean;
  /** The files the task says it will touch, as written; for the agent's prompt. */
  readonly claims: readonly string[];
  readonly tags: readonly string[];
  /** Named things that only one running step may use at a time. */
  readonly resources: readonly string[];
  /** Gates that the task asks for by name, whatever their conditions say. */
  readonly gates: readonly string[];
  readonly model?: string;
  /** What the worktree is cut from, when it is not the target branch. */
  readonly base?: string;
  /** The whole text of the task; it goes to the agent. */
  readonly text: string;
  readonly entry: StepEntry;
}

/**
 * Where a step begins: at the start, in the worktree that an earlier attempt left, with a finished branch, or with what has landed and
 * is to be taken back out.
 */
export type StepEntry =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'continue'; readonly note?: string }
  | { readonly kind: 'land'; readonly work: Work; readonly approved: boolean }
  | { readonly kind: 'undo'; readonly landing: Landing };

/** What landed: every change from the first commit to the second. */
export interface Landing {
  readonly from: string;
  readonly to: string;
}

/** The commit that a step takes back, if that is what it is for. Then its task is off the target branch once it has landed. */
export const undoneBy = ({ entry }: StepSpec): string | undefined =>
  entry.kind === 'undo' ? entry.landing.to : undefined;

/** What a finished branch holds. */
export interface Work {
  readonly base: string;
  readonly tip: string;
  /** The footprint: every path that differs between base and tip. */
  readonly paths: readonly string[];
  /** Uncommitted work was found and committed by the coordinator. */
  readonly harvested: boolean;
  /** Paths of the footprint that set the rules by which the branch is judged; such a branch waits for a person. */
  readonly rules: readonly string[];
}
