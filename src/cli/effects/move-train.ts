import { availableParallelism } from 'node:os';
import { forecast } from '../../git/index.ts';
import {
  type Candidate,
  estimate,
  featuresOf,
  loweredSlots,
  moveTrain,
  queueOrder,
  slotCount,
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
  undoneBy,
} from '../../orchestrator/index.ts';
import { neverLands, type RunContext } from './context.ts';
import { scratchFolder } from './scratch-folder.ts';
import { testPlan } from './test-plan.ts';

/** Nobody is passed by more younger ones than this, however much safer they are. */
const mostPassed = 5;

/** Makes one move of the landing train. */
export function moveTrainEffect(context: RunContext): Effects['moveTrain'] {
  const { settings, git, target, run } = context;
  const foretold = new Set<string>();
  let scratch: Promise<string> | undefined;
  return async (state, tell, signal) => {
    if (await recalled(context, state, tell)) return;
    await foretell(context, state, foretold, tell);
    if (await slotsLowered(context, state, tell)) return;
    scratch ??= scratchFolder(context.workspace.stateDir, context.env);
    const folder = await scratch;
    const testing: TrainPlan['testing'] = (position, slot) =>
      testPlan(context, state, { position, slot, scratch: folder });
    const plan = { target, run, strategy: settings.landing.strategy, keepFromMain: neverLands(settings), testing };
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
  const waiting = meeting(queue(state));
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

/** Those that change a path which another one changes too: only they can collide as text. */
function meeting<T extends { readonly work: { readonly paths: readonly string[] } }>(
  waiting: readonly T[],
): readonly T[] {
  const counts = new Map<string, number>();
  for (const { work } of waiting) for (const path of work.paths) counts.set(path, (counts.get(path) ?? 0) + 1);
  return waiting.filter(({ work }) => work.paths.some((path) => (counts.get(path) ?? 0) > 1));
}

function viewOf(context: RunContext, state: RunState): TrainView {
  const { main, chainBase, positions, alone, conflicts, verdicts, mainTested, accusedOn } = state.train;
  const { mode } = context.settings.landing;
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
    slots: slotsNow(context, state),
    verdicts: verdicts as TrainView['verdicts'],
    tested: state.tested === 'yes',
  };
}

/** As many as the settings and the machine allow, and no more than the suite has turned out to bear. */
function slotsNow(context: RunContext, state: RunState): number {
  const allowed = slotCount(context.settings.landing.slots, availableParallelism(), occupied(state).length);
  return Math.min(allowed, state.train.slotsAtMost ?? allowed);
}

/** A candidate that was red beside other tests and is green alone at the tail tells that the tests disturb each other. */
async function slotsLowered(context: RunContext, state: RunState, tell: Tell): Promise<boolean> {
  const { alone, positions, verdicts } = state.train;
  if (!alone) return false;
  for (const { task, tree } of positions) {
    const together = state.steps.get(task)?.accused?.together;
    if (together === undefined || verdicts.get(tree)?.verdict !== 'green') continue;
    const to = loweredSlots(slotsNow(context, state), together);
    if (to === undefined) continue;
    await tell({ type: 'slotsLowered', task, together, to });
    return true;
  }
  return false;
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
    const undoes = undoneBy(step.spec);
    return {
      ...{ task, title, branch, tip: work.tip, paths: work.paths, failure, accused: step.accused !== undefined },
      ...(undoes === undefined ? {} : { undoes }),
    };
  });
}

/** How many joined the queue after this one and have left it already. */
function passedBy(state: RunState, step: StepState): number {
  const place = step.place ?? 0;
  return [...state.steps.values()].filter((other) => (other.place ?? 0) > place && other.phase.name !== 'queued')
    .length;
}
