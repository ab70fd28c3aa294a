import { moveTrain, type Position, type TestPlan, type TrainView } from '../../landing/index.ts';
import { type Effects, queue, type RunState, stepOf } from '../../orchestrator/index.ts';
import { now } from '../../system/index.ts';
import { attemptFile, neverLands, type RunContext, runVariables, slotsFolder, tagOf } from './context.ts';
import { setUpSlot } from './set-up-slot.ts';

/** Makes one move of the landing train. */
export function moveTrainEffect(context: RunContext): Effects['moveTrain'] {
  const { settings, git, target, run } = context;
  return async (state, tell, signal) => {
    const testing = (position: Position): TestPlan => testPlan(context, state, position);
    const plan = { target, run, strategy: settings.landing.strategy, keepFromMain: neverLands(settings), testing };
    await moveTrain(git, plan, viewOf(state), tell, signal);
  };
}

function viewOf(state: RunState): TrainView {
  const { main, chainBase, positions, conflicts, verdicts } = state.train;
  const candidates = queue(state).map(({ task, work }) => {
    const { title, branch } = stepOf(state, task).spec;
    return { task, title, branch, tip: work.tip, paths: work.paths };
  });
  const base = chainBase === undefined ? {} : { chainBase };
  return {
    main,
    candidates,
    ...base,
    positions,
    conflicts,
    verdicts: verdicts as TrainView['verdicts'],
    tested: state.tested === 'yes',
  };
}

function testPlan(context: RunContext, state: RunState, position: Position): TestPlan {
  const step = stepOf(state, position.task);
  const { landing } = context.settings;
  return {
    slotsFolder: slotsFolder(context.workspace),
    commands: landing.test ?? [],
    timeoutMs: landing.timeoutMs,
    keep: landing.keep,
    env: { ...context.env, ...runVariables(context, step) },
    tag: tagOf(context, step, 'test'),
    log: attemptFile(context, step, `test-${position.commit.slice(0, 10)}.log`),
    setUp: (folder, _commit, log, signal) => setUpSlot(context, { name: '1', folder }, log, signal),
    now,
  };
}
