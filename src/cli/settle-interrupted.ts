import { type Git, isAncestor } from '../git/index.ts';
import type { Journal } from '../journal/index.ts';
import {
  foldRun,
  isEnded,
  type Recorded,
  type RunEvent,
  type RunState,
  type StepState,
  type Tell,
  undoneBy,
} from '../orchestrator/index.ts';
import { scratchEnvironment, sweepTag } from '../system/index.ts';
import { conflictCase } from './effects/conflict-case.ts';
import { abandonRound } from './effects/conflict-round.ts';
import type { RunContext } from './effects/context.ts';
import { slotPool } from './effects/slot-pool.ts';
import { tidyEffect } from './effects/tidy.ts';
import type { History } from './history.ts';
import { noMemory } from './train-memory.ts';
import type { Target, Workspace } from './workspace.ts';

export interface Interrupted {
  readonly workspace: Workspace;
  readonly git: Git;
  readonly target: Target;
  readonly history: History;
  readonly journal: Journal<RunEvent & { readonly run: string }>;
}

/**
 * Closes the runs that ended without a word because their process was killed. What they started is ended, by tag and never by number;
 * a landing that git shows on the target is recorded as landed; everything else is kept where it is and called interrupted.
 */
export async function settleInterrupted(parts: Interrupted): Promise<void> {
  for (const state of parts.history.runs.values()) {
    if (state.endedAt === undefined) await settle(parts, state);
  }
}

async function settle(parts: Interrupted, before: RunState): Promise<void> {
  let state = before;
  const record = async (...events: readonly RunEvent[]): Promise<RunState> => {
    const written = (await parts.journal.append(
      events.map((event) => ({ ...event, run: state.run })),
    )) as readonly Recorded[];
    state = foldRun(written, state) ?? state;
    return state;
  };
  // Whatever the run had started: agents, and the set-up, gate and test commands that would disturb the next ones.
  await sweepTag(state.run);
  const context = tidyContext(parts, state);
  for (const step of state.steps.values()) {
    await unresolve(context, step, record);
    if (!isEnded(step)) await record(...(await closing(parts, state, step)));
  }
  const tidy = tidyEffect(context);
  for (const step of state.steps.values()) {
    if (!step.tidied) await tidy(step, state, record, new AbortController().signal);
  }
  await record({ type: 'runEnded', exitCode: 1 });
}

/** Nobody has looked at what an agent made of a conflict, so its branch is again what it was. */
async function unresolve(context: RunContext, step: StepState, tell: Tell): Promise<void> {
  const { phase } = step;
  if (phase.name !== 'resolving' || phase.turn !== 'agent') return;
  await abandonRound(conflictCase({ context, step, phase, tell, signal: new AbortController().signal }));
}

/** What became of a step, by what git shows: only the target branch says that something landed. */
async function closing(parts: Interrupted, state: RunState, step: StepState): Promise<readonly RunEvent[]> {
  const { task } = step.spec;
  const undone = undoneBy(step.spec);
  const because = undone === undefined ? {} : { reason: { kind: 'undone', detail: undone } as const };
  const position = state.train.positions.find((one) => one.task === task);
  const onTarget =
    step.phase.name === 'landed' ||
    (state.train.landing.includes(task) &&
      position !== undefined &&
      (await isAncestor(parts.git, position.commit, parts.target.commit)));
  if (onTarget && position !== undefined && step.phase.name !== 'landed') {
    const { commit } = position;
    return [
      {
        type: 'landed',
        task,
        from: state.train.main,
        commit,
        tested: state.tested === 'yes',
        ...(undone === undefined ? {} : { undoes: undone }),
      },
      { type: 'stepEnded', task, outcome: 'landed', commit, ...because },
    ];
  }
  if (step.phase.name === 'landed')
    return [{ type: 'stepEnded', task, outcome: 'landed', commit: step.phase.commit, ...because }];
  return [{ type: 'stepEnded', task, outcome: 'cancelled', reason: { kind: 'interrupted' } }];
}

function tidyContext(parts: Interrupted, state: RunState): RunContext {
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
