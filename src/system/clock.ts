import { setTimeout as delay } from 'node:timers/promises';

/** The time of day in milliseconds since 1970. */
export function now(): number {
  return Date.now();
}

/** Node ends a longer timer at once: it keeps the milliseconds in 31 bits. */
const longestTimerMs = 2 ** 31 - 1;

/** Resolves after `ms` milliseconds, or as soon as `signal` is aborted: the caller looks at its signal. Never rejects. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    for (let left = ms; left > 0; left -= longestTimerMs) {
      await delay(Math.min(left, longestTimerMs), undefined, signal === undefined ? {} : { signal });
    }
  } catch {
    // The only rejection is the abort.
  }
}
