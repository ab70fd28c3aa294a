import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  moveTrain,
  type Position,
  slotCount,
  type TestPlan,
  type TrainPlan,
  type TrainView,
  type Verdict,
} from '../../landing/index.ts';
import { type Effects, occupied, queue, type RunState, stepOf } from '../../orchestrator/index.ts';
import { now } from '../../system/index.ts';
import { type RunContext, slotsFolder } from './context.ts';
import { setUpSlot } from './set-up-slot.ts';

/** Makes one move of the landing train. */
export function moveTrainEffect(context: RunContext): Effects['moveTrain'] {
  const { settings, git, target, run } = context;
  return async (state, tell, signal) => {
    const testing: TrainPlan['testing'] = (position, slot) => testPlan(context, state, position, slot);
    const plan = { target, run, strategy: settings.landing.strategy, keepFromMain: [settings.tasks.file], testing };
    await moveTrain(git, plan, viewOf(context, state), tell, signal);
  };
}

function viewOf(context: RunContext, state: RunState): TrainView {
  const { main, chainBase, positions, alone, conflicts, verdicts, mainTested } = state.train;
  const { mode, slots } = context.settings.landing;
  const candidates = queue(state).map(({ task, work }) => {
    const { spec, accused } = stepOf(state, task);
    const { title, branch } = spec;
    return { task, title, branch, tip: work.tip, paths: work.paths, failure: 0.1, accused: accused !== undefined };
  });
  const base = chainBase === undefined ? {} : { chainBase };
  return {
    main,
    candidates,
    ...base,
    positions,
    alone,
    conflicts,
    ...(mainTested?.commit === main ? { mainVerdict: mainTested.verdict as Verdict } : {}),
    mode,
    slots: slotCount(slots, availableParallelism(), occupied(state).length),
    verdicts: verdicts as TrainView['verdicts'],
    tested: state.tested === 'yes',
  };
}

function testPlan(context: RunContext, state: RunState, position: Position, number: number): TestPlan {
  const slot = String(number);
  const step = state.steps.get(position.task);
  const { landing } = context.settings;
  return {
    slotsFolder: slotsFolder(context.workspace),
    slot,
    commands: landing.test ?? [],
    timeoutMs: landing.timeoutMs,
    keep: landing.keep,
    env: {
      ...context.env,
      WT_ORCH_RUN: context.run,
      ...(step === undefined ? {} : { WT_ORCH_TASK: position.task }),
      WT_ORCH_SLOT: slot,
    },
    tag: `${context.run}/test/${position.commit.slice(0, 10)}`,
    log: join(context.folder, `test-${position.commit.slice(0, 10)}.log`),
    setUp: (folder, log, signal) => setUpSlot(context, { name: slot, folder }, log, signal),
    now,
  };
}
