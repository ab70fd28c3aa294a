import { basename } from 'node:path';
import { readHostile, removeTree } from '../system/index.ts';
import { checkPrivate, homeOf, maxPointerBytes, pointerFile, socketName } from './place.ts';

/**
 * Removes the socket that a killed orchestrator of the folder has left, and the pointer to it. Only for the holder of the lock.
 * A path that is none of our making is not followed.
 */
export async function forgetSocket(folder: string): Promise<void> {
  const pointer = await readHostile(pointerFile(folder), maxPointerBytes);
  if (!pointer.ok) return;
  const path = Buffer.from(pointer.value).toString('utf8').trim();
  if (basename(path) === socketName(folder) && (await checkPrivate(homeOf(path))).ok) await removeTree(path);
  await removeTree(pointerFile(folder));
}
