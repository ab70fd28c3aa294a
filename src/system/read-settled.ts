import { err, ok, type Result } from '../std/index.ts';
import { pause } from './clock.ts';
import { type HostileRefusal, readHostile } from './read-hostile.ts';

/** A writer that does not rename fills its file in parts; half a second covers all but a stopped one. */
const rereadAfterMs = [5, 10, 20, 40, 80, 160] as const;

/**
 * Reads and parses a file that somebody may be writing. While `parse` fails it is read again after
 * 5, 10, 20, 40, 80 and 160 ms; the last failure is the answer. A file that is missing, no regular file or over `maxBytes`
 * is an answer at once, and `cancelled` follows an abort.
 */
export async function readSettled<T, E>(
  path: string,
  maxBytes: number,
  parse: (bytes: Uint8Array) => Result<T, E>,
  signal?: AbortSignal,
): Promise<Result<T, E | HostileRefusal | { readonly kind: 'cancelled' }>> {
  let failure: Result<T, E>;
  for (let attempt = 0; ; attempt += 1) {
    if (signal?.aborted === true) return err({ kind: 'cancelled' });
    const read = await readHostile(path, maxBytes);
    if (!read.ok) return read;
    failure = parse(read.value);
    if (failure.ok) return ok(failure.value);
    const wait = rereadAfterMs[attempt];
    if (wait === undefined) return failure;
    await pause(wait, signal);
  }
}
