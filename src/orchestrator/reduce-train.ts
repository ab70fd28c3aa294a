import type { Position, Recorded, TestVerdict } from './event.ts';
import type { RunState, StepState, Train } from './state.ts';

/** Folds an event into the train: the chain that is built, the verdicts on its trees, and what main is. */
export function reduceTrain(state: RunState, event: Recorded): RunState {
  const train = trainAfter(state, event);
  const tested = event.type === 'testEnded' ? withTestTime(state, event) : state;
  return train === state.train ? tested : { ...tested, train };
}

function trainAfter({ train, steps }: RunState, event: Recorded): Train {
  switch (event.type) {
    case 'chainBuilt':
      return afterBuilding(train, event);
    case 'testStarted':
      return afterTestStart(train, event.position.task);
    case 'testCancelled':
      return { ...train, testing: removed(train.testing, event.position.task) };
    case 'testEnded':
      return {
        ...train,
        testing: removed(train.testing, event.position.task),
        verdicts: new Map(train.verdicts).set(event.position.tree, verdictOf(event, train.together)),
      };
    case 'verdictRecalled':
      return {
        ...train,
        verdicts: new Map(train.verdicts).set(event.position.tree, { verdict: 'green', log: event.log }),
      };
    case 'accused': {
      // The second chance is a new run on what may be the same tree, so the first verdict on it is forgotten.
      const verdicts = new Map(train.verdicts);
      verdicts.delete(event.position.tree);
      return { ...without(train, event.task), verdicts, accusedOn: train.main };
    }
    case 'slotsLowered':
      return { ...train, slotsAtMost: Math.min(event.to, train.slotsAtMost ?? event.to) };
    case 'mainTested':
      return afterMainTest(train, event);
    case 'landingIntended': {
      // A candidate that left between the test and this intent does not land: whoever intends it looks here before it acts.
      // A journal of the time when one landed after the other has no list, and says nothing that matters now.
      const tasks: readonly string[] = event.tasks ?? [];
      const queued = tasks.every((task) => steps.get(task)?.phase.name === 'queued');
      return queued ? { ...train, landing: tasks } : train;
    }
    case 'landed':
      return afterLanding(train, event.task, event.commit);
    case 'targetMoved': {
      const { chainBase: _, ...rest } = train;
      return { ...rest, main: event.to, positions: [], conflicts: [], landing: [] };
    }
    case 'holdLifted': {
      const { phase } = steps.get(event.task) ?? {};
      return phase?.name === 'held' && phase.reason.kind === 'mainRed' ? withoutReds(train) : train;
    }
    case 'held':
    case 'undoCollided':
    case 'conflictFound':
    case 'stepEnded':
      return without(train, event.task);
    default:
      return train;
  }
}

function verdictOf(
  { verdict, log, why }: Recorded & { readonly type: 'testEnded' },
  together: number | undefined,
): TestVerdict {
  return { verdict, log, ...(why === undefined ? {} : { why }), ...(together === undefined ? {} : { together }) };
}

function afterTestStart(train: Train, task: string): Train {
  const testing = [...train.testing, task];
  const before = train.testing.length === 0 ? 0 : (train.together ?? 0);
  return { ...train, testing, together: Math.max(before, testing.length) };
}

/** Between two rounds no test is under way, whatever became of the last one. */
function afterBuilding(train: Train, event: Recorded & { readonly type: 'chainBuilt' }): Train {
  const { base, positions, conflicts, alone = false } = event;
  const before = alone ? withSecondChances(train, positions) : train;
  return { ...before, chainBase: base, positions, conflicts, alone, testing: [] };
}

/**
 * Second chances begin afresh: what main was before the first of them says nothing about it now, and a red on the same tree was
 * what the chance is given for. When everything else has landed, an accused candidate on main is the tree that the chain ended with.
 */
function withSecondChances(train: Train, positions: readonly Position[]): Train {
  const { mainTested: _, mainRedOnce: __, ...rest } = train;
  const known = new Set(train.alone ? train.positions.map(({ commit }) => commit) : []);
  const verdicts = new Map(train.verdicts);
  for (const { commit, tree } of positions) {
    if (!known.has(commit) && verdicts.get(tree)?.verdict !== 'green') verdicts.delete(tree);
  }
  return { ...(train.alone ? train : rest), verdicts };
}

/** Main gets a second chance like everybody: a red that is green next time does not stop the queue. */
function afterMainTest(train: Train, { commit, verdict }: Recorded & { readonly type: 'mainTested' }): Train {
  const isSettled = verdict.verdict === 'green' || train.mainRedOnce === commit;
  return isSettled ? { ...train, mainTested: { commit, verdict } } : { ...train, mainRedOnce: commit };
}

/** A person says that main is mended, or what it needs is there again: whatever was red under it is to be seen anew. */
function withoutReds(train: Train): Train {
  const { mainTested: _, mainRedOnce: __, accusedOn: ___, ...rest } = train;
  return { ...rest, verdicts: new Map([...train.verdicts].filter(([, { verdict }]) => verdict === 'green')) };
}

/** The chain behind a landed commit stays as it was built: its base is now main. */
function afterLanding(train: Train, task: string, commit: string): Train {
  const { chainBase: _, ...rest } = train;
  const [first, ...others] = train.positions;
  const kept = first?.commit === commit && !train.alone;
  return {
    ...rest,
    main: commit,
    landing: removed(train.landing, task),
    ...(kept ? { chainBase: commit } : {}),
    positions: kept ? others : [],
    conflicts: kept ? train.conflicts : [],
  };
}

/** A candidate that leaves takes the chain behind it along: those commits hold its work. */
function without(train: Train, task: string): Train {
  const at = train.positions.findIndex((position) => position.task === task);
  const others = train.alone ? train.positions.filter((_, index) => index !== at) : train.positions.slice(0, at);
  return {
    ...train,
    landing: train.landing.includes(task) ? [] : train.landing,
    testing: removed(train.testing, task),
    conflicts: train.conflicts.filter((conflict) => conflict.task !== task),
    positions: at < 0 ? train.positions : others,
  };
}

/** The list as it is when nothing has to go, so that a state that did not change stays the same object. */
const removed = (tasks: readonly string[], task: string): readonly string[] =>
  tasks.includes(task) ? tasks.filter((other) => other !== task) : tasks;

function withTestTime(state: RunState, event: Recorded & { readonly type: 'testEnded' }): RunState {
  const step = state.steps.get(event.position.task);
  if (step === undefined) return state;
  const tested: StepState = { ...step, busyMs: step.busyMs + event.ms, testLog: event.log };
  return { ...state, steps: new Map(state.steps).set(event.position.task, tested) };
}
