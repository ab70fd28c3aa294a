import type { TrainView, Verdict } from '../../src/landing/index.ts';
import { queue, type RunState, stepOf } from '../../src/orchestrator/index.ts';

/** How a train tests, and what each candidate is thought to be bad with. */
export interface TrainSettings {
  readonly mode?: TrainView['mode'];
  readonly slots?: number;
  readonly failure?: number;
}

/** What the train decides from, as the program itself makes it of a state; in probe mode, with one slot and in queue order if nothing else is said. */
export function viewOf(state: RunState, { mode = 'probe', slots = 1, failure = 0.1 }: TrainSettings = {}): TrainView {
  const { main, chainBase, positions, alone, conflicts, verdicts, mainTested, accusedOn } = state.train;
  const candidates = queue(state).map(({ task, work }) => {
    const { spec, accused } = stepOf(state, task);
    const { title, branch } = spec;
    return { task, title, branch, tip: work.tip, paths: work.paths, failure, accused: accused !== undefined };
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
    accusedHere: accusedOn === main,
    verdicts: verdicts as TrainView['verdicts'],
    mode,
    slots,
    tested: state.tested === 'yes',
  };
}
