import { type PlanContext, planRun, type RunPlan, type RunRequest } from './plan-run.ts';
import { planUndo, type UndoRequest } from './plan-undo.ts';

/** What a run can be asked for: work on tasks, or to take back what has landed. */
export type AnyRequest = RunRequest | UndoRequest;

/** Turns a request into the steps of a run. Refuses, before anything starts, what cannot be meant. */
export const planRequest = (context: PlanContext, request: AnyRequest): Promise<RunPlan> =>
  request.mode === 'undo' ? planUndo(context, request) : planRun(context, request);
