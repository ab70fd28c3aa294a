import { type FileHandle, open } from 'node:fs/promises';
import { isAbsent } from './error-code.ts';

interface FilePart {
  readonly bytes: Uint8Array;
  /** The size of the whole file. */
  readonly size: number;
  /** Tells this file from another one that comes to stand at the same path later. */
  readonly identity: string;
}

/**
 * At most `maxBytes` of a file from `offset` (in bytes) on, for files that grow; no bytes at its end. Undefined when nothing is
 * there. Every other failure throws.
 */
export async function readPart(path: string, offset: number, maxBytes: number): Promise<FilePart | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  try {
    const { size, dev, ino } = await file.stat();
    const wanted = Math.min(maxBytes, Math.max(0, size - offset));
    const bytes = Buffer.alloc(wanted);
    const { bytesRead } = await file.read(bytes, 0, wanted, offset);
    return { bytes: bytes.subarray(0, bytesRead), size, identity: `${dev}:${ino}` };
  } finally {
    await file.close();
  }
}
