/** Everything said to git, as typed deeds. */
export { addWorktree, type WorktreeFailure, type WorktreePlan } from './add-worktree.ts';
export { addedLines, type LineRange } from './added-lines.ts';
export { mergeOnto } from './chain.ts';
export { checkouts } from './checkouts.ts';
export { excludeLines } from './exclude-lines.ts';
export { type Clash, forecast } from './forecast.ts';
export type { Git, GitLook, Identity, Repository } from './git.ts';
export { type Harvest, type HarvestFailure, type HarvestPlan, harvest } from './harvest.ts';
export { type ListedWorktree, listWorktrees } from './list-worktrees.ts';
export { locateState } from './locate-state.ts';
export {
  blob,
  type ChangedPath,
  changedPaths,
  commitsBetween,
  diffText,
  lookAt,
  parentsOf,
  trackedPathList,
} from './look.ts';
export { openGit } from './open-git.ts';
export { openRepository, type RepositoryRefusal } from './open-repository.ts';
export { type Hold, type PublishPlan, publish } from './publish.ts';
export {
  currentBranch,
  isAncestor,
  listRefs,
  mergeBase,
  moveRefs,
  pinCommit,
  type RefMove,
  resolveCommit,
  tipOf,
} from './refs.ts';
export { type RemovalPlan, type RemovalRefusal, removeWorktree } from './remove-worktree.ts';

export type { ChainLink, MergeFailure, MergePlan } from './settle.ts';
export {
  openSlot,
  outlivesCleaning,
  pointSlot,
  removeSlot,
  type Slot,
  type SlotFailure,
  slotMatches,
} from './slots.ts';
export { type DiffSummary, diffSummary, type LogLine, logSummary } from './summaries.ts';
export { type UnsavedFailure, type UnsavedWork, unsavedWork } from './unsaved-work.ts';
export { type Integrity, worktreeIntegrity } from './worktree-record.ts';
