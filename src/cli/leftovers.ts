import { join, relative } from 'node:path';
import { checkouts, type Git, isAncestor, listRefs, logSummary } from '../git/index.ts';
import { describePath, identityOf, isTemporary, listFolder, now } from '../system/index.ts';
import { slotsFolder } from './effects/context.ts';
import { lastStep } from './history.ts';
import { type OwnWorktree, ownWorktrees, unknownWords } from './own-worktrees.ts';
import { commitsAhead, type TaskBranch, taskBranches } from './task-branch.ts';
import type { Unfinished } from './unfinished.ts';
import type { Target, Workspace } from './workspace.ts';

/** Something of ours that nobody needs any more, and why that is so. */
export type Leftover = { readonly why: string } & (
  | { readonly kind: 'worktree'; readonly path: string; readonly branch: string; readonly tip: string }
  | { readonly kind: 'branch'; readonly branch: string; readonly tip: string }
  | { readonly kind: 'checkout'; readonly path: string; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'ref'; readonly ref: string; readonly commit: string }
);

export interface Leftovers {
  readonly items: readonly Leftover[];
  /** What stays, because somebody may need it. */
  readonly kept: readonly { readonly what: string; readonly why: string }[];
}

export interface Place {
  readonly workspace: Workspace;
  readonly git: Git;
  readonly target: Target;
  readonly unfinished: Unfinished;
}

/** A file that is written in one step is not there for long; one that is this old was left by a process that was killed. */
const temporaryForMs = 3_600_000;

/**
 * What is left over. With `olderThanMs` also the logs of runs that ended longer ago, and the pinned commits of their tasks.
 * Reads only; whatever holds work that is nowhere else is among what stays.
 */
export async function findLeftovers(place: Place, olderThanMs?: number): Promise<Leftovers> {
  const worktrees = await ownWorktrees(place.workspace, place.git, place.target);
  const found = [
    ...worktrees.map((worktree) => ofWorktree(place, worktree)),
    ...(await ofBranches(place, worktrees)),
    ...(await ofCheckouts(place)),
    ...(await temporaries(place)),
    ...(olderThanMs === undefined ? [] : await ofOldRuns(place, now() - olderThanMs)),
    ...(olderThanMs === undefined ? [] : await ofPins(place, now() - olderThanMs)),
  ];
  return {
    items: found.filter((one) => 'kind' in one),
    kept: found.filter((one) => 'what' in one),
  };
}

type Found = Leftover | { readonly what: string; readonly why: string };

function ofWorktree({ workspace, target, unfinished }: Place, worktree: OwnWorktree): Found {
  const { path, branch, task, head, holds } = worktree;
  const what = relative(workspace.root, path);
  const run = task === undefined ? undefined : unfinished.runOf(task);
  if (run !== undefined) return { what, why: `${task} is part of run ${run}, which is not over` };
  if (holds.kind === 'unknown') return { what, why: unknownWords(holds.why) };
  if (branch === undefined || head === undefined || task === undefined)
    return { what, why: 'it is on a branch that is not ours' };
  if (holds.ahead > 0) return { what, why: `${commits(holds.ahead)} not on ${target.branch}` };
  if (holds.kind === 'known' && holds.uncommitted.length > 0) {
    return { what, why: `uncommitted work in ${files(holds.uncommitted.length)}` };
  }
  const why = `${holds.kind === 'folderGone' ? 'its folder is gone, and ' : ''}${target.branch} has all of ${branch}`;
  return { kind: 'worktree', path, branch, tip: head, why };
}

async function ofBranches(
  { git, target, unfinished }: Place,
  worktrees: readonly OwnWorktree[],
): Promise<readonly Found[]> {
  const inWorktrees = new Set(worktrees.map(({ branch }) => branch));
  const alone = (await taskBranches(git)).filter(({ branch }) => !inWorktrees.has(branch));
  return Promise.all(
    alone.map(async ({ task, branch, tip }: TaskBranch): Promise<Found> => {
      const what = `branch ${branch}`;
      const run = unfinished.runOf(task);
      if (run !== undefined) return { what, why: `${task} is part of run ${run}, which is not over` };
      const [where] = await checkouts(git, branch);
      if (where !== undefined) return { what, why: `it is checked out in ${where}` };
      const ahead = await commitsAhead(git, target.commit, tip);
      if (ahead > 0) return { what, why: `${commits(ahead)} not on ${target.branch}` };
      return { kind: 'branch', branch, tip, why: `${target.branch} has all of it` };
    }),
  );
}

