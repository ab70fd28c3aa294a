import { join, relative } from 'node:path';
import { setAside } from '../agents/index.ts';
import {
  checkouts,
  type Git,
  isAncestor,
  logSummary,
  moveRefs,
  type RemovalRefusal,
  removeWorktree,
} from '../git/index.ts';
import { plainText } from '../report/index.ts';
import { assertNever } from '../std/index.ts';
import { idKey } from '../tasks/index.ts';
import type { World } from './command.ts';
import { statusFileName } from './effects/context.ts';
import { type OwnWorktree, ownWorktrees, unknownWords } from './own-worktrees.ts';
import { Refusal } from './refusal.ts';
import { branchOfTask, type TaskBranch } from './task-branch.ts';
import { readUnfinished } from './unfinished.ts';
import { openGitFor, openWorkspace, requireTarget, type Target, type Workspace } from './workspace.ts';

/** How many files or commits a refusal names. */
const named = 12;

interface Doomed {
  readonly workspace: Workspace;
  readonly git: Git;
  readonly target: Target;
  readonly task: string;
  readonly worktree: OwnWorktree | undefined;
  readonly branch: TaskBranch | undefined;
}

/**
 * Removes the worktree of a task and its branch. Refuses what would be lost, and names it; with `force` that is kept first, as
 * commits under `refs/wt-orch/attempts`. Answers with the exit code.
 */
export async function removeByHand(id: string, force: boolean, world: World): Promise<number> {
  const doomed = await find(id, world);
  const { workspace, task, worktree, branch } = doomed;
  await requireNotRunning(workspace, task, force);
  await requireNotElsewhere(doomed);
  if (force) return removeForced(doomed, world);
  if (worktree === undefined) await removeBranch(doomed);
  else {
    const removed = await removeWorktree(doomed.git, {
      path: worktree.path,
      ...(branch === undefined ? {} : { branch: branch.branch, expectTip: branch.tip }),
      target: doomed.target.branch,
    });
    if (!removed.ok) throw await refusal(doomed, removed.error);
  }
  world.out(`removed ${removedText(doomed)}\n`);
  return 0;
}

async function find(id: string, world: World): Promise<Doomed> {
  const workspace = await openWorkspace(world);
  const git = await openGitFor(workspace, world);
  const target = await requireTarget(git, workspace.settings);
  const branch = await branchOfTask(git, id);
  const own = await ownWorktrees(workspace, git, target);
  const worktree = own.find(({ task }) => task !== undefined && idKey(task) === idKey(id));
  const task = branch?.task ?? worktree?.task;
  if (task === undefined) throw new Refusal(`${id} has neither a worktree nor a branch.`, 'See wt-orch worktree list.');
  return { workspace, git, target, task, worktree, branch };
}

/** The agent of a run that was killed may still be at work; the next run ends it and records what became of the task. */
async function requireNotRunning(workspace: Workspace, task: string, force: boolean): Promise<void> {
  const { owner, runOf } = await readUnfinished(workspace.stateDir);
  const run = runOf(task);
  if (run === undefined) return;
  if (owner !== undefined)
    throw new Refusal(`${task} is part of run ${run}, which is going on.`, `Stop it first: wt-orch stop ${task}`, 1);
  if (!force) {
    const hint = 'The next run settles what it left; --force removes it now.';
    throw new Refusal(`${task} is part of run ${run}, which was interrupted.`, hint, 1);
  }
}

/** Git forgets a branch that is checked out only by leaving that checkout on nothing. */
async function requireNotElsewhere({ git, worktree, branch }: Doomed): Promise<void> {
  if (branch === undefined) return;
  const elsewhere = (await checkouts(git, branch.branch)).find((path) => path !== worktree?.path);
  if (elsewhere === undefined) return;
  throw new Refusal(`${branch.branch} is checked out in ${elsewhere}.`, 'Check another branch out there first.', 1);
}

