import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { forecast } from '../../git/index.ts';
import {
  type Candidate,
  estimate,
  featuresOf,
  moveTrain,
  type Position,
  queueOrder,
  slotCount,
  type TestPlan,
  type TrainPlan,
  type TrainView,
  type Verdict,
} from '../../landing/index.ts';
import {
  type Effects,
  occupied,
  queue,
  type RunState,
  type StepState,
  stepOf,
  type Tell,
} from '../../orchestrator/index.ts';
import { now } from '../../system/index.ts';
import { type RunContext, slotsFolder } from './context.ts';
import { setUpSlot } from './set-up-slot.ts';

/** Nobody is passed by more younger ones than this, however much safer they are. */
const mostPassed = 5;

/** Makes one move of the landing train. */
export function moveTrainEffect(context: RunContext): Effects['moveTrain'] {
  const { settings, git, target, run } = context;
  const foretold = new Set<string>();
  return async (state, tell, signal) => {
    if (await recalled(context, state, tell)) return;
    await foretell(context, state, foretold, tell);
    const testing: TrainPlan['testing'] = (position, slot) => testPlan(context, state, position, slot);
    const plan = { target, run, strategy: settings.landing.strategy, keepFromMain: [settings.tasks.file], testing };
    await moveTrain(git, plan, viewOf(context, state), tell, signal);
  };
}

/** A tree that was green before, under the same tests, is not tested again. */
async function recalled(context: RunContext, { train }: RunState, tell: Tell): Promise<boolean> {
  const known = train.positions.flatMap((position) => {
    const green = train.verdicts.has(position.tree) ? undefined : context.memory.green.get(position.tree);
    return green === undefined ? [] : [{ type: 'verdictRecalled', position, log: green.log, from: green.run } as const];
  });
  if (known.length > 0) await tell(...known);
  return known.length > 0;
}

/** Says once which candidates in the queue will not merge with each other, before the first of them lands. */
async function foretell(context: RunContext, state: RunState, foretold: Set<string>, tell: Tell): Promise<void> {
  const waiting = queue(state);
  if (waiting.length < 2 || waiting.every(({ work }) => foretold.has(work.tip))) return;
  const named = new Map(waiting.map(({ task, work }) => [work.tip, task]));
  const clashes = await forecast(context.git, state.train.main, [...named.keys()]);
  for (const { a, b, paths } of clashes) {
    const pair = [named.get(a), named.get(b)].filter((task) => task !== undefined);
    const isNew = !foretold.has(a) || !foretold.has(b);
    if (pair.length < 2 || !isNew) continue;
    await tell({
      type: 'noted',
      level: 'info',
      text: `${pair.join(' and ')} will not merge with each other: ${paths.join(', ')}`,
    });
  }
  for (const tip of named.keys()) foretold.add(tip);
}

function viewOf(context: RunContext, state: RunState): TrainView {
  const { main, chainBase, positions, alone, conflicts, verdicts, mainTested, accusedOn } = state.train;
  const { mode, slots } = context.settings.landing;
  const base = chainBase === undefined ? {} : { chainBase };
  return {
    main,
    candidates: candidatesOf(context, state),
    ...base,
    positions,
    alone,
    conflicts,
    ...(mainTested?.commit === main ? { mainVerdict: mainTested.verdict as Verdict } : {}),
    accusedHere: accusedOn === main,
    mode,
    slots: slotCount(slots, availableParallelism(), occupied(state).length),
    verdicts: verdicts as TrainView['verdicts'],
    tested: state.tested === 'yes',
  };
}

/** The queue in the order in which it is to land: urgent first, then the safer, and nobody passed for ever. */
function candidatesOf(context: RunContext, state: RunState): readonly Candidate[] {
  const waiting = queue(state).map(({ task, work }) => {
    const step = stepOf(state, task);
    const features = { agent: step.spec.agent, testedAlone: false, paths: work.paths };
    return {
      task,
      work,
      step,
      after: step.spec.after,
      priority: step.spec.priority ?? 0,
      failure: estimate(context.memory.failures, featuresOf({ ...features, ahead: [] })),
      joined: step.place ?? 0,
      passed: passedBy(state, step),
    };
  });
  const ahead: string[] = [];
  return queueOrder(waiting, mostPassed).map(({ task, work, step }) => {
    const features = featuresOf({ agent: step.spec.agent, testedAlone: false, paths: work.paths, ahead });
    ahead.push(...work.paths);
    const { title, branch } = step.spec;
    const failure = estimate(context.memory.failures, features);
    return { task, title, branch, tip: work.tip, paths: work.paths, failure, accused: step.accused !== undefined };
  });
}

/** How many joined the queue after this one and have left it already. */
function passedBy(state: RunState, step: StepState): number {
  const place = step.place ?? 0;
  return [...state.steps.values()].filter((other) => (other.place ?? 0) > place && other.phase.name !== 'queued')
    .length;
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
      WT_ORCH_PORT: String(firstPort + (number - 1) * portsPerSlot),
    },
    tag: `${context.run}/test/${position.commit.slice(0, 10)}`,
    log: join(context.folder, `test-${position.commit.slice(0, 10)}.log`),
    setUp: (folder, log, signal) => setUpSlot(context, { name: slot, folder }, log, signal),
    now,
  };
}

/** Tests that run side by side get a block of ports each, so that their servers do not meet; below the range that systems hand out. */
const firstPort = 21_000;
const portsPerSlot = 100;