/** Checkouts for gates and tests. They are kept warm from run to run, and made again when they are needed. */
async function ofCheckouts({ workspace, unfinished }: Place): Promise<readonly Found[]> {
  const folder = slotsFolder(workspace);
  const found: Found[] = [];
  for (const name of await listFolder(folder)) {
    const path = join(folder, name);
    const what = relative(workspace.root, path);
    const user = /^gate-p(\d+)$/.exec(name)?.[1];
    const isUsed = user !== undefined && (await identityOf(Number(user))) !== undefined;
    if (isUsed) found.push({ what, why: `wt-orch gate is at work in it (pid ${user})` });
    else if (unfinished.owner !== undefined) found.push({ what, why: 'a run is going on' });
    else found.push({ kind: 'checkout', path, name, why: 'a checkout for tests; the next run makes it again' });
  }
  return found;
}

async function temporaries({ workspace }: Place): Promise<readonly Found[]> {
  const { stateDir } = workspace;
  const before = now() - temporaryForMs;
  const found = [await oldFiles(join(stateDir, 'tmp'), await listFolder(join(stateDir, 'tmp')), before, leftByKilled)];
  for (const name of ['', 'slots', 'worktrees', 'control.git', 'runs']) {
    const folder = join(stateDir, name);
    const halves = (await listFolder(folder)).filter((file) => isTemporary(file));
    found.push(await oldFiles(folder, halves, before, leftByKilled));
  }
  return found.flat();
}

const leftByKilled = 'left by a process that was killed';

/** The logs of runs by the end of the run; what belongs to no run that is known (a run that never began, a deed by hand) by its age. */
async function ofOldRuns({ workspace, unfinished }: Place, before: number): Promise<readonly Found[]> {
  const { stateDir } = workspace;
  const { runs } = unfinished.history;
  const folders = await listFolder(join(stateDir, 'runs'));
  const known = folders.flatMap((run): Found[] => {
    const state = runs.get(run);
    if (state?.endedAt === undefined || Date.parse(state.endedAt) >= before) return [];
    return [
      {
        kind: 'file',
        path: join(stateDir, 'runs', run),
        why: `logs of a run that ended on ${state.endedAt.slice(0, 10)}`,
      },
    ];
  });
  const unknown = folders.filter((run) => !runs.has(run));
  const background = (await listFolder(stateDir)).filter((name) => /^background-.*\.log$/.test(name));
  return [
    ...known,
    ...(await oldFiles(join(stateDir, 'runs'), unknown, before, 'logs of a run that is not known')),
    ...(await oldFiles(stateDir, background, before, 'the log of a run in the background')),
    ...(await oldFiles(
      join(stateDir, 'by-hand'),
      await listFolder(join(stateDir, 'by-hand')),
      before,
      'logs of gates and set-ups by hand',
    )),
  ];
}

async function oldFiles(
  folder: string,
  names: readonly string[],
  before: number,
  why: string,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const name of names) {
    const facts = await describePath(join(folder, name));
    if (facts !== undefined && facts.modifiedMs < before) found.push({ kind: 'file', path: join(folder, name), why });
  }
  return found;
}

const attempts = 'refs/wt-orch/attempts/';

/**
 * Commits that were pinned when an attempt was set aside. A pin goes when the target has its commit anyway, or when both the
 * last run of its task and its newest commit are older than was asked for.
 */
async function ofPins({ git, target, unfinished }: Place, before: number): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const { ref, commit } of await listRefs(git, attempts)) {
    const task = ref.slice(attempts.length).split('/')[0] ?? '';
    if (await isAncestor(git, commit, target.commit)) {
      found.push({ kind: 'ref', ref, commit, why: `${target.branch} has its commit` });
      continue;
    }
    const ended = lastStep(unfinished.history, task)?.state.endedAt;
    const [newest] = await logSummary(git, target.commit, commit, 1);
    const isOld =
      ended !== undefined && Date.parse(ended) < before && newest !== undefined && Date.parse(newest.date) < before;
    if (!isOld) found.push({ what: ref, why: 'an earlier attempt; not old enough' });
    else {
      const lost = commits(await commitsAhead(git, target.commit, commit));
      const why = `${lost} not on ${target.branch}, the newest of ${newest.date.slice(0, 10)}; ${commit} until git prunes it`;
      found.push({ kind: 'ref', ref, commit, why });
    }
  }
  return found;
}

const commits = (number: number): string => (number === 1 ? '1 commit is' : `${number} commits are`);
const files = (number: number): string => (number === 1 ? '1 file' : `${number} files`);
