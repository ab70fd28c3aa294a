import { prepareWorktree, setUp } from '../../agents/index.ts';
import { mergeBase, resolveCommit, tipOf, worktreeIntegrity } from '../../git/index.ts';
import type { Effects, Reason, StepState, Tell } from '../../orchestrator/index.ts';
import { ensureFolder } from '../../system/index.ts';
import { writeMark } from '../task-marks.ts';
import { attemptFile, neverLands, type RunContext, runVariables, tagOf, worktreeRoot } from './context.ts';

/** Makes the worktree of a step, or finds the one that it goes on in, and runs the set-up commands there. */
export function prepareEffect(context: RunContext): Effects['prepare'] {
  return async (step, _state, tell, signal) => {
    if (step.phase.name !== 'preparing') return;
    await ensureFolder(worktreeRoot(context.workspace));
    const base =
      step.spec.entry.kind === 'continue'
        ? await existing(context, step)
        : await fresh(context, step, step.phase.base, tell);
    if (base.kind === 'failed') return failed(step, { kind: 'worktreeFailed', detail: base.detail }, tell);
    if (signal.aborted) return stopped(step, tell);
    const ready = await setUpWorktree(context, step, signal);
    if (!ready.ok) {
      if (ready.error.kind === 'stopped') return stopped(step, tell);
      return failed(step, ready.error, tell);
    }
    if (context.settings.tasks.markInProgress)
      await writeMark(context.workspace, step.spec.task, step.spec.status, 'in_progress');
    await tell({ type: 'worktreeReady', task: step.spec.task, base: base.commit });
  };
}

type Base = { readonly kind: 'base'; readonly commit: string } | { readonly kind: 'failed'; readonly detail: string };

async function fresh(context: RunContext, step: StepState, main: string, tell: Tell): Promise<Base> {
  const { task, worktree, branch, base } = step.spec;
  const commit = base === undefined ? main : await resolveCommit(context.git, base);
  if (commit === undefined) return { kind: 'failed', detail: `base ${base} is no commit` };
  const made = await prepareWorktree(context.git, {
    task,
    path: worktree,
    branch,
    commit,
    exclude: neverLands(context.settings),
  });
  if (!made.ok) return { kind: 'failed', detail: made.error.kind === 'stopped' ? 'stopped' : made.error.detail };
  if (made.value !== undefined) {
    await tell({ type: 'noted', level: 'info', task, text: `an earlier attempt is kept as ${made.value}` });
  }
  return { kind: 'base', commit };
}

async function existing(context: RunContext, step: StepState): Promise<Base> {
  const { worktree, branch } = step.spec;
  const [tip, main, integrity] = await Promise.all([
    tipOf(context.git, `refs/heads/${branch}`),
    tipOf(context.git, `refs/heads/${context.target}`),
    worktreeIntegrity(context.git, worktree),
  ]);
  if (integrity !== 'intact' || tip === undefined || main === undefined) {
    return { kind: 'failed', detail: `there is no worktree of ${branch} in ${worktree} to go on in (${integrity})` };
  }
  const base = await mergeBase(context.git, main, tip);
  return base === undefined
    ? { kind: 'failed', detail: `${branch} has no history in common with ${context.target}` }
    : { kind: 'base', commit: base };
}

function setUpWorktree(context: RunContext, step: StepState, signal: AbortSignal): ReturnType<typeof setUp> {
  const { worktrees } = context.settings;
  return setUp(
    {
      commands: worktrees.setup,
      copy: worktrees.copy,
      root: context.workspace.root,
      folder: step.spec.worktree,
      env: { ...context.env, ...runVariables(context, step) },
      tag: tagOf(context, step, 'set-up'),
      log: attemptFile(context, step, 'set-up.log'),
      timeoutMs: worktrees.setupTimeoutMs,
    },
    signal,
  );
}

async function failed(step: StepState, reason: Reason, tell: Tell): Promise<void> {
  await tell({ type: 'stepEnded', task: step.spec.task, outcome: 'agent_failed', reason });
}

async function stopped(step: StepState, tell: Tell): Promise<void> {
  await tell({ type: 'stepEnded', task: step.spec.task, outcome: 'cancelled', reason: { kind: 'stopped' } });
}
