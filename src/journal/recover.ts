import { err, ok, type Result } from '../std/index.ts';
import { jsonOf } from './line.ts';

/** What the journal adds to each event. */
export interface Stamp {
  /** Gap-free from 1. */
  readonly seq: number;
  /** Counts the openings for writing: every holder of the lock writes under a number of its own. */
  readonly epoch: number;
  /** ISO time with milliseconds. */
  readonly time: string;
}

/** The record that an opening writes after it has cut off a torn tail. */
export interface JournalCut {
  readonly type: 'journalCut';
  readonly bytes: number;
}

export type JournalFailure =
  | {
      readonly kind: 'corrupt';
      /** From 1. */
      readonly line: number;
      /** Of the first byte of the line, from 0. */
      readonly offset: number;
      readonly path: string;
      readonly reason: string;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

export interface Recovered<E> {
  readonly events: readonly (E & Stamp)[];
  /** Where the good lines end. What stands behind is a tail that was not written to its end. */
  readonly goodBytes: number;
}

const lineFeed = 0x0a;

/**
 * Reads the bytes of a journal. A last part that is no good line was not acknowledged and does not count. A bad line with a
 * good one behind it, or a good line that is out of order, is corruption: nothing is guessed then.
 */
export function recover<E>(bytes: Buffer, path: string): Result<Recovered<E>, JournalFailure> {
  const events: (E & Stamp)[] = [];
  let offset = 0;
  for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, offset)) {
    const line = events.length + 1;
    const corrupt = (reason: string) => err({ kind: 'corrupt' as const, line, offset, path, reason });
    const json = jsonOf(bytes, offset, end);
    if (json === undefined) {
      if (hasGoodLine(bytes, end + 1)) return corrupt('the line does not match its checksum, and good lines follow');
      break;
    }
    const event = parseEvent<E>(json);
    if (event === undefined) return corrupt('the line is no event');
    if (event.seq !== line) return corrupt(`the line has the number ${event.seq}, not ${line}`);
    const lastEpoch = events.at(-1)?.epoch ?? 1;
    if (event.epoch < lastEpoch) return corrupt(`the line is of epoch ${event.epoch}, after one of epoch ${lastEpoch}`);
    events.push(event);
    offset = end + 1;
  }
  return ok({ events, goodBytes: offset });
}

function hasGoodLine(bytes: Buffer, from: number): boolean {
  let offset = from;
  for (let end = bytes.indexOf(lineFeed, offset); end !== -1; end = bytes.indexOf(lineFeed, offset)) {
    if (jsonOf(bytes, offset, end) !== undefined) return true;
    offset = end + 1;
  }
  return false;
}

function parseEvent<E>(json: string): (E & Stamp) | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { seq, epoch, time, type } = value as Record<keyof Stamp | 'type', unknown>;
  const isStamped = Number.isSafeInteger(seq) && Number.isSafeInteger(epoch) && typeof time === 'string';
  return isStamped && typeof type === 'string' ? (value as E & Stamp) : undefined;
}
