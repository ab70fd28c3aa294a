import { buildConflictPrompt, type ConflictFile } from '../../agents/index.ts';
import {
  beginMerge,
  bytesOf,
  type ConflictedPath,
  isAncestor,
  messagesBeyond,
  resumeMerge,
  tipOf,
  treeOfFiles,
  unsettledPaths,
} from '../../git/index.ts';
import { explanationsIn, flawIn, type Settlement, settleByRules } from '../../landing/index.ts';
import { type Reason, type RunEvent, type RunState, stepOf } from '../../orchestrator/index.ts';
import { reasonSentence } from '../../report/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { type LandedTask, landedIn } from '../train-memory.ts';
import type { ConflictCase } from './conflict-case.ts';
import { attemptOf, runHushed } from './run-agent.ts';
import { type TextResolution, takeResolution, unfit } from './take-resolution.ts';

/**
 * One round of the agent that wrote the branch: the merge is laid into its worktree, the agent runs there, and what it leaves is
 * held against both sides. Whatever is not taken goes back to a merge that waits, with the files as they were left.
 */
export async function conflictRound(conflict: ConflictCase, state: RunState): Promise<void> {
  const { context, step, station, sides, tell } = conflict;
  const { task } = step.spec;
  const settled = await settleByRules(context.git, sides, conflict.ruleOf);
  if (settled === 'unrelated') {
    await tell({ type: 'conflictLeft', task, to: 'person', paths: [] });
    return;
  }
  const merge = { onto: sides.onto, name: context.target, conflict: settled.conflict };
  const begun = await beginMerge(context.git, station, merge);
  if (!begun.ok) {
    await tell({ type: 'conflictLeft', task, to: 'person', paths: conflict.phase.paths, why: unfit(begun.error) });
    return;
  }
  const taken = await tryRound(conflict, state, settled);
  if (taken.ok && taken.value === 'taken') return;
  await resumeMerge(context.git, station, merge);
  if (!taken.ok) await tell({ type: 'conflictRoundFailed', task, round: step.conflictRounds, why: taken.error });
}

/** Puts a merge that an agent was at when its run was killed back to one that waits, with the files as they are, if it was ended by a commit. */
export async function abandonRound(conflict: ConflictCase): Promise<void> {
  const { git } = conflict.context;
  if ((await tipOf(git, `refs/heads/${conflict.station.branch}`)) === conflict.station.tip) return;
  const settled = await settleByRules(git, conflict.sides, conflict.ruleOf);
  if (settled === 'unrelated') return;
  const merge = { onto: conflict.sides.onto, name: conflict.context.target, conflict: settled.conflict };
  await resumeMerge(git, conflict.station, merge);
}

async function tryRound(
  conflict: ConflictCase,
  state: RunState,
  settled: Settlement,
): Promise<Result<'taken' | 'stopped', Reason>> {
  const after = await runRound(conflict, state, settled);
  if (conflict.signal.aborted) return ok('stopped');
  if (!after.ok) return after;
  const found = await readRound(conflict, settled, after.value);
  return found.ok ? await takeResolution(conflict, found.value) : found;
}

/** Runs the agent. Answers with the last that it said of itself, or with why the round is nothing. */
async function runRound(
  conflict: ConflictCase,
  state: RunState,
  { conflict: open, regenerate }: Settlement,
): Promise<Result<string, Reason>> {
  const { context, step, signal, tell } = conflict;
  const { target } = context;
  const files = await Promise.all(open.paths.map(async (path) => await fileOf(conflict, path)));
  const landed = await landedOn(conflict, state);
  const why = conflict.phase.why === undefined ? undefined : told(conflict.phase.why, step.spec.task);
  const regenerated = regenerate.map(({ path }) => path);
  const attempt = await attemptOf(context, step, (basis) =>
    buildConflictPrompt({
      ...basis,
      target,
      files,
      landed,
      regenerated,
      round: step.conflictRounds,
      rounds: state.conflictRounds,
      ...(why === undefined ? {} : { failed: why }),
    }),
  );
  if (!attempt.ok) return err({ kind: 'startFailed', detail: attempt.error });
  const ends: RunEvent[] = [];
  let last = state;
  await runHushed(
    context,
    step,
    attempt.value,
    async (event) => {
      if (event.type === 'agentExited' || event.type === 'stepEnded') ends.push(event);
      // That an agent cannot start ends its round, and not the step.
      if (event.type !== 'stepEnded') last = await tell(event);
      return last;
    },
    signal,
  );
  const { claim } = stepOf(last, step.spec.task);
  const failure = endedBadly(ends.at(-1), attempt.value.log) ?? saidNo(claim);
  return failure === undefined ? ok(claim?.message ?? '') : err(failure);
}

