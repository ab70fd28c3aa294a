import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import { describePath, ensureFolder, hasCode, makePrivateFolder } from '../system/index.ts';

/** The address of a unix socket holds 108 bytes with its end on Linux, 104 on macOS. */
const maxPathBytes = 103;

export type PlaceRefusal = { readonly kind: 'refused'; readonly message: string };

/** Where the pointer to the socket stands: the address is too short for the depth of a repository. */
export const pointerFile = (folder: string) => join(folder, 'socket');

/** A pointer that is longer is none of ours. */
export const maxPointerBytes = 4096;

/** Short, and another one for every folder. */
export const socketName = (folder: string): string =>
  `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`;

/**
 * The path for the socket of the orchestrator of `folder`, in a folder that only this user can enter. Where somebody else
 * sits on the usual names, a new folder of a random name takes their place.
 */
export async function socketPath(folder: string): Promise<string> {
  const name = socketName(folder);
  for (const base of [process.env['XDG_RUNTIME_DIR'], tmpdir(), '/tmp']) {
    if (base === undefined || base === '') continue;
    const home = join(base, `wt-orch-${process.getuid?.() ?? 0}`);
    const path = join(home, name);
    if (Buffer.byteLength(path) <= maxPathBytes && (await isUsable(home))) return path;
  }
  return join(await makePrivateFolder('/tmp/wt-orch-'), name);
}

async function isUsable(home: string): Promise<boolean> {
  try {
    await ensureFolder(home, 0o700);
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'EEXIST', 'ENOTDIR', 'EROFS', 'ENOENT', 'ENOSPC')) return false;
    throw error;
  }
  return (await checkPrivate(home)).ok;
}

/** Refuses a socket whose folder somebody else owns, can enter or has made a link: what listens there may be anybody. */
export async function checkPrivate(home: string): Promise<Result<void, PlaceRefusal>> {
  const facts = await describePath(home);
  const refuse = (message: string) => err({ kind: 'refused' as const, message: `${home} ${message}` });
  if (facts === undefined) return refuse('does not exist');
  if (facts.kind !== 'folder') return refuse('is not a folder');
  if (facts.uid !== process.getuid?.()) return refuse('belongs to another user');
  if ((facts.mode & 0o077) !== 0) return refuse('is open to other users');
  return ok(undefined);
}

export const homeOf = (path: string) => dirname(path);
