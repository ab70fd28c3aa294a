import type { Git } from '../git/index.ts';
import { assertNever } from '../std/index.ts';
import { type BuildPlan, buildChain } from './build-chain.ts';
import { land } from './land.ts';
import { nextMove } from './next-move.ts';
import { type TestPlan, testPosition } from './test-position.ts';
import type { Position, TellTrain, TrainEvent, TrainView, Verdict } from './train.ts';

export interface TrainPlan extends Omit<BuildPlan, 'main'> {
  readonly target: string;
  /** What testing needs; made for the position that is tested, because its log and its tag are its own. */
  readonly testing: (position: Position) => TestPlan;
}

/** Decides one move, makes it, and tells what happened. A move that was aborted tells nothing more. */
export async function moveTrain(
  git: Git,
  plan: TrainPlan,
  view: TrainView,
  tell: TellTrain,
  signal: AbortSignal,
): Promise<void> {
  const move = nextMove(view);
  switch (move.kind) {
    case 'wait':
      return;
    case 'build':
      return buildChain(git, { ...plan, main: view.main }, move, tell);
    case 'test':
      return testPosition(git, plan.testing(move.position), move.position, tell, signal);
    case 'land':
      return land(git, { target: plan.target, main: view.main, ...move, tested: view.tested }, tell);
    case 'drop':
      await tell(dropped(move.position, move.verdict));
      return;
    case 'leave': {
      const { task, paths } = move.conflict;
      await tell({ type: 'stepEnded', task, outcome: 'conflict', reason: { kind: 'textConflict', paths } });
      return;
    }
    default:
      return assertNever(move);
  }
}

function dropped(position: Position, verdict: Verdict): TrainEvent {
  const reason = verdict.why ?? { kind: 'testsRed', log: verdict.log };
  return { type: 'stepEnded', task: position.task, outcome: 'tests_failed', reason };
}
