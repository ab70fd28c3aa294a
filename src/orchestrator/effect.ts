import type { RunEvent, TaskId } from './event.ts';
import { queue, type RunState, type StepState } from './state.ts';

/** Something to do in the world, as data. `key` names it: two effects with one key are the same effect. */
export type Effect =
  | { readonly kind: 'undo'; readonly key: string; readonly task: TaskId }
  | { readonly kind: 'prepare'; readonly key: string; readonly task: TaskId }
  | { readonly kind: 'runAgent'; readonly key: string; readonly task: TaskId }
  | { readonly kind: 'harvest'; readonly key: string; readonly task: TaskId }
  | { readonly kind: 'judge'; readonly key: string; readonly task: TaskId }
  | { readonly kind: 'resolveConflict'; readonly key: string; readonly task: TaskId }
  | { readonly kind: 'tidy'; readonly key: string; readonly task: TaskId }
  | { readonly kind: 'moveTrain'; readonly key: string };

/** Records events durably and answers with the state that they lead to. An effect tells before it touches the world, and after. */
export type Tell = (...events: readonly RunEvent[]) => Promise<RunState>;

type StepEffect = (step: StepState, state: RunState, tell: Tell, signal: AbortSignal) => Promise<void>;

/**
 * How the loop reaches the world. Each function must bring its step out of the phase that called for it (it tells an event that does),
 * must be safe to start again after a crash, and on abort must leave nothing running and tell how it ended where the phase waits for it.
 */
export interface Effects {
  /** Makes the commit that takes a landing back, on a branch of its own. */
  readonly undo: StepEffect;
  readonly prepare: StepEffect;
  readonly runAgent: StepEffect;
  readonly harvest: StepEffect;
  readonly judge: StepEffect;
  /** Makes one try at a conflict: by the rules, with the agent, or by what a person has done. */
  readonly resolveConflict: StepEffect;
  readonly tidy: StepEffect;
  /** Makes one move of the train: builds, tests, lands, holds or drops, and returns. */
  readonly moveTrain: (state: RunState, tell: Tell, signal: AbortSignal) => Promise<void>;
}

/** The effects that the state calls for. One that is under way and no longer in this list is to be aborted. */
export function wanted(state: RunState): readonly Effect[] {
  if (state.endedAt !== undefined) return [];
  const effects = [...state.steps.values()].flatMap((step): readonly Effect[] => {
    const effect = calledFor(step);
    const isStopped = step.stopRequested && stoppable.has(effect?.kind);
    return effect === undefined || isStopped ? [] : [effect];
  });
  return queue(state).length > 0 ? [...effects, { kind: 'moveTrain', key: 'moveTrain' }] : effects;
}

/** Effects that end what they have under way themselves; the steps of the others are ended at once. */
const stoppable: ReadonlySet<Effect['kind'] | undefined> = new Set(['prepare', 'runAgent', 'resolveConflict']);

/** The effect that has to bring the step out of where it stands. */
function calledFor(step: StepState): Effect | undefined {
  const { task } = step.spec;
  const effect = (kind: Exclude<Effect['kind'], 'moveTrain'>, turn = ''): Effect => ({
    kind,
    key: `${kind} ${task} ${step.attempt}${turn}`,
    task,
  });
  switch (step.phase.name) {
    case 'undoing':
      return effect('undo');
    case 'preparing':
      return effect('prepare');
    case 'prepared':
    case 'running':
      return effect('runAgent');
    case 'finishing':
      return step.phase.found === undefined ? effect('harvest') : undefined;
    case 'judging':
      return effect('judge');
    case 'resolving': {
      const { turn } = step.phase;
      return turn === 'waiting' || turn === 'person' ? undefined : effect('resolveConflict', ` ${turn}`);
    }
    case 'ended':
      return step.tidied ? undefined : effect('tidy');
    default:
      return undefined;
  }
}

/** What to record when an effect threw: a bug ends its own step and no other. */
export function afterBug(effect: Effect, message: string, state: RunState): readonly RunEvent[] {
  const reason = { kind: 'internal', detail: message } as const;
  if (effect.kind === 'tidy') {
    return [
      { type: 'noted', level: 'warning', task: effect.task, text: message },
      { type: 'stepTidied', task: effect.task },
    ];
  }
  if (effect.kind !== 'moveTrain') {
    const ended = effect.kind === 'resolveConflict' ? 'conflict' : 'agent_failed';
    const outcome = state.steps.get(effect.task)?.stopRequested === true ? 'cancelled' : ended;
    return [{ type: 'stepEnded', task: effect.task, outcome, reason }];
  }
  // The first in the queue is the one that the train is busy with.
  return queue(state)
    .slice(0, 1)
    .map(({ task }) => ({ type: 'held', task, reason }));
}

/**
 * Whether an effect that returned, aborted or not, left undone what it was called for: its step would stand there for ever, or
 * the effect would be started again for ever. Only the train may be left as it is on an abort.
 */
export function leftUndone(effect: Effect, before: RunState, after: RunState, aborted: boolean): boolean {
  if (effect.kind !== 'moveTrain') {
    const step = after.steps.get(effect.task);
    return step !== undefined && calledFor(step)?.key === effect.key;
  }
  const [waited, waiting] = [queue(before), queue(after)];
  const isSame = waited.length === waiting.length && waited.every(({ work }, index) => waiting[index]?.work === work);
  return !aborted && isSame && before.train === after.train;
}
