import { join } from 'node:path';
import { forgetSocket } from '../control/index.ts';
import { finishRemovals, type Git, removeStaleLocks, undoHalfMade } from '../git/index.ts';
import { type Journal, openJournal } from '../journal/index.ts';
import type { Recorded, RunEvent, RunState } from '../orchestrator/index.ts';
import { ensureFolder, type Lock, now, readLockOwner, sweepTag, takeLock, waitForTag } from '../system/index.ts';
import type { World } from './command.ts';
import { corrupt, type History, historyOf } from './history.ts';
import { newRunId } from './new-run-id.ts';
import { Refusal } from './refusal.ts';
import { settleInterrupted } from './settle-interrupted.ts';
import { removeHalfWritten } from './task-marks.ts';
import { readUnfinished } from './unfinished.ts';
import { openGitFor, type Workspace } from './workspace.ts';

/** The repository in the hands of this process: nobody else acts on it, and no run of it is open. */
export interface TakenOver extends AsyncDisposable {
  readonly lock: Lock;
  readonly journal: Journal<RunEvent & { readonly run: string }>;
  readonly history: History;
}

/** Git commands of a killed orchestrator go on to their end, which is sooner than this. */
const gitEndsMs = 60_000;

/**
 * Takes the lock, opens the journal and closes the runs whose process was killed. Refuses when another one holds the lock, when the
 * journal is damaged, and when a git command of a killed run does not end. Whoever took over disposes of it.
 */
export async function takeOver(workspace: Workspace, git: Git, run: string): Promise<TakenOver> {
  const { stateDir } = workspace;
  await ensureFolder(stateDir);
  const lock = await requireLock(stateDir, run);
  try {
    const opened = await openJournal<RunEvent & { readonly run: string }>(stateDir, { now });
    if (!opened.ok) throw new Refusal(...corrupt(opened.error));
    const { journal } = opened.value;
    const events = opened.value.events as readonly Recorded[];
    const settled = await settleAll({ workspace, git, journal }, historyOf(events), run);
    return {
      lock,
      journal,
      history: historyOf([...events, ...settled]),
      [Symbol.asyncDispose]: async () => {
        await journal.close();
        await lock.release();
      },
    };
  } catch (problem) {
    await lock.release();
    throw problem;
  }
}

/** Closes interrupted runs now if there are any and nobody is at work, for commands that go by what has come of them. */
export async function closeInterrupted(workspace: Workspace, world: World): Promise<void> {
  const { owner, history } = await readUnfinished(workspace.stateDir);
  if (owner !== undefined || [...history.runs.values()].every(({ endedAt }) => endedAt !== undefined)) return;
  const run = newRunId();
  await using _ = await takeOver(workspace, await openGitFor(workspace, world, gitTag(run)), run);
}

type Parts = Parameters<typeof settleInterrupted>[0];

async function settleAll(parts: Parts, history: History, run: string): Promise<readonly Recorded[]> {
  const { workspace, git, journal } = parts;
  const open = [...history.runs.values()].filter(({ endedAt }) => endedAt === undefined);
  for (const state of open) await endProcesses(state);
  await forgetSocket(workspace.stateDir);
  const { removed, left } = await removeStaleLocks(git);
  await finishRemovals(git);
  await undoHalfMade(git);
  await removeHalfWritten(workspace);
  const notes = [
    ...removed.map((path) => `removed ${path}, which a git that is gone had left`),
    ...left.map((path) => `${path} is there, and some git is at work; it stays`),
  ].map((text) => ({ type: 'noted', level: 'info', text, run: open.at(-1)?.run ?? run }) as const);
  const noted = (await journal.append(notes)) as readonly Recorded[];
  const settled: Recorded[] = [...noted];
  for (const state of open) settled.push(...(await settleInterrupted(parts, state)));
  return settled;
}

/**
 * Ends whatever the run had started: agents, and the set-up, gate and test commands that would disturb the next ones; by tag and
 * never by number. Only a git command is let finish first: one that is killed in the user's checkout leaves it half written.
 */
async function endProcesses({ run }: RunState): Promise<void> {
  const left = await waitForTag(gitTag(run), gitEndsMs);
  if (left.length === 0) {
    await sweepTag(run);
    return;
  }
  const who = left.length === 1 ? `Process ${left[0]}` : `Processes ${left.join(', ')}`;
  throw new Refusal(
    `${who}: a git command of run ${run}, which was killed, is still at work.`,
    'Let it finish, or end it.',
  );
}

/** Marks the git commands of a run. */
export const gitTag = (run: string): string => `${run}/git`;

async function requireLock(stateDir: string, run: string): Promise<Lock> {
  const path = join(stateDir, 'lock');
  const taken = await takeLock(path, { run });
  if (taken.ok) return taken.value;
  const by = taken.error.by ?? (await readLockOwner(path));
  const who =
    by === undefined
      ? 'Another wt-orch'
      : `wt-orch with pid ${by.pid} (since ${by.since}${by.run === undefined ? '' : `, run ${by.run}`})`;
  throw new Refusal(
    `${who} is at work on this repository.`,
    'Add tasks to its run with --join, look with wt-orch status, or end it with wt-orch stop.',
  );
}