function endedBadly(end: RunEvent | undefined, log: string): Reason | undefined {
  if (end?.type === 'stepEnded') return end.reason ?? { kind: 'startFailed' };
  if (end?.type !== 'agentExited') return { kind: 'startFailed' };
  if (end.ended === 'timeLimit') return { kind: 'timeLimit', log };
  if (end.ended === 'stopped') return { kind: 'stopped' };
  if (end.signal !== undefined) return { kind: 'endedBySignal', detail: end.signal, log };
  return end.code === 0 ? undefined : { kind: 'exitCode', detail: String(end.code ?? '?'), log };
}

function saidNo(claim: { readonly status: string; readonly message?: string; readonly question?: string } | undefined) {
  if (claim?.status !== 'failed' && claim?.status !== 'needs_input') return undefined;
  const detail = claim.question ?? claim.message;
  const kind = claim.status === 'failed' ? ('agentSaidFailed' as const) : ('needsInput' as const);
  return { kind, ...(detail === undefined ? {} : { detail }) };
}

/** What the agent left, if it is a resolution. */
async function readRound(
  conflict: ConflictCase,
  { conflict: open, regenerate }: Settlement,
  said: string,
): Promise<Result<TextResolution, Reason>> {
  const { context, station, sides } = conflict;
  const { git } = context;
  const tip = await tipOf(git, `refs/heads/${station.branch}`);
  if (tip === undefined || !(await isAncestor(git, sides.tip, tip))) {
    return err(unfit({ kind: 'branchMoved', now: tip }));
  }
  const tree = await treeOfFiles(git, station, open.tree);
  if (!tree.ok) return err(unfit(tree.error));
  const messages = tip === sides.tip ? [] : await messagesBeyond(git, tip, [sides.tip, sides.onto]);
  const explanations = explanationsIn([...messages, said]);
  const flaw = await flawIn(git, open, {
    tree: tree.value,
    unsettled: await unsettledPaths(git, station),
    free: regenerate.map(({ path }) => path),
    explanations,
  });
  if (flaw !== undefined) return err(flaw);
  const dropped = explanations.map(({ text }) => text);
  return ok({ by: 'agent', tree: tree.value, files: tree.value, tip, regenerate, dropped });
}

async function fileOf({ context }: ConflictCase, { path, base, own, main }: ConflictedPath): Promise<ConflictFile> {
  const textOf = async (entry: ConflictedPath['base']): Promise<string | null | undefined> => {
    if (entry === undefined) return undefined;
    const bytes = /^1[02]0/.test(entry.mode) ? await bytesOf(context.git, entry) : new Uint8Array([0]);
    return bytes.includes(0) ? null : new TextDecoder().decode(bytes);
  };
  const [before, mine, theirs] = await Promise.all([textOf(base), textOf(own), textOf(main)]);
  return { path, base: before, own: mine, main: theirs };
}

/** More tasks than this say nothing more. */
const mostLanded = 5;

/** The tasks that changed the conflicted files on main since the branch left it, the latest first. */
async function landedOn({ context, phase }: ConflictCase, state: RunState): Promise<readonly LandedTask[]> {
  const touching = [...context.memory.landed, ...landedIn(state)]
    .filter(({ paths }) => paths.some((path) => phase.paths.includes(path)))
    .reverse();
  const found: LandedTask[] = [];
  for (const task of touching) {
    if (found.length === mostLanded) break;
    const isNew = !(await isAncestor(context.git, task.commit, phase.work.base));
    if (isNew && (await isAncestor(context.git, task.commit, phase.onto))) found.push(task);
  }
  return found;
}

/** Why the last round was not enough, in words for the agent: of lost lines all that are known. */
function told(why: Reason, task: string): string {
  const { message } = reasonSentence(why, { task });
  return why.kind === 'conflictLost' && why.detail !== undefined ? `${message}\n\n${why.detail}` : message;
}
