import type { Recorded } from './event.ts';
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
      return { ...train, chainBase: event.base, positions: event.positions, conflicts: event.conflicts };
    case 'testStarted':
      return { ...train, testing: event.position.task };
    case 'testEnded': {
      const { testing: _, ...rest } = train;
      const verdict = {
        verdict: event.verdict,
        log: event.log,
        ...(event.why === undefined ? {} : { why: event.why }),
      };
      return { ...rest, verdicts: new Map(train.verdicts).set(event.position.tree, verdict) };
    }
    case 'landingIntended':
      // A candidate that left between the test and this intent does not land: whoever intends it looks here before it acts.
      return steps.get(event.task)?.phase.name === 'queued' ? { ...train, landing: event.task } : train;
    case 'landed':
      return afterLanding(train, event.commit);
    case 'targetMoved': {
      const { landing: _, chainBase: __, ...rest } = train;
      return { ...rest, main: event.to, positions: [], conflicts: [] };
    }
    case 'held':
    case 'stepEnded':
      return without(train, event.task);
    default:
      return train;
  }
}

/** The chain behind a landed commit stays as it was built: its base is now main. */
function afterLanding(train: Train, commit: string): Train {
  const { landing: _, chainBase: __, ...rest } = train;
  const [first, ...others] = train.positions;
  const kept = first?.commit === commit;
  return {
    ...rest,
    main: commit,
    ...(kept ? { chainBase: commit } : {}),
    positions: kept ? others : [],
    conflicts: kept ? train.conflicts : [],
  };
}

/** A candidate that leaves takes the chain behind it along: those commits hold its work. */
function without(train: Train, task: string): Train {
  const { landing, testing, ...rest } = train;
  const at = train.positions.findIndex((position) => position.task === task);
  return {
    ...rest,
    ...(landing === undefined || landing === task ? {} : { landing }),
    ...(testing === undefined || testing === task ? {} : { testing }),
    conflicts: train.conflicts.filter((conflict) => conflict.task !== task),
    positions: at < 0 ? train.positions : train.positions.slice(0, at),
  };
}

function withTestTime(state: RunState, event: Recorded & { readonly type: 'testEnded' }): RunState {
  const step = state.steps.get(event.position.task);
  if (step === undefined) return state;
  const tested: StepState = { ...step, busyMs: step.busyMs + event.ms, testLog: event.log };
  return { ...state, steps: new Map(state.steps).set(event.position.task, tested) };
}
