import { type Git, tipOf } from '../git/index.ts';
import { assertNever } from '../std/index.ts';
import { type BuildPlan, buildChain } from './build-chain.ts';
import { afterMove, type LandPlan, land } from './land.ts';
import { type Move, nextMove } from './next-move.ts';
import { type PlanTest, type TestRound, testRound } from './test-round.ts';
import type { Position, TellTrain, TrainEvent, TrainReason, TrainView, Verdict } from './train.ts';

export interface TrainPlan extends Omit<BuildPlan, 'main'> {
  readonly target: string;
  /** What testing needs; made for each position that is tested, because its slot, its log and its tag are its own. */
  readonly testing: PlanTest;
}

/**
 * Decides one move, makes it, and tells what happened. When the target is not where the view says, that alone is told: whatever
 * would be tested, dropped or held now belongs to a main that is gone. A move that was aborted tells nothing more.
 */
export async function moveTrain(
  git: Git,
  plan: TrainPlan,
  view: TrainView,
  tell: TellTrain,
  signal: AbortSignal,
): Promise<void> {
  const move = nextMove(view);
  if (move.kind === 'wait') return;
  const target = await tipOf(git, `refs/heads/${plan.target}`);
  if (target !== view.main)
    return afterMove(git, { ...landPlan(plan, view), positions: standingOf(view) }, target, tell);
  switch (move.kind) {
    case 'build':
      return buildChain(git, { ...plan, main: view.main }, move, tell);
    case 'test':
      return testRound(git, roundOf(move, plan, view), tell, signal);
    case 'land':
      return land(git, { ...landPlan(plan, view), ...move }, tell);
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
      const isUndo = view.candidates.some((one) => one.task === task && one.undoes !== undefined);
      await tell(isUndo ? { type: 'undoCollided', task, paths } : { type: 'conflictFound', ...move.conflict });
      return;
    }
    default:
      return assertNever(move);
  }
}

function landPlan(plan: TrainPlan, view: TrainView): Omit<LandPlan, 'positions'> {
  return { target: plan.target, main: view.main, candidates: view.candidates, tested: view.tested };
}

/** The positions of those that still wait, at the tips that wait. */
function standingOf({ positions, candidates }: TrainView): readonly Position[] {
  return positions.filter(({ task, tip }) => candidates.some((one) => one.task === task && one.tip === tip));
}

function roundOf(move: Move & { readonly kind: 'test' }, plan: TrainPlan, view: TrainView): TestRound {
  const { positions, main } = move;
  return { positions, mode: view.alone ? 'each' : view.mode, plan: plan.testing, ...(main ? { main: view.main } : {}) };
}

/** A red main blames nobody: whoever waits is held, for a person to mend main. */
async function stopQueue(view: TrainView, verdict: Verdict, tell: TellTrain): Promise<void> {
  const detail = verdict.why?.detail === undefined ? {} : { detail: verdict.why.detail };
  const reason: TrainReason = { kind: 'mainRed', log: verdict.log, ...detail };
  for (const { task } of view.candidates) await tell({ type: 'held', task, reason });
}

function dropped(position: Position, verdict: Verdict): TrainEvent {
  const reason = verdict.why ?? { kind: 'testsRed', log: verdict.log };
  return { type: 'stepEnded', task: position.task, outcome: 'tests_failed', reason };
}
