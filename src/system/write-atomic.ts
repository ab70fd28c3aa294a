import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAbsent } from './error-code.ts';

/**
 * Replaces a file in one step: whoever reads sees the old bytes or the new ones, never a part. The new file is synced before
 * it takes the name. It gets `mode` if one is given, else the mode of the file it replaces, else the usual one. A link at
 * `path` is replaced by a file, or, with `followLink`, stays, and the file that it points to is replaced.
 */
export async function writeAtomic(
  path: string,
  data: Uint8Array | string,
  options: { readonly mode?: number; readonly followLink?: boolean } = {},
): Promise<void> {
  const target = options.followLink === true ? await followed(path) : path;
  const mode = options.mode ?? (await modeOf(target));
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    const file = await open(temporary, 'wx', mode ?? 0o666);
    try {
      // The mode given to `open` is cut by the umask; a mode that is kept or asked for is not.
      if (mode !== undefined) await file.chmod(mode);
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Whether a file is one that `writeAtomic` was killed before it could give it its name; with `name`, that one. */
export function isTemporary(file: string, name?: string): boolean {
  return (
    /^\..+\.[0-9a-f]{8}\.tmp$/.test(file) && (name === undefined || file.slice(1, -'.01234567.tmp'.length) === name)
  );
}

async function followed(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isAbsent(error)) return path;
    throw error;
  }
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o7777;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
