/** Everything said to git, as typed deeds. */
export { addWorktree, undoHalfMade, type WorktreeFailure, type WorktreePlan } from './add-worktree.ts';
export { addedLines, type LineRange } from './added-lines.ts';
export { approveDrivers, approvedFile, unapprovedDrivers } from './approve-drivers.ts';
export { mergeOnto } from './chain.ts';
export { checkouts } from './checkouts.ts';
export { commitTree } from './commit-tree.ts';
export { type ConfigChange, watchConfig } from './config-watch.ts';
export { editTree, type TreeEdit } from './edit-tree.ts';
export { excludeLines } from './exclude-lines.ts';
export { filesAsTree } from './files-as-tree.ts';
export { type Clash, forecast } from './forecast.ts';
export type { Driver, Git, GitLook, Identity, Repository } from './git.ts';
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
  messagesBeyond,
  parentsOf,
  trackedPathList,
} from './look.ts';
export { type LineCommit, mainLine } from './main-line.ts';
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
export { finishRemovals, type RemovalPlan, type RemovalRefusal, removeWorktree } from './remove-worktree.ts';
export {
  bothSides,
  bytesOf,
  type Colliding,
  type Conflict,
  type ConflictedPath,
  readConflict,
  youngerSide,
} from './resolve-conflict.ts';
export { type Reverted, type RevertFailure, type RevertPlan, revertOnto } from './revert.ts';
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
export { removeStaleLocks, type StaleLocks } from './stale-locks.ts';
export { type DiffSummary, diffSummary, type LogLine, logSummary } from './summaries.ts';
export { type UnsavedFailure, type UnsavedWork, unsavedWork } from './unsaved-work.ts';
export { gitGives, oldestGit } from './versions.ts';
export {
  advance,
  beginMerge,
  keepAside,
  resumeMerge,
  type Station,
  type StationFailure,
  treeOfFiles,
  unsettledPaths,
} from './worktree-merge.ts';
export { type Integrity, worktreeIntegrity } from './worktree-record.ts';
