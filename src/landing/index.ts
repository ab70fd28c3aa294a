/** Candidates, the train, landing, holds: main moves only to a commit whose exact tree was tested. */

export { flawIn, type ResolutionFlaw } from './check-resolution.ts';
export { type ConflictRule, type PathRule, ruleFor } from './conflict-rules.ts';
export { emptyRecord, estimate, type FailureRecord, featuresOf, learn } from './failure-estimate.ts';
export { explanationsIn } from './lost-lines.ts';
export { moveTrain, type TrainPlan } from './move-train.ts';
export { type Move, nextMove } from './next-move.ts';
export { queueOrder } from './queue-order.ts';
export { type RegeneratePlan, regenerate } from './regenerate.ts';
export { type Regenerated, type Settlement, settleByRules } from './settle-by-rules.ts';
export { loweredSlots, slotCount } from './slot-count.ts';
export type { TestPlan } from './test-commit.ts';
export type {
  Candidate,
  Position,
  TellTrain,
  TextConflict,
  TrainEvent,
  TrainReason,
  TrainView,
  Verdict,
} from './train.ts';
export { prepareUndo, type Undo, type UndoFailure, type UndoPlan } from './undo.ts';
