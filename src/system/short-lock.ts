import { err, ok, type Result } from '../std/index.ts';
import { pause } from './clock.ts';
import { ownRecord } from './lock-owner.ts';
import { type FileLock, takeFileLock } from './lock-pidfile.ts';

const defaultWaitMs = 10_000;
/** A holder on another machine cannot be looked at; no deed under a short lock takes this long. */
const foreignLimitMs = 60_000;

/** The deeds of this process wait for each other here, in order, and only the first in line looks at the files. */
const lines = new Map<string, Promise<unknown>>();

/**
 * Does a deed of milliseconds while no other process does one under the same lock (the folder of `path` exists). Waits for
 * the others up to `waitMs` (10 s if not given), then says `held`. What the deed throws comes through. A holder that was
 * killed is found out by its identity and does not block.
 */
export async function withShortLock<T>(
  path: string,
  deed: () => Promise<T>,
  options: { readonly waitMs?: number } = {},
): Promise<Result<T, { readonly kind: 'held' }>> {
  const before = lines.get(path) ?? Promise.resolve();
  const turn = before.then(() => lockedDeed(path, deed, options.waitMs ?? defaultWaitMs));
  const settled = turn.then(
    () => undefined,
    () => undefined,
  );
  lines.set(path, settled);
  try {
    return await turn;
  } finally {
    if (lines.get(path) === settled) lines.delete(path);
  }
}

async function lockedDeed<T>(
  path: string,
  deed: () => Promise<T>,
  waitMs: number,
): Promise<Result<T, { readonly kind: 'held' }>> {
  const lock = await takeWithin(path, waitMs);
  if (lock === undefined) return err({ kind: 'held' });
  try {
    return ok(await deed());
  } finally {
    await lock.release();
  }
}

async function takeWithin(path: string, waitMs: number): Promise<FileLock | undefined> {
  const deadline = performance.now() + waitMs;
  for (let wait = 2; ; wait = Math.min(wait * 2, 50)) {
    const taken = await takeFileLock(path, ownRecord('pidfile', {}), { foreignLimitMs });
    if (!('heldBy' in taken)) return taken;
    if (performance.now() >= deadline) return undefined;
    // The random part keeps two waiting processes out of step.
    await pause(wait * (0.5 + Math.random()));
  }
}
