import { join } from 'node:path';
import { type Git, trackedPathList } from '../../git/index.ts';
import { readJournal } from '../../journal/index.ts';
import { readBytes, readText } from '../../system/index.ts';
import { parseTasks } from '../../tasks/index.ts';
import { ownExcludes } from '../exclude-own.ts';
import { corrupt } from '../history.ts';
import { findLeftovers } from '../leftovers.ts';
import { ownWorktrees } from '../own-worktrees.ts';
import { taskBranches } from '../task-branch.ts';
import { readUnfinished, type Unfinished } from '../unfinished.ts';
import type { Target, Workspace } from '../workspace.ts';
import { type Check, failure, fine, warning } from './check.ts';

/** What stands in the repository: tasks, journal, runs, what was left over. */
export async function stateChecks(workspace: Workspace, git: Git, target: Target): Promise<readonly Check[]> {
  const tasks = await tasksCheck(workspace, git, target);
  const exclude = await excludeCheck(workspace);
  const journal = await readJournal(workspace.stateDir);
  if (!journal.ok) return [tasks, exclude, failure('journal', ...corrupt(journal.error))];
  const unfinished = await readUnfinished(workspace.stateDir);
  return [
    tasks,
    exclude,
    fine('journal', `${unfinished.history.events.length} events of ${unfinished.history.runs.size} runs`),
    runCheck(unfinished),
    await leftoversCheck(workspace, git, target, unfinished),
  ];
}

async function tasksCheck(workspace: Workspace, git: Git, target: Target): Promise<Check> {
  const { file: name } = workspace.settings.tasks;
  const bytes = await readBytes(workspace.taskPath);
  if (bytes === undefined) return warning('tasks', `there is no ${name}`, 'wt-orch init writes one to start from.');
  const { tasks, problems } = parseTasks(bytes, name);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const tracked = (await trackedPathList(git, target.commit)).includes(name);
  const ready = tasks.filter(({ status }) => status === 'ready').length;
  const counts = `${name}: ${tasks.length} tasks, ${ready} ready${tracked ? '' : `; not in ${target.branch}`}`;
  const fix = 'wt-orch tasks check names each with its place.';
  if (errors > 0) return failure('tasks', `${counts}; ${errors === 1 ? '1 error' : `${errors} errors`}`, fix);
  if (problems.length > 0)
    return warning('tasks', `${counts}; ${problems.length === 1 ? '1 warning' : `${problems.length} warnings`}`, fix);
  return fine('tasks', counts);
}

async function excludeCheck({ repository, root, settings }: Workspace): Promise<Check> {
  const texts = await Promise.all([join(repository.commonDir, 'info/exclude'), join(root, '.gitignore')].map(readText));
  const lines = new Set(texts.flatMap((text) => (text ?? '').split(/\r?\n/)).map(bare));
  const missing = ownExcludes(settings).filter((line) => !lines.has(bare(line)));
  if (missing.length === 0) return fine('exclude lines', 'git overlooks worktrees and status reports');
  return warning(
    'exclude lines',
    `git does not overlook ${missing.join(' and ')} yet`,
    'wt-orch init writes the lines; the first run does too.',
  );
}

const bare = (line: string): string => line.trim().replace(/^\/|\/$/g, '');

function runCheck({ owner, history }: Unfinished): Check {
  if (owner !== undefined)
    return fine(
      'run',
      `wt-orch with pid ${owner.pid} is at work${owner.run === undefined ? '' : ` on run ${owner.run}`}`,
    );
  const interrupted = [...history.runs.values()].filter(({ endedAt }) => endedAt === undefined).map(({ run }) => run);
  if (interrupted.length === 0) return fine('run', 'none is going on');
  const message = `${interrupted.join(', ')} ended without a word: its process was killed`;
  return warning('run', message, 'The next run ends its agents and records what became of its tasks.');
}

async function leftoversCheck(workspace: Workspace, git: Git, target: Target, unfinished: Unfinished): Promise<Check> {
  const [{ items: all, kept }, worktrees, branches] = await Promise.all([
    findLeftovers({ workspace, git, target, unfinished }),
    ownWorktrees(workspace, git, target),
    taskBranches(git),
  ]);
  // Checkouts for tests are there to be used again; the next run is faster for them.
  const items = all.filter(({ kind }) => kind !== 'checkout');
  const inWorktrees = new Set(worktrees.map(({ branch }) => branch));
  const lost = worktrees.filter(
    ({ branch, holds }) => branch === undefined || (holds.kind === 'unknown' && holds.why === 'branchGone'),
  ).length;
  const alone = branches.filter(({ branch }) => !inWorktrees.has(branch)).length;
  const numbers = `${worktrees.length} worktrees (${lost} without a branch), ${alone} branches without a worktree; ${items.length} things may go, ${kept.length} are kept`;
  if (items.length === 0 && lost === 0) return fine('leftovers', numbers);
  return warning('leftovers', numbers, 'wt-orch clean --dry-run names them, wt-orch clean removes what may go.');
}
