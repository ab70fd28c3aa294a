/** Everything said to git, as typed deeds. */
export { addWorktree, type WorktreeFailure, type WorktreePlan } from './add-worktree.ts';
export { excludeLines } from './exclude-lines.ts';
export type { Git, Identity, Repository } from './git.ts';
export { type Harvest, type HarvestFailure, type HarvestPlan, harvest } from './harvest.ts';
export { type ListedWorktree, listWorktrees } from './list-worktrees.ts';
export { locateState } from './locate-state.ts';
export { openGit } from './open-git.ts';
export { openRepository, type RepositoryRefusal } from './open-repository.ts';
export {
  currentBranch,
  isAncestor,
  listRefs,
  moveRefs,
  pinCommit,
  type RefMove,
  resolveCommit,
  tipOf,
} from './refs.ts';
export { type RemovalPlan, type RemovalRefusal, removeWorktree } from './remove-worktree.ts';
export { GitError } from './run-git.ts';
export { type UnsavedFailure, type UnsavedWork, unsavedWork } from './unsaved-work.ts';
export { type Integrity, worktreeIntegrity } from './worktree-record.ts';
