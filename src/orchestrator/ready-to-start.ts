import type { TaskId } from './event.ts';
import { isEnded, type Phase, type RunState, type StepState, stepOf } from './state.ts';
import { undoneBy } from './step-spec.ts';

/** Why a step that waits does not start now; the first that holds is the one to show. */
export type WaitingFor =
  | { readonly kind: 'decision' }
  | { readonly kind: 'dependency'; readonly tasks: readonly TaskId[] }
  | { readonly kind: 'earlier'; readonly tasks: readonly TaskId[] }
  | { readonly kind: 'resource'; readonly tasks: readonly TaskId[] }
  | { readonly kind: 'slot'; readonly running: number };

/** An agent whose process is gone holds its slot no longer, although its work is still being looked at. */
const occupying: ReadonlySet<Phase['name']> = new Set(['preparing', 'prepared', 'running']);

/** The steps whose agents hold a slot now. */
export function occupied(state: RunState): readonly StepState[] {
  return [...state.steps.values()].filter(({ phase }) => occupying.has(phase.name) || isResolvedByAgent(phase));
}

const isResolvedByAgent = (phase: Phase): boolean => phase.name === 'resolving' && phase.turn === 'agent';

/** What keeps the waiting step of `task` from starting, or undefined when it may start at once. */
export function waitingFor(state: RunState, task: TaskId): WaitingFor | undefined {
  if (overlapsUndecided(state)) return { kind: 'decision' };
  const step = stepOf(state, task);
  const unmet = step.spec.after.filter((id) => !freesDependents(state.steps.get(id)));
  if (unmet.length > 0) return { kind: 'dependency', tasks: unmet };
  const earlier = serialPredecessors(state, task).filter((id) => blocksSuccessors(stepOf(state, id)));
  if (earlier.length > 0) return { kind: 'earlier', tasks: earlier };
  return roomFor(state, step);
}

/** What keeps an agent from starting beside those that are at work, or undefined when nothing does. */
export function roomFor(state: RunState, step: StepState): WaitingFor | undefined {
  const busy = occupied(state);
  const sharing = busy.filter((other) => other.spec.resources.some((name) => step.spec.resources.includes(name)));
  if (sharing.length > 0) return { kind: 'resource', tasks: sharing.map((other) => other.spec.task) };
  return busy.length >= state.maxParallel ? { kind: 'slot', running: busy.length } : undefined;
}

/**
 * Whether an agent whose question was answered may go on now. It gave its slot and its resources away when it asked, and the
 * steps that touch the same files were let past it: whoever took its place finishes first.
 */
export function mayResume(state: RunState, step: StepState): boolean {
  const passed = serialPartners(state, step.spec.task).map((id) => stepOf(state, id));
  return (
    roomFor(state, step) === undefined &&
    passed.every((other) => other.phase.name === 'waiting' || !blocksSuccessors(other))
  );
}

/** Nobody starts before a person has said how to go on: `cancel` promises that nothing was made. */
export const overlapsUndecided = (state: RunState): boolean =>
  state.overlaps.length > 0 && state.conflictChoice === undefined;

/** Those that overlap `task` and come before it in the run's order, when the choice was to run them one after the other. */
export function serialPredecessors(state: RunState, task: TaskId): readonly TaskId[] {
  const others = serialPartners(state, task);
  if (others.length === 0) return [];
  const order = [...state.steps.keys()];
  const own = order.indexOf(task);
  return others.filter((other) => order.indexOf(other) < own);
}

function serialPartners(state: RunState, task: TaskId): readonly TaskId[] {
  if (state.conflictChoice !== 'sequential') return [];
  const others = state.overlaps.flatMap(({ tasks: [a, b] }) => (a === task ? [b] : b === task ? [a] : []));
  return others.filter((other) => state.steps.has(other));
}

/** A step that waits for a person does not block those that merely touch the same files. */
function blocksSuccessors(step: StepState): boolean {
  if (step.phase.name === 'resolving') return step.phase.turn !== 'person';
  return !['landed', 'ended', 'held', 'asking'].includes(step.phase.name);
}

/** A dependency is met when its work is on main, or when its agent itself said that nothing had to change. */
function freesDependents(step: StepState | undefined): boolean {
  if (step === undefined) return true;
  const { phase } = step;
  // What is taken back is on main until that has landed, and stays there when it does not come to that.
  if (undoneBy(step.spec) !== undefined) return phase.name === 'ended' && phase.outcome !== 'landed';
  if (phase.name === 'landed') return true;
  if (phase.name !== 'ended') return false;
  return phase.outcome === 'landed' || (phase.outcome === 'no_change' && phase.reason?.kind === 'noChange');
}

/** A dependency that is over and was not met will not be met in this run. */
export const failsDependents = (step: StepState | undefined): boolean =>
  step !== undefined && isEnded(step) && !freesDependents(step);
