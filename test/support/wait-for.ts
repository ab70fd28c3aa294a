import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls for the presence of something, every 10 ms, for at most 10 s: the value that `look` gives as soon as it is not
 * undefined. Throws when it never is.
 */
export async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>, what = 'it'): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`Waited 10 s for ${what}, in vain.`);
    await delay(10);
  }
}
