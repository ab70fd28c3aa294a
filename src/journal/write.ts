import { type AppendFile, messageOf } from '../system/index.ts';
import { lineOf } from './line.ts';
import type { Stamp } from './recover.ts';

interface Waiting {
  readonly bytes: Buffer;
  resolve(): void;
  reject(error: Error): void;
}

export interface Writer<E> {
  append(events: readonly E[]): Promise<readonly (E & Stamp)[]>;
  close(): Promise<void>;
}

/**
 * Writes events behind the `size` bytes that the file has. Everything that is appended while the disk is busy goes into one
 * write and one sync, in order (group commit). After a failure nobody knows what the file holds, and a second sync may claim
 * success for pages that the kernel has dropped: so every later append fails too. The same holds when the file has another
 * size than this writer left: somebody else has written to it.
 */
export function openWriter<E extends { readonly type: string }>(
  file: AppendFile,
  start: { readonly size: number; readonly seq: number; readonly epoch: number; now(): number },
): Writer<E> {
  let { size, seq } = start;
  let queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let poison: Error | undefined;
  let isClosed = false;

  const commit = async (batch: readonly Waiting[]) => {
    if (poison !== undefined) throw poison;
    const found = await file.size();
    if (found !== size) throw new Error(`it has ${found} bytes instead of ${size}: somebody else has written to it`);
    const bytes = Buffer.concat(batch.map((waiting) => waiting.bytes));
    await file.append(bytes);
    size += bytes.length;
  };

  const drain = async () => {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      try {
        await commit(batch);
        for (const waiting of batch) waiting.resolve();
      } catch (error) {
        poison ??= new Error(`The journal cannot be written any more: ${messageOf(error)}`, { cause: error });
        for (const waiting of batch) waiting.reject(poison);
      }
    }
    running = undefined;
  };

  /** One event as its line holds it: what a replay will read is what the caller gets. */
  const stamped = (event: E): { json: string } => {
    seq += 1;
    const stamp: Stamp = { seq, epoch: start.epoch, time: new Date(start.now()).toISOString() };
    // Named twice: the first puts the stamp in front for people who read the file, the second lets it win.
    return { json: JSON.stringify({ ...stamp, ...event, ...stamp }) };
  };

  return {
    append: async (events) => {
      if (isClosed) throw new Error('The journal is closed.');
      if (poison !== undefined) throw poison;
      if (events.length === 0) return [];
      const texts = events.map((event) => stamped(event).json);
      const bytes = Buffer.concat(texts.map(lineOf));
      await new Promise<void>((resolve, reject) => {
        queue.push({ bytes, resolve, reject });
        // The wait for the end of this turn lets everything that is appended in it share the commit.
        running ??= new Promise<void>((begin) => setImmediate(begin)).then(drain);
      });
      return texts.map((text) => JSON.parse(text) as E & Stamp);
    },
    close: async () => {
      isClosed = true;
      await running;
      await file.close();
    },
  };
}
