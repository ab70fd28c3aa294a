import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { err, ok, type Result } from '../std/index.ts';
import { hasCode, isAbsent } from './error-code.ts';

export type HostileRefusal = { readonly kind: 'missing' | 'notRegular' | 'tooBig' | 'unreadable' };

/**
 * Reads a file that somebody else may have made to do harm: at most `maxBytes`, and only a regular file that is no link.
 * It never blocks. O_NONBLOCK makes the opening of a FIFO without a writer return at once, and the kind is checked on the
 * open descriptor, so that nothing can be swapped in between.
 */
export async function readHostile(path: string, maxBytes: number): Promise<Result<Uint8Array, HostileRefusal>> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isAbsent(error)) return err({ kind: 'missing' });
    // ELOOP (EMLINK on BSD) is the answer to a link, ENXIO to a socket or a device that is not there.
    return err({ kind: hasCode(error, 'ELOOP', 'EMLINK', 'ENXIO') ? 'notRegular' : 'unreadable' });
  }
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return err({ kind: 'notRegular' });
    if (facts.size > maxBytes) return err({ kind: 'tooBig' });
    return await readUpTo(file, maxBytes);
  } catch {
    return err({ kind: 'unreadable' });
  } finally {
    await file.close();
  }
}

/** Reads to the end of a file that may grow meanwhile; one byte more than the limit is enough to know that it is too big. */
async function readUpTo(file: FileHandle, maxBytes: number): Promise<Result<Uint8Array, HostileRefusal>> {
  const bytes = Buffer.allocUnsafe(maxBytes + 1);
  let filled = 0;
  while (filled <= maxBytes) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) return ok(Uint8Array.prototype.slice.call(bytes, 0, filled));
    filled += bytesRead;
  }
  return err({ kind: 'tooBig' });
}
