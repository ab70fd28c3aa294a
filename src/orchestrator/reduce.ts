import type { Recorded, TaskId } from './event.ts';
import { reduceStep } from './reduce-step.ts';
import { reduceTrain } from './reduce-train.ts';
import type { RunState, StepState } from './state.ts';
import type { StepSpec } from './step-spec.ts';

/**
 * Folds one event of a run into its state; `undefined` is the state before `runStarted`.
 * Total: an event that does not fit where the run stands (a late word from an effect that was told to stop) changes nothing but what it surely tells.
 */
export function reduce(state: RunState | undefined, event: Recorded): RunState | undefined {
  if (event.type === 'runStarted') return started(event);
  if (state === undefined) return undefined;
  const next = reduceTrain(reduceRun(state, event), event);
  if (!('task' in event) || event.task === undefined) return next;
  const step = next.steps.get(event.task);
  if (step === undefined) return next;
  return withStep(next, event.task, reduceStep(step, event, next));
}

/** Folds many events of one run, oldest first. */
export function foldRun(events: Iterable<Recorded>, state?: RunState): RunState | undefined {
  let folded = state;
  for (const event of events) folded = reduce(folded, event);
  return folded;
}

function started(event: Recorded & { readonly type: 'runStarted' }): RunState {
  return {
    run: event.run,
    target: event.target,
    maxParallel: event.maxParallel,
    land: event.land,
    tested: event.tested,
    onConflict: event.onConflict,
    attended: event.attended,
    conflictRounds: event.conflictRounds ?? 0,
    pid: event.pid,
    steps: new Map(event.steps.map((spec) => [spec.task, firstState(spec, event.time)])),
    skipped: new Map(event.skipped.map(({ task, reason }) => [task, reason])),
    overlaps: event.overlaps,
    questions: new Map(),
    questionsBefore: event.questionsBefore ?? 0,
    train: {
      main: event.base,
      alone: false,
      positions: [],
      conflicts: [],
      verdicts: new Map(),
      testing: [],
      landing: [],
    },
    places: event.steps.length,
    startedAt: event.time,
  };
}

function firstState(spec: StepSpec, time: string): StepState {
  const { entry } = spec;
  const common = {
    spec,
    attempt: spec.attempt,
    // Whoever names a landing to be taken back has said yes to that.
    approved: entry.kind === 'undo' || (entry.kind === 'land' && entry.approved),
    conflictRounds: 0,
    stopRequested: false,
    rejectedReports: 0,
    gates: [],
    busyMs: 0,
    phaseSince: time,
    tidied: false,
  };
  if (entry.kind === 'land') {
    return {
      ...common,
      phase: { name: 'judging', work: entry.work },
      worktree: 'there',
      base: entry.work.base,
      startedAt: time,
    };
  }
  if (entry.kind === 'undo') return { ...common, phase: { name: 'undoing' }, worktree: 'none', startedAt: time };
  const note = entry.kind === 'continue' && entry.note !== undefined ? { note: entry.note } : {};
  return { ...common, ...note, phase: { name: 'waiting' }, worktree: entry.kind === 'continue' ? 'there' : 'none' };
}

function reduceRun(state: RunState, event: Recorded): RunState {
  switch (event.type) {
    case 'tasksJoined':
      return joined(state, event);
    case 'overlapsDecided':
      return { ...state, conflictChoice: event.choice };
    case 'questionAsked':
      return { ...state, questions: new Map(state.questions).set(event.question.id, { question: event.question }) };
    case 'questionAnswered':
      return answered(state, event);
    case 'questionWithdrawn':
      return withQuestion(state, event.question, { withdrawn: true });
    case 'stopRequested':
      return event.task === undefined
        ? { ...state, stop: event.by, steps: mapSteps(state, (step) => ({ ...step, stopRequested: true })) }
        : state;
    case 'personLeft':
      return { ...state, attended: false };
    case 'candidateQueued':
      return { ...state, places: state.places + 1 };
    case 'runEnded':
      return { ...state, endedAt: event.time, exitCode: event.exitCode };
    default:
      return state;
  }
}

/**
 * A step that is under way stays as it is, whoever joined its task a second time meanwhile; one that has ended begins again, as
 * another attempt. After a stop of the run those that join are stopped with the rest.
 */
function joined(state: RunState, event: Recorded & { readonly type: 'tasksJoined' }): RunState {
  const steps = new Map(state.steps);
  for (const spec of event.steps) {
    const old = steps.get(spec.task);
    if (old !== undefined && old.phase.name !== 'ended') continue;
    const fresh = firstState({ ...spec, attempt: Math.max(spec.attempt, (old?.attempt ?? 0) + 1) }, event.time);
    // Whoever waits for its place in the order waits behind those that are there already.
    steps.delete(spec.task);
    steps.set(spec.task, { ...fresh, stopRequested: state.stop !== undefined });
  }
  const skipped = new Map([...state.skipped, ...event.skipped.map(({ task, reason }) => [task, reason] as const)]);
  for (const task of steps.keys()) skipped.delete(task);
  return { ...state, steps, skipped, overlaps: [...state.overlaps, ...event.overlaps] };
}

/**
 * An answer moves the step that asked: on to the queue, back to its agent, or to its end; the rules in `decide` say which.
 * The first answer counts, and only one of those that were offered.
 */
function answered(state: RunState, event: Recorded & { readonly type: 'questionAnswered' }): RunState {
  const asked = state.questions.get(event.question);
  if (asked === undefined || asked.answer !== undefined || asked.withdrawn === true) return state;
  const { options } = asked.question;
  if (options.length > 0 && !options.includes(event.value)) return state;
  return withQuestion(state, event.question, { answer: event.value });
}

function withQuestion(
  state: RunState,
  id: string,
  change: { readonly answer?: string; readonly withdrawn?: boolean },
): RunState {
  const asked = state.questions.get(id);
  if (asked === undefined) return state;
  return { ...state, questions: new Map(state.questions).set(id, { ...asked, ...change }) };
}

function withStep(state: RunState, task: TaskId, step: StepState): RunState {
  return { ...state, steps: new Map(state.steps).set(task, step) };
}

function mapSteps(state: RunState, change: (step: StepState) => StepState): ReadonlyMap<TaskId, StepState> {
  return new Map([...state.steps].map(([task, step]) => [task, change(step)]));
}
