import { err, ok, type Result } from '../std/index.ts';
import { pause } from './clock.ts';
import { type KernelLock, takeKernelLock } from './lock-flock.ts';
import {
  type LockOwner,
  mayLive,
  type OwnerRecord,
  ownerFile,
  ownRecord,
  publicPart,
  readRecord,
  removeOwner,
  writeOwner,
} from './lock-owner.ts';
import { fileLockHolder, takeFileLock } from './lock-pidfile.ts';

export interface Lock {
  readonly kind: 'flock' | 'pidfile';
  /** Resolves when the lock is gone without a release, because the helper died: the holder must stop at once. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
  /** Completes what others read about the holder. */
  note(owner: Partial<LockOwner>): Promise<void>;
}

export type LockHeld = { readonly kind: 'held'; readonly by?: LockOwner };

/** After the death of a holder the kernel needs some milliseconds until its helper is gone too. */
const helperGoneMs = 500;

/**
 * Takes the lock at `path` (its folder exists) for the life of this process, or says who holds it. The kernel's lock where
 * there is `flock`, files with the identity of the holder elsewhere; each kind respects a living holder of the other.
 * Who holds it stands in `<path>.owner`.
 */
export async function takeLock(path: string, about: { readonly run?: string } = {}): Promise<Result<Lock, LockHeld>> {
  const kernelLock = await takePatiently(path);
  if (kernelLock === 'unavailable') return await takeByFiles(path, about);
  if (kernelLock === 'held') return err(heldBy(await readRecord(ownerFile(path))));
  const other = await fileLockHolder(pidPath(path));
  if (other !== undefined) {
    await kernelLock.release();
    return err(heldBy(other));
  }
  return ok(await announced(path, ownRecord('flock', about), kernelLock));
}

const pidPath = (path: string) => `${path}.pid`;

/** A lock whose holder is dead falls in a moment; it is worth the wait. */
async function takePatiently(path: string): Promise<KernelLock | 'held' | 'unavailable'> {
  const deadline = performance.now() + helperGoneMs;
  for (;;) {
    const answer = await takeKernelLock(path);
    if (answer !== 'held' || performance.now() > deadline) return answer;
    const record = await readRecord(ownerFile(path));
    if (record === undefined || (await mayLive(record, ownerFile(path)))) return answer;
    await pause(5);
  }
}

async function takeByFiles(path: string, about: { readonly run?: string }): Promise<Result<Lock, LockHeld>> {
  const other = await readRecord(ownerFile(path));
  if (other?.kind === 'flock' && (await mayLive(other, ownerFile(path)))) return err(heldBy(other));
  const record = ownRecord('pidfile', about);
  const taken = await takeFileLock(pidPath(path), record);
  if ('heldBy' in taken) return err(heldBy(taken.heldBy));
  return ok(await announced(path, record, { lost: new Promise<void>(() => undefined), release: taken.release }));
}

function heldBy(record: OwnerRecord | undefined): LockHeld {
  return record === undefined ? { kind: 'held' } : { kind: 'held', by: publicPart(record) };
}

async function announced(path: string, record: OwnerRecord, held: KernelLock): Promise<Lock> {
  let known = record;
  await writeOwner(path, known);
  return {
    kind: record.kind,
    lost: held.lost,
    note: async (owner) => {
      known = { ...known, ...owner };
      await writeOwner(path, known);
    },
    release: async () => {
      await removeOwner(path);
      await held.release();
    },
  };
}
