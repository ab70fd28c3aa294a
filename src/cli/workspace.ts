import { join } from 'node:path';
import { type TrackedPaths, trackedPaths } from '../conflicts/index.ts';
import {
  approveDrivers,
  approvedFile,
  currentBranch,
  type Git,
  type GitLook,
  openGit,
  openRepository,
  type Repository,
  tipOf,
  trackedPathList,
} from '../git/index.ts';
import { driversSentence, repositorySentence } from '../report/index.ts';
import { loadSettings, type Settings } from '../settings/index.ts';
import { readBytes, tagged } from '../system/index.ts';
import { parseTasks, type TaskFile } from '../tasks/index.ts';
import type { World } from './command.ts';
import { Refusal } from './refusal.ts';

/** The repository, its settings and its task file, as they stand in the user's own checkout. */
export interface Workspace {
  readonly repository: Repository;
  readonly root: string;
  readonly stateDir: string;
  readonly settings: Settings;
  readonly configFound: boolean;
  /** The task file, absolute. */
  readonly taskPath: string;
}

/** Opens the repository around the current folder and reads its settings. Refuses with words. */
export async function openWorkspace(world: World): Promise<Workspace> {
  const repository = await requireRepository(world);
  const loaded = await loadSettings(repository.root);
  if (!loaded.ok) {
    const lines = loaded.error.map(
      ({ file, line, column, message, hint }) =>
        `${file}:${line}:${column}: ${message}${hint === undefined ? '' : `\n  ${hint}`}`,
    );
    throw new Refusal(lines.join('\n'));
  }
  const { settings, found } = loaded.value;
  return {
    repository,
    root: repository.root,
    stateDir: repository.stateDir,
    settings,
    configFound: found,
    taskPath: join(repository.root, settings.tasks.file),
  };
}

export async function requireRepository(world: World): Promise<Repository> {
  const opened = await openRepository(world.cwd, world.env);
  if (opened.ok) return opened.value;
  const { message, hint } = repositorySentence(opened.error);
  throw new Refusal(message, hint);
}

/** The task file as it stands now. Refuses when there is none. */
export async function readTaskFile(workspace: Workspace): Promise<TaskFile> {
  const bytes = await readBytes(workspace.taskPath);
  if (bytes !== undefined) return parseTasks(bytes, workspace.settings.tasks.file);
  throw new Refusal(
    `There is no ${workspace.settings.tasks.file} in ${workspace.root}.`,
    'wt-orch init writes one to start from.',
  );
}

/**
 * Git with everything that deeds need; makes the control repository if it is not there. With a `tag` every git command carries it, so
 * that whoever takes over from a killed run finds those that are still under way.
 */
export async function openGitFor(workspace: Workspace, world: World, tag?: string): Promise<Git> {
  const git = await openGit(workspace.repository, world.env, workspace.settings.git.drivers);
  return tag === undefined ? git : { ...git, env: { ...git.env, ...tagged(tag) } };
}

/** Refuses while files of a commit belong to filters or merge drivers of the user's configuration that nobody has approved. */
export async function requireDrivers(git: Git, commit: string): Promise<void> {
  const approved = await approveDrivers(git, commit);
  if (approved.ok) return;
  const { message, hint } = driversSentence(approved.error, approvedFile(git.repository.stateDir));
  throw new Refusal(message, hint);
}

export interface Target {
  readonly branch: string;
  readonly commit: string;
}

/** The branch that work lands on. Refuses when none is set and none is checked out, and when it does not exist. */
export async function requireTarget(git: GitLook, settings: Settings): Promise<Target> {
  const branch = settings.target ?? (await currentBranch(git));
  if (branch === undefined) {
    throw new Refusal(
      'The main worktree is on no branch.',
      'Check a branch out, or set `target` in .wt-orch/config.yaml.',
    );
  }
  if (branch.startsWith('wt-orch/')) {
    throw new Refusal(
      `${branch} is the branch of a task, and nothing can land on it.`,
      'Check out the branch that work is to land on, or set `target` in .wt-orch/config.yaml.',
    );
  }
  const commit = await tipOf(git, `refs/heads/${branch}`);
  if (commit === undefined)
    throw new Refusal(`The target branch ${branch} does not exist.`, 'Set `target` in .wt-orch/config.yaml.');
  return { branch, commit };
}

/** The files that a commit tracks, for telling literal claims from globs. */
export async function trackedFiles(git: GitLook, commit: string): Promise<TrackedPaths> {
  return trackedPaths(await trackedPathList(git, commit));
}
