import { decide } from './decide.ts';
import { afterBug, type Effect, type Effects, leftUndone, wanted } from './effect.ts';
import type { Recorded, RunEvent } from './event.ts';
import { reduce } from './reduce.ts';
import { type RunState, stepOf } from './state.ts';

/**
 * The loop between the state and the world.
 *
 * It owns the order of things, and guarantees:
 * 1. an event is on disk before it is folded, and folded before anybody acts on it;
 * 2. what follows from the state alone is decided before any new effect starts;
 * 3. an effect that the state calls for is started once; one that it no longer calls for is aborted, and waited for; no two
 *    effects are busy with one step at a time;
 * 4. a bug in an effect ends that effect's step, never the run.
 * It knows the world only through `record` and `effects`, and it keeps no time.
 */
export interface Loop {
  /** The state after the last recorded event. */
  readonly state: () => RunState;
  /** Records what came from outside (an answer, a stop, more tasks). */
  readonly tell: (...events: readonly RunEvent[]) => Promise<RunState>;
  /** Resolves when the run has ended, rejects when the journal can no longer be written; in both cases once no effect is under way. */
  readonly ended: Promise<RunState>;
}

export interface LoopPorts {
  /** Makes events durable, in order, and stamps them. A rejection stops the run. */
  readonly record: (events: readonly RunEvent[]) => Promise<readonly Recorded[]>;
  readonly effects: Effects;
  /** Told each event once it is folded; must not throw. */
  readonly watch: (event: Recorded, state: RunState) => void;
}

interface Waiter {
  readonly events: readonly RunEvent[];
  readonly resolve: (state: RunState) => void;
  readonly reject: (reason: unknown) => void;
}

/** Starts the loop with the events that open the run; `state` is what was folded of it before, if it goes on. */
export function startLoop(ports: LoopPorts, first: readonly RunEvent[], before?: RunState): Loop {
  let state = before;
  let pumping = false;
  let broken: { readonly reason: unknown } | undefined;
  const waiting: Waiter[] = [];
  const underWay = new Map<string, { readonly effect: Effect; readonly controller: AbortController }>();
  const { promise: ended, resolve: resolveEnded, reject: rejectEnded } = Promise.withResolvers<RunState>();

  const current = (): RunState => {
    if (state === undefined) throw new Error('A run begins with runStarted');
    return state;
  };

  const fold = async (events: readonly RunEvent[]): Promise<void> => {
    for (const event of await ports.record(events)) {
      state = reduce(state, event);
      ports.watch(event, current());
    }
  };

  const pump = async (): Promise<void> => {
    pumping = true;
    while (waiting.length > 0 && broken === undefined) {
      const batch = waiting.splice(0);
      try {
        await fold(batch.flatMap((waiter) => waiter.events));
        for (let next = decide(current()); next.length > 0; next = decide(current())) await fold(next);
        for (const waiter of batch) waiter.resolve(current());
        reconcile();
      } catch (reason) {
        fail(reason, batch);
      }
    }
    pumping = false;
  };

  const fail = (reason: unknown, batch: readonly Waiter[]): void => {
    broken = { reason };
    for (const waiter of [...batch, ...waiting.splice(0)]) waiter.reject(reason);
    for (const { controller } of underWay.values()) controller.abort();
    settle();
  };

  const settle = (): void => {
    if (underWay.size > 0) return;
    if (broken !== undefined) rejectEnded(broken.reason);
    else if (current().endedAt !== undefined) resolveEnded(current());
  };

  const tell = (...events: readonly RunEvent[]): Promise<RunState> => {
    if (broken !== undefined) return Promise.reject(broken.reason);
    const { promise, resolve, reject } = Promise.withResolvers<RunState>();
    waiting.push({ events, resolve, reject });
    if (!pumping) void pump();
    return promise;
  };

  const reconcile = (): void => {
    const effects = wanted(current());
    const keys = new Set(effects.map((effect) => effect.key));
    for (const [key, { controller }] of underWay) if (!keys.has(key)) controller.abort();
    const busy = [...underWay.values()].flatMap(({ effect }) => (effect.kind === 'moveTrain' ? [] : [effect.task]));
    for (const effect of effects) {
      const isBusy = effect.kind === 'moveTrain' ? underWay.has(effect.key) : busy.includes(effect.task);
      if (!isBusy) start(effect);
    }
    settle();
  };

  const start = (effect: Effect): void => {
    const controller = new AbortController();
    underWay.set(effect.key, { effect, controller });
    const before = current();
    carryOut(ports.effects, effect, before, tell, controller.signal)
      .then(() => {
        if (controller.signal.aborted || !leftUndone(effect, before, current())) return;
        throw new Error(`${effect.key} returned and nothing had changed`);
      })
      .catch((bug: unknown) => recordBug(effect, bug))
      .catch(() => undefined)
      .finally(() => {
        underWay.delete(effect.key);
        if (broken !== undefined) settle();
        else if (!pumping) reconcile();
      });
  };

  const recordBug = async (effect: Effect, bug: unknown): Promise<void> => {
    if (broken !== undefined) return;
    const events = afterBug(effect, describe(bug), current());
    if (events.length > 0) await tell(...events);
  };

  ended.catch(() => undefined);
  void tell(...first).catch(() => undefined);
  return { state: current, tell, ended };
}

async function carryOut(
  effects: Effects,
  effect: Effect,
  state: RunState,
  tell: Loop['tell'],
  signal: AbortSignal,
): Promise<void> {
  if (effect.kind === 'moveTrain') return effects.moveTrain(state, tell, signal);
  return effects[effect.kind](stepOf(state, effect.task), state, tell, signal);
}

const describe = (bug: unknown): string => (bug instanceof Error ? (bug.stack ?? bug.message) : String(bug));
