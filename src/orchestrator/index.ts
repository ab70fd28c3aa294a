/** State, events, the reducer, the rules and the loop that carries effects out: what a run is and what it does next. */
export { decide } from './decide.ts';
export { conflictReason } from './decide-conflict.ts';
export { decideInterrupted } from './decide-interrupted.ts';
export type { Effect, Effects, Tell } from './effect.ts';
export type {
  ConflictChoice,
  GateFinding,
  Outcome,
  Overlap,
  Position,
  Question,
  Reason,
  ReasonKind,
  Recorded,
  RunEvent,
  StatusClaim,
  TaskId,
} from './event.ts';
export { exitCodeOf } from './exit-code.ts';
export { type Loop, type LoopPorts, startLoop } from './loop.ts';
export { occupied, serialPredecessors, type WaitingFor, waitingFor } from './ready-to-start.ts';
export { foldRun, reduce } from './reduce.ts';
export {
  type ChosenAgent,
  overlapsAmong,
  type SelectedOverlap,
  type Selection,
  type StepContext,
  select,
  stepFor,
} from './select.ts';
export {
  type AskedQuestion,
  type GateRecord,
  isEnded,
  openQuestions,
  type Phase,
  queue,
  type RunState,
  type StepState,
  stepOf,
  type Train,
  workOf,
} from './state.ts';
export { type Landing, type StepEntry, type StepSpec, undoneBy, type Work } from './step-spec.ts';
