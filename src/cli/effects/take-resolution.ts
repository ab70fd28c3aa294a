import { readWork } from '../../agents/index.ts';
import { advance, changedPaths, commitTree, keepAside, parentsOf, type StationFailure } from '../../git/index.ts';
import { type Regenerated, regenerate } from '../../landing/index.ts';
import type { Reason } from '../../orchestrator/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { type ConflictCase, workReading } from './conflict-case.ts';
import { attemptFile, runVariables, slotsFolder, tagOf } from './context.ts';
import { setUpSlot } from './set-up-slot.ts';

/** A resolution that is good as far as its text goes. */
export interface TextResolution {
  readonly by: 'rule' | 'agent';
  readonly tree: string;
  /** The tree or commit that the files of the worktree are at. */
  readonly files: string;
  /** Where the branch is now. */
  readonly tip: string;
  /** Written anew by programs before it is complete. */
  readonly regenerate: readonly Regenerated[];
  readonly dropped: readonly string[];
}

/**
 * Completes a resolution, makes one merge commit of it, takes the branch and its worktree there, and tells so. A commit of the
 * agent that is exactly this merge stays as it is; other commits of it are kept under a ref of ours. Answers `stopped` when it was aborted
 * before anything was moved.
 */
export async function takeResolution(
  conflict: ConflictCase,
  found: TextResolution,
): Promise<Result<'taken' | 'stopped', Reason>> {
  const { context, step, station, sides, tell, signal } = conflict;
  const { git } = context;
  const complete = await completed(conflict, found);
  if (signal.aborted) return ok('stopped');
  if (!complete.ok) return complete;
  const commit = await mergeCommit(conflict, found, complete.value);
  if (found.tip !== station.tip && found.tip !== commit) await keepAside(git, station.branch, found.tip);
  const moved = await advance(git, station, { commit, files: found.files, from: found.tip });
  if (!moved.ok) return err(unfit(moved.error));
  const { task } = step.spec;
  const work = await readWork(git, { base: sides.onto, tip: commit, ...workReading(conflict) });
  if (work === undefined)
    await tell({ type: 'stepEnded', task, outcome: 'no_change', reason: { kind: 'noChangeSilent' } });
  else await tell({ type: 'conflictResolved', task, by: found.by, work, dropped: found.dropped });
  return ok('taken');
}

async function completed(conflict: ConflictCase, found: TextResolution): Promise<Result<string, Reason>> {
  if (found.regenerate.length === 0) return ok(found.tree);
  const { context, step, sides, signal } = conflict;
  const { landing } = context.settings;
  const log = attemptFile(context, step, 'regenerate.log');
  const written = await context.gateSlots.use((slot) => {
    const plan = {
      slotsFolder: slotsFolder(context.workspace),
      slot,
      timeoutMs: landing.timeoutMs,
      keep: landing.keep,
      env: { ...context.env, ...runVariables(context, step) },
      tag: tagOf(context, step, 'regenerate'),
      log,
      setUp: (folder: string, to: string, until: AbortSignal) => setUpSlot(context, { name: slot, folder }, to, until),
    };
    return regenerate(context.git, plan, { ...sides, tree: found.tree, files: found.regenerate }, signal);
  });
  if (written.ok) return written;
  const paths = found.regenerate.map(({ path }) => path);
  return err({ kind: 'regenerateFailed', detail: written.error, paths, log });
}

async function mergeCommit(conflict: ConflictCase, found: TextResolution, tree: string): Promise<string> {
  const { context, step, sides } = conflict;
  const { git } = context;
  if (found.tip !== sides.tip) {
    const [first, second, ...more] = await parentsOf(git, found.tip);
    const isThis = first === sides.tip && second === sides.onto && more.length === 0;
    if (isThis && (await changedPaths(git, found.tip, tree)).length === 0) return found.tip;
  }
  const how = found.by === 'rule' ? 'by the rules' : 'by its agent';
  const dropped = found.dropped.map((line) => `Dropped: ${line}\n`).join('');
  const message = `${step.spec.task}: merge ${context.target}, conflict resolved ${how}\n${dropped === '' ? '' : `\n${dropped}`}`;
  return await commitTree(git, { tree, parents: [sides.tip, sides.onto], message });
}

/** Why a worktree cannot hold a merge now, as a reason. */
export function unfit(failure: StationFailure): Reason {
  const kind = 'conflictWorktree' as const;
  switch (failure.kind) {
    case 'unfit':
      return { kind, detail: 'it is not there, or not what it was made as' };
    case 'branchMoved':
      return { kind, detail: 'its branch has been moved' };
    case 'dirty':
      return { kind, detail: `it holds work without a commit (${failure.paths.slice(0, 5).join(', ')})` };
    case 'otherMerge':
      return { kind, detail: 'another merge waits there to be finished' };
    case 'gitFailed':
      return { kind, detail: failure.message };
  }
}
