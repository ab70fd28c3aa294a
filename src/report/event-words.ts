import type { Recorded, RunEvent, RunState } from '../orchestrator/index.ts';

export type EventType = RunEvent['type'];
export type EventOf<T extends EventType> = Extract<Recorded, { readonly type: T }>;

/** For each type of event what to say of it; undefined for what only matters to the program. */
export type EventWords<T extends EventType = EventType> = {
  readonly [Type in T]: (event: EventOf<Type>, state: RunState) => string | undefined;
};

export const silent = (): undefined => undefined;
