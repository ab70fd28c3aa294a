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
  /** Records what came from outside (an answer, a stop, more tasks). After the end of the run nothing is recorded any more. */
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
        // The end of a run is the last that is recorded of it; whoever speaks later gets the final state for an answer.
        if (state?.endedAt === undefined) await fold(batch.flatMap((waiter) => waiter.events));
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
    underWay.abortAll();
    settle();
  };

  const tell: Loop['tell'] = (...events) => {
    if (broken !== undefined) return Promise.reject(broken.reason);
    const { promise, resolve, reject } = Promise.withResolvers<RunState>();
    waiting.push({ events, resolve, reject });
    if (!pumping) void pump();
    return promise;
  };

  const reconcile = (): void => {
    underWay.follow(wanted(current()));
    settle();
  };

  const settle = (): void => {
    if (underWay.count() > 0) return;
    if (broken !== undefined) rejectEnded(broken.reason);
    else if (current().endedAt !== undefined) resolveEnded(current());
  };

  const underWay = effectsUnderWay(ports.effects, current, tell, () => {
    if (broken !== undefined) settle();
    else if (!pumping) reconcile();
  });
  ended.catch(() => undefined);
  void tell(...first).catch(() => undefined);
  return { state: current, tell, ended };
}

interface UnderWay {
  /** Aborts what is no longer wanted and starts what is, each step's effects one after the other. */
  readonly follow: (effects: readonly Effect[]) => void;
  readonly abortAll: () => void;
  readonly count: () => number;
}

/** The effects that have begun and not returned; `over` is called whenever one has. */
function effectsUnderWay(effects: Effects, current: () => RunState, tell: Loop['tell'], over: () => void): UnderWay {
  const begun = new Map<string, { readonly effect: Effect; readonly controller: AbortController }>();

  const start = (effect: Effect): void => {
    const controller = new AbortController();
    begun.set(effect.key, { effect, controller });
    const before = current();
    carryOut(effects, effect, before, tell, controller.signal)
      .then(() => {
        if (!leftUndone(effect, before, current(), controller.signal.aborted)) return;
        throw new Error(`${effect.key} returned and left undone what it was called for`);
      })
      .catch(async (bug: unknown) => {
        const events = afterBug(effect, describe(bug), current());
        if (events.length > 0) await tell(...events);
      })
      // The journal is broken: whoever waits for the end of the run hears of it.
      .catch(() => undefined)
      .finally(() => {
        begun.delete(effect.key);
        over();
      });
  };

  const isBusy = (effect: Effect): boolean =>
    effect.kind === 'moveTrain'
      ? begun.has(effect.key)
      : [...begun.values()].some((other) => other.effect.kind !== 'moveTrain' && other.effect.task === effect.task);

  return {
    follow: (wantedNow) => {
      const keys = new Set(wantedNow.map((effect) => effect.key));
      for (const [key, { controller }] of begun) if (!keys.has(key)) controller.abort();
      for (const effect of wantedNow) if (!isBusy(effect)) start(effect);
    },
    abortAll: () => {
      for (const { controller } of begun.values()) controller.abort();
    },
    count: () => begun.size,
  };
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
