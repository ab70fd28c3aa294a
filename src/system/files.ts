import * as fs from 'node:fs/promises';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, isAbsent } from './error-code.ts';

/** The bytes of a file, or undefined when nothing is there. Every other failure throws. */
export async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await fs.readFile(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** The text of a UTF-8 file (a byte order mark stays), or undefined when nothing is there. Every other failure throws. */
export async function readText(path: string): Promise<string | undefined> {
  const bytes = await readBytes(path);
  return bytes === undefined
    ? undefined
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** Makes the folder and its parents. `mode` is for folders that do not exist yet. */
export async function ensureFolder(path: string, mode?: number): Promise<void> {
  await fs.mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode }) });
}

/** Removes a file, a link (not what it points to) or a whole folder. Nothing there is fine. */
export async function removeTree(path: string): Promise<void> {
  try {
    await fs.rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    // Package caches (Go's, for one) make their folders read-only, and then not even their owner can empty them.
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error;
    await makeFoldersWritable(path);
    await fs.rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function makeFoldersWritable(path: string): Promise<void> {
  if ((await pathKind(path)) !== 'folder') return;
  await fs.chmod(path, 0o700);
  for (const entry of await fs.readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeFoldersWritable(join(path, entry.name));
  }
}

/** Copies a file or a whole folder to the path `to`, over what is there; links are copied as links, letter for letter. */
export async function copyInto(from: string, to: string): Promise<void> {
  await fs.cp(from, to, { recursive: true, force: true, verbatimSymlinks: true, mode: fs.constants.COPYFILE_FICLONE });
}

/** What stands at a path, a link not followed; undefined when nothing does. */
export async function pathKind(path: string): Promise<'file' | 'folder' | 'link' | 'other' | undefined> {
  return (await describePath(path))?.kind;
}

export interface PathFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Permission bits only, such as 0o700. */
  readonly mode: number;
  readonly uid: number;
  readonly size: number;
  readonly modifiedMs: number;
}

/** The facts about what stands at a path, a link not followed; undefined when nothing does. */
export async function describePath(path: string): Promise<PathFacts | undefined> {
  try {
    const found = await fs.lstat(path);
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'other';
    return { kind, mode: found.mode & 0o7777, uid: found.uid, size: found.size, modifiedMs: found.mtimeMs };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Sets the permission bits of a path. */
export async function changeMode(path: string, mode: number): Promise<void> {
  await fs.chmod(path, mode);
}

/** Makes a new folder that only this user can enter, its name `prefix` and six random letters. */
export async function makePrivateFolder(prefix: string): Promise<string> {
  return await fs.mkdtemp(prefix);
}

/** The names in a folder, sorted by code unit; empty when the folder is not there. */
export async function listFolder(path: string): Promise<readonly string[]> {
  try {
    return (await fs.readdir(path)).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** The path with every link resolved. Throws when it does not exist. */
export async function realPath(path: string): Promise<string> {
  return await fs.realpath(path);
}

/** The bytes that this user may still write on the file system that holds `path`. */
export async function freeBytes(path: string): Promise<number> {
  const facts = await fs.statfs(path);
  return facts.bavail * facts.bsize;
}

/** Makes the names in a folder durable: a new or renamed file is not, after a power cut, before its folder is synced. */
export async function syncFolder(path: string): Promise<void> {
  const folder: FileHandle = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
