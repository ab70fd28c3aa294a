import { setTimeout as delay } from 'node:timers/promises';

/** The time of day in milliseconds since 1970. */
export function now(): number {
  return Date.now();
}

/** Resolves after `ms` milliseconds, or as soon as `signal` is aborted: the caller looks at its signal. Never rejects. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch {
    // The only rejection is the abort.
  }
}
