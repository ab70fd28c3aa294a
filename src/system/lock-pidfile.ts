import { randomUUID } from 'node:crypto';
import { link, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode } from './error-code.ts';
import { mayLive, type OwnerRecord, readRecord } from './lock-owner.ts';

export interface FileLock {
  release(): Promise<void>;
}

/**
 * Takes a lock made of files alone, for systems without `flock`, and for locks that are held for milliseconds.
 *
 * The files are `<path>.1`, `<path>.2`, ...: the holder is the one that the file with the highest number names, unless it is
 * dead or has released. A taker makes the next number by link(2), which is exclusive and shows the file only complete. So of
 * many takers that see the same dead holder one wins, and no file that somebody may hold is ever renamed away or removed.
 * A taker that slept meanwhile may make a number that was passed and cleaned up long ago: hence the second look.
 */
export async function takeFileLock(
  path: string,
  record: OwnerRecord,
  options: { readonly foreignLimitMs?: number } = {},
): Promise<FileLock | { readonly heldBy: OwnerRecord | undefined }> {
  for (let round = 0; round < 100; round += 1) {
    const last = await lastNumber(path);
    if (last > 0) {
      const holder = await readRecord(numbered(path, last));
      if (holder !== undefined && (await mayLive(holder, numbered(path, last), options.foreignLimitMs))) {
        return { heldBy: holder };
      }
    }
    const mine = last + 1;
    if (!(await makeExclusively(numbered(path, mine), record))) continue;
    if ((await lastNumber(path)) > mine) {
      await rm(numbered(path, mine), { force: true });
      continue;
    }
    await removeOld(path, mine);
    return { release: async () => await replace(numbered(path, mine), { ...record, released: true }) };
  }
  return { heldBy: undefined };
}

/** The holder of the lock, if there is a living one. */
export async function fileLockHolder(path: string): Promise<OwnerRecord | undefined> {
  const last = await lastNumber(path);
  const holder = last === 0 ? undefined : await readRecord(numbered(path, last));
  return holder !== undefined && (await mayLive(holder, numbered(path, last))) ? holder : undefined;
}

const numbered = (path: string, number: number) => `${path}.${number}`;

async function numbersOf(path: string): Promise<readonly number[]> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d*$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
}

async function lastNumber(path: string): Promise<number> {
  return Math.max(0, ...(await numbersOf(path)));
}

async function makeExclusively(path: string, record: OwnerRecord): Promise<boolean> {
  const temporary = await writeTemporary(path, record);
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function replace(path: string, record: OwnerRecord): Promise<void> {
  await rename(await writeTemporary(path, record), path);
}

/** Without a sync: a record that a power cut destroys names a holder that the power cut has ended. */
async function writeTemporary(path: string, record: OwnerRecord): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
  await writeFile(temporary, `${JSON.stringify(record)}\n`, { flag: 'wx', mode: 0o600 });
  return temporary;
}

/** The number before the last stays: a look at the folder while numbers change may miss one of two, not both. */
async function removeOld(path: string, last: number): Promise<void> {
  for (const number of await numbersOf(path)) {
    if (number < last - 1) await rm(numbered(path, number), { force: true });
  }
}
