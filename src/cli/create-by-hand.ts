import { join } from 'node:path';
import { setUp } from '../agents/index.ts';
import { addWorktree, type WorktreeFailure } from '../git/index.ts';
import { assertNever } from '../std/index.ts';
import { ensureFolder, onSignals, pathKind, removeTree, scratchEnvironment } from '../system/index.ts';
import { idKey, isTaskId } from '../tasks/index.ts';
import type { World } from './command.ts';
import { worktreeRoot } from './effects/context.ts';
import { excludeOwn } from './exclude-own.ts';
import { Refusal } from './refusal.ts';
import { branchOfTask } from './task-branch.ts';
import { openGitFor, openWorkspace, readTaskFile, requireDrivers, requireTarget, type Workspace } from './workspace.ts';

/** Makes the worktree of a task as a run would, and says where it is on stdout. Answers with the exit code. */
export async function createByHand(agent: string, id: string, world: World): Promise<number> {
  const workspace = await openWorkspace(world);
  const task = await requireNames(workspace, agent, id, world);
  const git = await openGitFor(workspace, world);
  const target = await requireTarget(git, workspace.settings);
  await requireDrivers(git, target.commit);
  const existing = await branchOfTask(git, task);
  if (existing !== undefined) {
    const { branch, tip } = existing;
    throw new Refusal(
      `There is a branch ${branch} already (${tip.slice(0, 10)}).`,
      `See wt-orch diff ${task}, or wt-orch worktree remove ${task}.`,
      1,
    );
  }
  const path = join(worktreeRoot(workspace), `${agent}-${task}`);
  const branch = `wt-orch/${task}`;
  await ensureFolder(worktreeRoot(workspace));
  await excludeOwn(git, workspace.settings);
  const made = await addWorktree(git, { path, branch, commit: target.commit });
  if (!made.ok) throw new Refusal(failureWords(made.error), undefined, 1);
  world.note(`${branch} from ${target.branch} (${target.commit.slice(0, 10)})\n`);
  const code = await setUpByHand(workspace, { task, path }, world);
  world.out(`${path}\n`);
  return code;
}

/** The id as the task file spells it. Refuses what cannot stand in a path and a branch; what is merely unknown is said. */
async function requireNames(workspace: Workspace, agent: string, id: string, world: World): Promise<string> {
  if (!isTaskId(id)) {
    throw new Refusal(`${JSON.stringify(id)} is no id of a task.`, 'A letter, then letters, digits, ".", "_" and "-".');
  }
  if (!isTaskId(agent)) {
    throw new Refusal(
      `${JSON.stringify(agent)} is no name of an agent.`,
      'A letter, then letters, digits, ".", "_" and "-".',
    );
  }
  const file = (await pathKind(workspace.taskPath)) === undefined ? undefined : await readTaskFile(workspace);
  const task = file?.tasks.find((one) => idKey(one.id) === idKey(id));
  if (task === undefined)
    world.note(`${workspace.settings.tasks.file} has no task ${id}; the worktree is made all the same.\n`);
  return task?.id ?? id;
}

async function setUpByHand(
  workspace: Workspace,
  { task, path }: { readonly task: string; readonly path: string },
  world: World,
): Promise<number> {
  const { setup, copy, setupTimeoutMs } = workspace.settings.worktrees;
  const folder = join(workspace.stateDir, 'by-hand');
  const log = join(folder, `${task}.set-up.log`);
  await ensureFolder(folder);
  await removeTree(log);
  if (setup.length > 0) world.note(`setting it up; what the commands say goes to ${log}\n`);
  const cancel = new AbortController();
  const signals = onSignals(() => cancel.abort());
  try {
    const env = { ...scratchEnvironment(world.env), WT_ORCH_TASK: task };
    const tag = `by-hand-${process.pid}/${task}/set-up`;
    const ready = await setUp(
      { commands: setup, copy, root: workspace.root, folder: path, env, tag, log, timeoutMs: setupTimeoutMs },
      cancel.signal,
    );
    if (ready.ok) return 0;
    if (ready.error.kind === 'stopped') {
      world.note('The set-up was interrupted; the worktree is there.\n');
      return 130;
    }
    world.note(`The set-up failed: ${ready.error.detail}. The worktree is there.\n`);
    return 1;
  } finally {
    signals.dispose();
  }
}

function failureWords(failure: WorktreeFailure): string {
  switch (failure.kind) {
    case 'pathTaken':
      return `There is something at ${failure.path} already.`;
    case 'pathUnsafe':
      return `${failure.path} would come to lie somewhere else, because ${failure.through} is a link or no folder.`;
    case 'branchExists':
      return `There is a branch ${failure.branch} already (${failure.tip.slice(0, 10)}).`;
    case 'badBranch':
      return `git takes no branch with the name ${failure.branch}.`;
    case 'busy':
      return 'Another process has been making worktrees for a minute; try again.';
    case 'gitFailed':
      return `git could not make the worktree: ${failure.message}`;
    default:
      return assertNever(failure);
  }
}
