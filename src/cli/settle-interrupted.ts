import { type Git, isAncestor, resolveCommit, tipOf } from '../git/index.ts';
import type { Journal } from '../journal/index.ts';
import {
  decideInterrupted,
  foldRun,
  isEnded,
  type Recorded,
  type RunEvent,
  type RunState,
  type StepState,
  stepOf,
  type TaskId,
  type Tell,
  undoneBy,
} from '../orchestrator/index.ts';
import { messageOf, scratchEnvironment } from '../system/index.ts';
import { conflictCase } from './effects/conflict-case.ts';
import { abandonRound } from './effects/conflict-round.ts';
import type { RunContext } from './effects/context.ts';
import { harvestEffect } from './effects/harvest.ts';
import { slotPool } from './effects/slot-pool.ts';
import { tidyEffect } from './effects/tidy.ts';
import { noMemory } from './train-memory.ts';
import type { Workspace } from './workspace.ts';

export interface Interrupted {
  readonly workspace: Workspace;
  readonly git: Git;
  readonly journal: Journal<RunEvent & { readonly run: string }>;
}

/**
 * Closes a run that ended without a word because its process was killed; nothing that it had started is alive any more. A landing
 * that git shows on the target is recorded as landed, work that an agent had finished is ready to land, everything else is kept where
 * it is and called interrupted. Each deed may be done again, so that this can be killed at any point too. Answers with the events that it recorded.
 */
export async function settleInterrupted(parts: Interrupted, before: RunState): Promise<readonly Recorded[]> {
  let state = before;
  const recorded: Recorded[] = [];
  const record = async (...events: readonly RunEvent[]): Promise<RunState> => {
    const written = (await parts.journal.append(
      events.map((event) => ({ ...event, run: state.run })),
    )) as readonly Recorded[];
    recorded.push(...written);
    state = foldRun(written, state) ?? state;
    return state;
  };
  const current = () => state;
  const context = contextOf(parts, state);
  for (const landed of await landings(parts.git, state)) await record(landed);
  for (const task of state.steps.keys()) {
    await unresolve(context, stepOf(state, task), record);
    await end(context, task, current, record);
  }
  const tidy = tidyEffect(context);
  for (const step of state.steps.values()) {
    if (!step.tidied) await tidy(step, state, record, new AbortController().signal);
  }
  await record({ type: 'runEnded', exitCode: 1 });
  return recorded;
}

/** Nobody has looked at what an agent made of a conflict, so its branch is again what it was. */
async function unresolve(context: RunContext, step: StepState, record: Tell): Promise<void> {
  const { phase, spec } = step;
  if (phase.name !== 'resolving' || phase.turn !== 'agent') return;
  const conflict = conflictCase({ context, step, phase, tell: record, signal: new AbortController().signal });
  await abandonRound(conflict).catch((problem: unknown) => noteProblem(record, spec.task, problem));
}

/** What is on the target and not in the journal: only the target branch says that something landed. */
async function landings(git: Git, state: RunState): Promise<readonly RunEvent[]> {
  const target = await tipOf(git, `refs/heads/${state.target}`);
  if (target === undefined) return [];
  const found: RunEvent[] = [];
  let from = state.train.main;
  for (const { task, commit } of state.train.positions) {
    const step = state.steps.get(task);
    if (step?.phase.name !== 'queued' || !(await isOn(git, commit, target))) continue;
    const undoes = undoneBy(step.spec);
    const undone = undoes === undefined ? {} : { undoes };
    found.push({ type: 'landed', task, from, commit, tested: state.tested === 'yes', ...undone });
    from = commit;
  }
  return found;
}

/** A commit of the chain that git has cleaned away since was on no branch. */
async function isOn(git: Git, commit: string, target: string): Promise<boolean> {
  return (await resolveCommit(git, commit)) !== undefined && (await isAncestor(git, commit, target));
}

async function end(context: RunContext, task: TaskId, current: () => RunState, record: Tell): Promise<void> {
  const step = () => stepOf(current(), task);
  while (!isEnded(step())) {
    const events = decideInterrupted(step(), current());
    if (events.length > 0) await record(...events);
    else await look(context, task, current(), record);
  }
}

/** Looks at what the agent left. What cannot be looked at is kept, and stops nobody. */
async function look(context: RunContext, task: TaskId, state: RunState, record: Tell): Promise<void> {
  const { phase } = stepOf(state, task);
  let latest = state;
  const tell: Tell = async (...events) => {
    latest = await record(...events);
    return latest;
  };
  try {
    await harvestEffect(context)(stepOf(state, task), state, tell, new AbortController().signal);
  } catch (problem) {
    await noteProblem(tell, task, problem);
  }
  if (stepOf(latest, task).phase !== phase) return;
  await record({ type: 'stepEnded', task, outcome: 'cancelled', reason: { kind: 'interrupted' } });
}

async function noteProblem(record: Tell, task: TaskId, problem: unknown): Promise<void> {
  await record({ type: 'noted', level: 'warning', task, text: messageOf(problem) });
}

function contextOf(parts: Interrupted, state: RunState): RunContext {
  const { workspace, git } = parts;
  return {
    workspace,
    settings: workspace.settings,
    git,
    run: state.run,
    folder: `${workspace.stateDir}/runs/${state.run}`,
    target: state.target,
    env: scratchEnvironment({}),
    userEnv: {},
    reports: { add: () => () => undefined, close: async () => undefined },
    gateSlots: slotPool('gate-'),
    memory: noMemory,
  };
}
