import { join } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import { ensureFolder, messageOf, openAppendFile, readBytes, syncFolder } from '../system/index.ts';
import { type JournalCut, type JournalFailure, type Recovered, recover, type Stamp } from './recover.ts';
import { openWriter } from './write.ts';

export interface Journal<E extends { readonly type: string }> {
  /**
   * Writes the events and resolves, with their stamps, when the disk has them. Events of one call stay together, and calls
   * keep their order. Rejects when the disk fails, and from then on always.
   */
  append(events: readonly E[]): Promise<readonly (E & Stamp)[]>;
  readonly epoch: number;
  /** Waits for what is under way. Later appends reject. */
  close(): Promise<void>;
}

export interface Opened<E extends { readonly type: string }> {
  readonly journal: Journal<E>;
  /** What the journal held, and a `journalCut` at the end if a tail was cut off. */
  readonly events: readonly (E & Stamp)[];
  readonly cut?: { readonly bytes: number };
}

const fileName = 'journal.jsonl';

/**
 * Opens `<folder>/journal.jsonl` for writing, under the next epoch, and makes it if it is not there. Only for the holder of
 * the lock. A torn tail is cut off and the cut recorded; a corrupt journal stays as it is and is the failure.
 */
export async function openJournal<E extends { readonly type: string }>(
  folder: string,
  options: { now(): number },
): Promise<Result<Opened<E>, JournalFailure>> {
  try {
    return await openOrThrow<E>(folder, options);
  } catch (error) {
    return err({ kind: 'unreadable', message: messageOf(error) });
  }
}

async function openOrThrow<E extends { readonly type: string }>(
  folder: string,
  options: { now(): number },
): Promise<Result<Opened<E>, JournalFailure>> {
  await ensureFolder(folder, 0o700);
  const path = join(folder, fileName);
  const bytes = await readBytes(path);
  const content = asBuffer(bytes);
  const recovered = recover<E>(content, path);
  if (!recovered.ok) return recovered;
  const { events, goodBytes } = recovered.value;

  const file = await openAppendFile(path);
  if (bytes === undefined) await syncFolder(folder);
  const tornBytes = content.length - goodBytes;
  if (tornBytes > 0) await file.cut(goodBytes);
  const epoch = (events.at(-1)?.epoch ?? 0) + 1;
  const writer = openWriter<E | JournalCut>(file, { size: goodBytes, seq: events.length, epoch, now: options.now });
  const journal = { append: writer.append, epoch, close: writer.close } as Journal<E>;
  if (tornBytes === 0) return ok({ journal, events });
  const cut = await writer.append([{ type: 'journalCut', bytes: tornBytes }]);
  return ok({ journal, events: [...events, ...(cut as readonly (E & Stamp)[])], cut: { bytes: tornBytes } });
}

/**
 * Reads a journal without the lock, beside its writer. `torn` says that the last bytes are no line yet. No journal is an
 * empty one.
 */
export async function readJournal<E extends { readonly type: string }>(
  folder: string,
): Promise<Result<{ readonly events: readonly (E & Stamp)[]; readonly torn: boolean }, JournalFailure>> {
  const first = await readOnce<E>(folder);
  // A writer that cuts a tail and goes on while the file is being read looks like corruption, but only once.
  const read = !first.ok && first.error.kind === 'corrupt' ? await readOnce<E>(folder) : first;
  if (!read.ok) return read;
  return ok({ events: read.value.events, torn: read.value.totalBytes > read.value.goodBytes });
}

async function readOnce<E>(folder: string): Promise<Result<Recovered<E> & { totalBytes: number }, JournalFailure>> {
  const path = join(folder, fileName);
  let content: Buffer;
  try {
    content = asBuffer(await readBytes(path));
  } catch (error) {
    return err({ kind: 'unreadable', message: messageOf(error) });
  }
  const recovered = recover<E>(content, path);
  return recovered.ok ? ok({ ...recovered.value, totalBytes: content.length }) : recovered;
}

function asBuffer(bytes: Uint8Array | undefined): Buffer {
  return bytes === undefined ? Buffer.alloc(0) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
