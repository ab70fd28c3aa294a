import { nextAttemptRef, setAside } from '../../agents/index.ts';
import { checkouts, type Git, listRefs, moveRefs, pinCommit, removeWorktree, tipOf } from '../../git/index.ts';
import { type Effects, type Outcome, type StepState, type Tell, undoneBy, workOf } from '../../orchestrator/index.ts';
import { pathKind } from '../../system/index.ts';
import type { WrittenStatus } from '../../tasks/index.ts';
import { writeMark } from '../task-marks.ts';
import { neverLands, type RunContext } from './context.ts';

/** After the end of a step: its mark in the task file, and its worktree removed or kept and named. */
export function tidyEffect(context: RunContext): Effects['tidy'] {
  return async (step, _state, tell) => {
    if (step.phase.name !== 'ended') return;
    await mark(context, step, step.phase.outcome, tell);
    await putAway(context, step, step.phase.outcome, tell);
    await tell({ type: 'stepTidied', task: step.spec.task });
  };
}

/**
 * The mark that an outcome leaves; most say nothing about the task, and so write nothing. A task whose landing was taken back is to
 * be done again; as long as it was not, nothing about the task has changed.
 */
function markFor(step: StepState, outcome: Outcome): WrittenStatus | undefined {
  if (undoneBy(step.spec) !== undefined) return outcome === 'landed' ? 'ready' : undefined;
  switch (outcome) {
    case 'landed':
      return 'done';
    case 'no_change':
      return step.phase.name === 'ended' && step.phase.reason?.kind === 'noChange' ? 'done' : undefined;
    case 'agent_failed':
    case 'timed_out':
    case 'gate_blocked':
    case 'tests_failed':
      return 'failed';
    case 'conflict':
    case 'held':
      return 'needs_person';
    default:
      return undefined;
  }
}

async function mark(context: RunContext, step: StepState, outcome: Outcome, tell: Tell): Promise<void> {
  const { task, status } = step.spec;
  const started = context.settings.tasks.markInProgress && step.worktree !== 'none' && step.spec.entry.kind !== 'land';
  // A task that was shown as in progress and ends without a word about it goes back to what it was.
  const next = markFor(step, outcome) ?? (started && status === 'ready' ? 'ready' : undefined);
  if (next === undefined) return;
  const isUndone = undoneBy(step.spec) !== undefined;
  // A person may have freed the task before; then there is nothing to write.
  if (isUndone && status === next) return;
  const expected = isUndone ? 'done' : started ? 'in_progress' : status;
  const written = await writeMark(context.workspace, task, expected, next);
  await tell(
    written.ok ? { type: 'taskMarked', task, mark: next } : { type: 'taskMarkRefused', task, why: written.error },
  );
}

/** Only what is on the target branch, or is nothing, goes by itself; the rest is kept for a person. */
async function putAway(context: RunContext, step: StepState, outcome: Outcome, tell: Tell): Promise<void> {
  const { task, worktree, branch } = step.spec;
  const { git } = context;
  if (undoneBy(step.spec) !== undefined) return outcome === 'landed' ? dropBranch(context, step) : undefined;
  if (step.worktree === 'none') return;
  if (step.phase.name === 'ended' && step.phase.reason?.kind === 'discarded') return discard(context, step, tell);
  const failed =
    outcome === 'agent_failed' || outcome === 'timed_out' || outcome === 'gate_blocked' || outcome === 'tests_failed';
  const nothing = outcome === 'no_change' && step.phase.name === 'ended' && step.phase.reason?.kind === 'noChange';
  if (outcome !== 'landed' && !nothing && !(failed && !context.settings.worktrees.keepFailed)) {
    await tell({ type: 'worktreeKept', task, why: outcome });
    return;
  }
  const tip = await tipOf(git, `refs/heads/${branch}`);
  const isThere = (await pathKind(worktree)) !== undefined;
  if (tip === undefined && !isThere) await tell({ type: 'worktreeRemoved', task });
  if (tip === undefined || !isThere) return;
  if (failed || context.settings.landing.strategy !== 'merge') await pinOnce(git, task, tip);
  const removed = await removeWorktree(git, { path: worktree, branch, expectTip: tip, target: context.target });
  await tell(removed.ok ? { type: 'worktreeRemoved', task } : { type: 'worktreeKept', task, why: removed.error.kind });
}

/** The branch of a landing that was taken back has no worktree. Its tip is not in the history of the target, so it is pinned. */
async function dropBranch({ git }: RunContext, step: StepState): Promise<void> {
  const ref = `refs/heads/${step.spec.branch}`;
  const tip = workOf(step.phase)?.tip;
  if (tip === undefined || (await tipOf(git, ref)) !== tip) return;
  await pinOnce(git, step.spec.task, tip);
  // Whoever has it checked out, or moves it at this moment, keeps it.
  if ((await checkouts(git, step.spec.branch)).length === 0) await moveRefs(git, [{ ref, from: tip, to: undefined }]);
}

/** A branch that nobody wants goes with its worktree; what it held, files without a commit too, stays under a ref of ours. */
async function discard(context: RunContext, step: StepState, tell: Tell): Promise<void> {
  const { task, worktree, branch } = step.spec;
  const aside = await setAside(context.git, { task, path: worktree, branch, exclude: neverLands(context.settings) });
  if (aside.ok) await tell({ type: 'worktreeRemoved', task });
  else await tell({ type: 'worktreeKept', task, why: aside.error.kind });
}

/** A tidying that is done again after a crash finds its own pin. */
async function pinOnce(git: Git, task: string, tip: string): Promise<void> {
  const pins = await listRefs(git, `refs/wt-orch/attempts/${task}/`);
  if (!pins.some(({ commit }) => commit === tip)) await pinCommit(git, await nextAttemptRef(git, task), tip);
}
