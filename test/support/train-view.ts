import type { TrainView } from '../../src/landing/index.ts';
import { queue, type RunState, stepOf } from '../../src/orchestrator/index.ts';

/** What the train decides from, as the program itself makes it of a state. */
export function viewOf(state: RunState): TrainView {
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
