import { join } from 'node:path';
import { watchReports } from '../agents/index.ts';
import { type Git, watchConfig } from '../git/index.ts';
import { type Loop, type Recorded, type RunEvent, type RunState, startLoop } from '../orchestrator/index.ts';
import { configChangeText, reasonSentence } from '../report/index.ts';
import { ensureFolder, pathKind, scratchEnvironment } from '../system/index.ts';
import type { World } from './command.ts';
import { type RunContext, worktreeRoot } from './effects/context.ts';
import { effectsFor } from './effects/index.ts';
import { notingConfig } from './effects/noting-config.ts';
import { slotPool } from './effects/slot-pool.ts';
import { excludeOwn } from './exclude-own.ts';
import { newRunId } from './new-run-id.ts';
import type { PlanContext, RunPlan } from './plan-run.ts';
import { Refusal } from './refusal.ts';
import { runSignals } from './run-signals.ts';
import { type ServedRun, serveRun } from './serve-run.ts';
import { gitTag, takeOver } from './take-over.ts';
import { type TrainMemory, testKeyOf, trainMemory } from './train-memory.ts';
import { openGitFor, requireDrivers, requireTarget, type Target, type Workspace } from './workspace.ts';

/** How one run is shown and steered; the rest is settings. */
export interface RunFace {
  readonly land: boolean;
  readonly onConflict: 'ask' | 'sequential' | 'parallel' | 'cancel';
  readonly maxParallel: number;
  /** A person sits at a terminal and can be asked. */
  readonly attended: boolean;
  /** Told each event once it is recorded. */
  readonly watch: (event: Recorded, state: RunState) => void;
  /** Told when the loop runs, so that questions can be put to a person. */
  readonly begun: (loop: Loop) => void;
}

/** What a run begins from; `plan` is asked once the lock is held, so that two runs never plan on the same state. */
export interface Opening {
  readonly workspace: Workspace;
  readonly world: World;
  readonly plan: (context: PlanContext) => Promise<RunPlan>;
  readonly face: RunFace;
}

/**
 * Is the orchestrator of the repository for one run, from the lock to its last event. Answers with the final state.
 * Refuses when another one holds the lock, when the journal is damaged, and when nothing can run.
 */
export async function orchestrate(opening: Opening): Promise<RunState> {
  const { workspace, world } = opening;
  const run = newRunId();
  const git = await openGitFor(workspace, world, gitTag(run));
  await using taken = await takeOver(workspace, git, run);
  const { lock, journal, history } = taken;
  // Not before: a landing of a run that was killed may just have come to its end.
  const target = await requireTarget(git, workspace.settings);
  await requireDrivers(git, target.commit);
  const plan = await opening.plan({ workspace, git, target, history });
  requireSomething(plan);
  for (const { task, reason } of plan.notYet) world.note(`${reasonSentence(reason, { task }).message}\n`);
  await prepareFolders(workspace, git, run);
  const reports = watchReports(world.note);
  const testKey = testKeyOf(workspace.settings, scratchEnvironment(world.env));
  const context = contextOf({ workspace, world, git, target, run, reports, memory: trainMemory(history, testKey) });
  const configChanges = await watchConfig(git);
  const begin = beginning(opening, target, plan);
  let served: ServedRun | undefined;
  const loop = startLoop(
    {
      record: (events) => journal.append(events.map((event) => ({ ...event, run }))) as Promise<readonly Recorded[]>,
      effects: notingConfig(effectsFor(context), configChanges),
      watch: (event, state) => {
        served?.pass(event);
        opening.face.watch(event, state);
      },
    },
    begin,
  );
  const signals = runSignals(loop, world);
  try {
    // Clients and questions look at the state, and there is none before the first events are recorded.
    await loop.tell();
    served = await serveRun({ workspace, git, target, loop, history });
    opening.face.begun(loop);
    const ended = await Promise.race([loop.ended, lock.lost.then(lostLock)]);
    // What tests changed after the last harvest comes too late for the record of the run.
    const late = await configChanges();
    if (late.length > 0) world.note(`warning: ${configChangeText(late)}\n`);
    return ended;
  } finally {
    signals.dispose();
    await served?.close();
    await reports.close();
  }
}

const lostLock = (): never => {
  throw new Refusal('The lock of this repository was lost, so this run stopped at once.', 'See wt-orch status.', 1);
};

function requireSomething(plan: RunPlan): void {
  if (plan.steps.length > 0) return;
  const lines = [...plan.skipped, ...plan.notYet].map(
    ({ task, reason }) => `${task}: ${reasonSentence(reason, { task }).message}`,
  );
  throw new Refusal(['There is no task that can run.', ...lines].join('\n'), 'See wt-orch plan.');
}

async function prepareFolders(workspace: Workspace, git: Git, run: string): Promise<void> {
  const kind = await pathKind(worktreeRoot(workspace));
  if (kind === 'file' || kind === 'other') {
    throw new Refusal(
      `${worktreeRoot(workspace)} is in the way: it is no folder.`,
      'Move it, or set `worktrees.root` in .wt-orch/config.yaml.',
    );
  }
  await ensureFolder(join(workspace.stateDir, 'runs', run));
  await excludeOwn(git, workspace.settings);
}

function contextOf(parts: {
  readonly workspace: Workspace;
  readonly world: World;
  readonly git: Git;
  readonly target: Target;
  readonly run: string;
  readonly reports: RunContext['reports'];
  readonly memory: TrainMemory;
}): RunContext {
  const { workspace, world, git, target, run, reports, memory } = parts;
  return {
    workspace,
    settings: workspace.settings,
    git,
    run,
    folder: join(workspace.stateDir, 'runs', run),
    target: target.branch,
    env: scratchEnvironment(world.env),
    userEnv: world.env,
    reports,
    gateSlots: slotPool('gate-'),
    memory,
  };
}

function beginning(opening: Opening, target: Target, plan: RunPlan): readonly RunEvent[] {
  const { face, workspace } = opening;
  const { test } = workspace.settings.landing;
  return [
    {
      type: 'runStarted',
      target: target.branch,
      base: target.commit,
      maxParallel: face.maxParallel,
      land: face.land,
      tested: test === undefined ? 'notConfigured' : test.length === 0 ? 'deliberatelyNot' : 'yes',
      testKey: testKeyOf(workspace.settings, scratchEnvironment(opening.world.env)),
      onConflict: face.onConflict,
      steps: plan.steps,
      skipped: plan.skipped,
      overlaps: plan.overlaps.filter((overlap) => !overlap.ordered).map(({ tasks, paths }) => ({ tasks, paths })),
      attended: face.attended,
      conflictRounds: workspace.settings.landing.conflictRounds,
      pid: process.pid,
    },
  ];
}
