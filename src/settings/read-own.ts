import { err, ok, type Result } from '../std/index.ts';
import { pathKind, readHostile, realPath } from '../system/index.ts';
import { maxConfigBytes } from './parse.ts';

/** Why a file of the user's could not be read as text. */
export type OwnRefusal = 'missing' | 'notRegular' | 'tooBig' | 'unreadable' | 'notUtf8';

/** Reads a UTF-8 file of the user's, of at most 1 MB. Links are followed, and a FIFO or device is refused instead of waited for. */
export async function readOwn(path: string): Promise<Result<string, OwnRefusal>> {
  const target = await targetOf(path);
  if (!target.ok) return target;
  const bytes = await readHostile(target.value, maxConfigBytes);
  if (!bytes.ok) return err(bytes.error.kind);
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value));
  } catch {
    return err('notUtf8');
  }
}

/** The path with its links resolved. */
export async function targetOf(path: string): Promise<Result<string, OwnRefusal>> {
  if ((await pathKind(path)) === undefined) return err('missing');
  try {
    return ok(await realPath(path));
  } catch {
    return err('unreadable');
  }
}

/** The words for a refusal, to follow the name of the file or stand alone. */
export const refusalWords: Readonly<Record<OwnRefusal, string>> = {
  missing: 'there is no such file',
  notRegular: 'it is not a regular file',
  tooBig: 'the file is larger than 1 MB',
  unreadable: 'the file cannot be read',
  notUtf8: 'the file is not UTF-8 text',
};
