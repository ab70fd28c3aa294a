import type { Git } from '../git/index.ts';
import { assertNever } from '../std/index.ts';
import { type BuildPlan, buildChain } from './build-chain.ts';
import { land } from './land.ts';
import { type Move, nextMove } from './next-move.ts';
import { type PlanTest, type TestRound, testRound } from './test-round.ts';
import type { Position, TellTrain, TrainEvent, TrainReason, TrainView, Verdict } from './train.ts';

export interface TrainPlan extends Omit<BuildPlan, 'main'> {
  readonly target: string;
  /** What testing needs; made for each position that is tested, because its slot, its log and its tag are its own. */
  readonly testing: PlanTest;
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
      return testRound(git, roundOf(move, plan, view), tell, signal);
    case 'land':
      return land(git, { target: plan.target, main: view.main, ...move, tested: view.tested }, tell);
    case 'accuse': {
      const { position, verdict } = move;
      await tell({ type: 'accused', task: position.task, position, verdict });
      return;
    }
    case 'stopQueue':
      return stopQueue(view, move.verdict, tell);
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

function roundOf(move: Move & { readonly kind: 'test' }, plan: TrainPlan, view: TrainView): TestRound {
  const { positions, main } = move;
  return { positions, mode: view.alone ? 'each' : view.mode, plan: plan.testing, ...(main ? { main: view.main } : {}) };
}

/** A red main blames nobody: whoever waits goes on waiting, for a person to mend main. */
async function stopQueue(view: TrainView, verdict: Verdict, tell: TellTrain): Promise<void> {
  const reason: TrainReason = { kind: 'mainRed', log: verdict.log };
  for (const { task } of view.candidates) await tell({ type: 'held', task, reason });
}

function dropped(position: Position, verdict: Verdict): TrainEvent {
  const reason = verdict.why ?? { kind: 'testsRed', log: verdict.log };
  return { type: 'stepEnded', task: position.task, outcome: 'tests_failed', reason };
}
