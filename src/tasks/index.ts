/** TASKS.md: its grammar, byte-splice edits, the dependency graph and readiness. */
export { dependencyOrder, type Ring, ringsOf } from './graph.ts';
export { idKey, isTaskId } from './ids.ts';
export { type MarkFailure, markTask } from './mark.ts';
export { parseTasks } from './parse.ts';
export {
  type BlockReason,
  dependentsOf,
  indexTasks,
  type Readiness,
  readinessOf,
  type TaskIndex,
  taskReadiness,
} from './readiness.ts';
export { priorityRank, statusOfWord, type WrittenStatus } from './status.ts';
export type {
  AcceptanceItem,
  Claim,
  ClaimMode,
  Dependency,
  Position,
  Priority,
  Problem,
  ProblemCode,
  Task,
  TaskFile,
  TaskStatus,
} from './task.ts';