async function removeForced(doomed: Doomed, world: World): Promise<number> {
  const { git, task, worktree, branch } = doomed;
  if (branch === undefined || worktree?.holds.kind === 'unknown') {
    const why = worktree?.holds.kind === 'unknown' ? unknownWords(worktree.holds.why) : 'its branch is gone';
    throw new Refusal(
      `What is in ${worktree?.path} cannot be saved: ${why}.`,
      'Look at it yourself, and move it elsewhere.',
      1,
    );
  }
  // A commit cannot hold another repository, so its folder would be lost with the worktree.
  const nested =
    worktree?.holds.kind === 'known' ? worktree.holds.uncommitted.filter((path) => path.endsWith('/')) : [];
  if (worktree !== undefined && nested.length > 0) {
    throw new Refusal(
      `${worktree.path} holds a git repository of its own:\n${listed(nested)}`,
      'Move it elsewhere first.',
      1,
    );
  }
  // Without a worktree the branch alone is set aside; nothing ever stands at this path.
  const path = worktree?.path ?? join(doomed.workspace.stateDir, 'no-worktree');
  const aside = await setAside(git, { task, path, branch: branch.branch, exclude: [statusFileName] });
  if (!aside.ok)
    throw new Refusal(
      `${task} was not removed: ${'detail' in aside.error ? aside.error.detail : 'it was stopped'}`,
      undefined,
      1,
    );
  // What git remembers of a worktree whose folder is gone goes too.
  if (worktree?.holds.kind === 'folderGone') await removeWorktree(git, { path, force: true });
  world.out(`removed ${removedText(doomed)}\n`);
  if (aside.value !== undefined) world.out(`what was there is kept as ${aside.value}\n`);
  return 0;
}

/** A branch whose worktree is gone already. */
async function removeBranch(doomed: Doomed): Promise<void> {
  const { git, target, branch } = doomed;
  if (branch === undefined) return;
  if (!(await isAncestor(git, branch.tip, target.commit)))
    throw await refusal(doomed, { kind: 'unmerged', commits: 1 });
  const deleted = await moveRefs(git, [{ ref: `refs/heads/${branch.branch}`, from: branch.tip, to: undefined }]);
  if (!deleted.ok) throw new Refusal(`${branch.branch} was not removed: ${deleted.error.message}`, undefined, 1);
}

function removedText({ workspace, worktree, branch }: Doomed): string {
  const parts = [
    ...(worktree === undefined ? [] : [relative(workspace.root, worktree.path)]),
    ...(branch === undefined ? [] : [`branch ${branch.branch}`]),
  ];
  return parts.join(' and ');
}

async function refusal(doomed: Doomed, why: RemovalRefusal): Promise<Refusal> {
  const { git, target, task, worktree, branch } = doomed;
  const keeps = `wt-orch worktree remove ${task} --force keeps it under refs/wt-orch/attempts and removes the rest.`;
  switch (why.kind) {
    case 'uncommitted':
      return new Refusal(`${worktree?.path} holds uncommitted work:\n${listed(why.paths)}`, keeps, 1);
    case 'unmerged': {
      const log = branch === undefined ? [] : await logSummary(git, target.commit, branch.tip);
      const commits = log.map(({ commit, subject }) => `${commit.slice(0, 10)} ${subject}`);
      return new Refusal(
        `${branch?.branch} has commits that are not on ${target.branch}:\n${listed(commits)}`,
        keeps,
        1,
      );
    }
    default:
      return new Refusal(`${task} was not removed: ${removalWords(why)}.`, undefined, 1);
  }
}

/** Why a worktree was not removed, as the end of a sentence. */
export function removalWords(why: RemovalRefusal): string {
  switch (why.kind) {
    case 'notOurs':
      return 'wt-orch did not make this worktree; git worktree remove takes it away';
    case 'uncommitted':
      return `it holds uncommitted work (${why.paths.length})`;
    case 'unmerged':
      return `it has commits that are nowhere else (${why.commits})`;
    case 'tipMoved':
      return 'its branch has just moved';
    case 'branchInUse':
      return `its branch is checked out in ${why.path} too`;
    case 'unreadable':
      return why.why.kind === 'missing' ? 'its folder is gone' : unknownWords(why.why.kind);
    case 'busy':
      return 'another process has been at work on the worktrees for a minute; try again';
    default:
      return assertNever(why);
  }
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, named).map((item) => `  ${plainText(item, 300)}`);
  return [...shown, ...(items.length > named ? [`  and ${items.length - named} more`] : [])].join('\n');
}
