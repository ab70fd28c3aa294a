import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { now } from './clock.ts';
import { isAbsent } from './error-code.ts';
import { readText, removeTree } from './files.ts';
import { aliveNow, bootId, identityNow, type ProcessIdentity } from './identity.ts';
import { writeAtomic } from './write-atomic.ts';

/** Who holds a lock, for people and for those who must judge whether the holder still lives. */
export interface LockOwner extends ProcessIdentity {
  readonly host: string;
  /** ISO time of the taking. */
  readonly since: string;
  readonly run?: string;
}

export interface OwnerRecord extends LockOwner {
  readonly kind: 'flock' | 'pidfile';
  readonly released?: true;
}

/** The record of this process. */
export function ownRecord(kind: OwnerRecord['kind'], about: { readonly run?: string }): OwnerRecord {
  const identity = identityNow(process.pid) ?? { pid: process.pid, startTime: '', bootId: bootId() };
  const since = new Date(now()).toISOString();
  return { ...identity, host: hostname(), since, ...(about.run === undefined ? {} : { run: about.run }), kind };
}

/**
 * Whether the holder of a record may still live. A process of another machine cannot be looked at and counts as alive, but
 * with `foreignLimitMs` only until the record is that old.
 */
export async function mayLive(record: OwnerRecord, path: string, foreignLimitMs?: number): Promise<boolean> {
  if (record.released === true) return false;
  if (record.host === hostname()) return aliveNow(record);
  return foreignLimitMs === undefined || (await ageOf(path)) < foreignLimitMs;
}

async function ageOf(path: string): Promise<number> {
  try {
    return now() - (await stat(path)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Reads a record; undefined when there is none, or none that makes sense. */
export async function readRecord(path: string): Promise<OwnerRecord | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is OwnerRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTime, bootId: boot, host, since, kind } = value as Partial<Record<keyof OwnerRecord, unknown>>;
  const words = [startTime, boot, host, since].every((word) => typeof word === 'string');
  return words && Number.isInteger(pid) && (pid as number) > 0 && (kind === 'flock' || kind === 'pidfile');
}

export const ownerFile = (path: string) => `${path}.owner`;

/** The living holder of the lock at `path`, as far as its owner file tells; undefined when nobody holds it. Needs no lock. */
export async function readLockOwner(path: string): Promise<LockOwner | undefined> {
  const record = await readRecord(ownerFile(path));
  return record !== undefined && (await mayLive(record, ownerFile(path))) ? publicPart(record) : undefined;
}

export function publicPart(record: OwnerRecord): LockOwner {
  const { kind: _, released: __, ...owner } = record;
  return owner;
}

export async function writeOwner(path: string, record: OwnerRecord): Promise<void> {
  await writeAtomic(ownerFile(path), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

export async function removeOwner(path: string): Promise<void> {
  await removeTree(ownerFile(path));
}
