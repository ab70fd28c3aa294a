import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { type ProcessIdentity, type ProcessRow, rowOf, rowsFromPs } from './identity.ts';
import { carriesTag } from './tags.ts';

/** The numbers of all processes, the dead included. Empty without /proc. */
export function allPids(): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => (isDigit(name.charCodeAt(0)) ? [Number(name)] : []));
}

const isDigit = (code: number) => code >= 48 && code <= 57;

/** Every living process. */
function allRows(): readonly ProcessRow[] {
  if (process.platform !== 'linux') return rowsFromPs();
  return allPids().flatMap((pid) => rowOf(pid) ?? []);
}

let buffer = Buffer.allocUnsafe(64 * 1024);

/**
 * The living processes that carry the tag in the environment they were started with. Linux only; elsewhere none is found.
 * Synchronous reads of /proc, which is memory: hundreds of processes take about a millisecond, a tenth of what the thread
 * pool would need. A process of another user cannot be read and does not count.
 */
export function carriersOf(tag: string): readonly ProcessRow[] {
  return allPids().flatMap((pid) => {
    // The row is read before the environment: a number that changes hands in between fails the check before the signal.
    if (!carriesTag(environmentOf(pid), tag)) return [];
    return rowOf(pid) ?? [];
  });
}

const nothing = Buffer.alloc(0);

function environmentOf(pid: number): Buffer {
  let file: number;
  try {
    file = openSync(`/proc/${pid}/environ`, 'r');
  } catch {
    return nothing;
  }
  try {
    return readAll(file);
  } catch {
    return nothing;
  } finally {
    closeSync(file);
  }
}

/** Fills one shared buffer, which grows when an environment is larger than any before. */
function readAll(file: number): Buffer {
  let filled = 0;
  for (;;) {
    const count = readSync(file, buffer, filled, buffer.length - filled, null);
    if (count === 0) return buffer.subarray(0, filled);
    filled += count;
    if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
  }
}

/**
 * The living members of the process group that `leader` founded. When the leader is gone its number may belong to somebody
 * else: a process with the number and another start time, or a member that is older than the leader, says so.
 */
export function membersOf(leader: ProcessIdentity): readonly ProcessRow[] {
  const holder = rowOf(leader.pid, { zombies: true });
  if (holder !== undefined && holder.startTime !== leader.startTime) return [];
  return allRows().filter((row) => row.group === leader.pid && row.session === leader.pid && !isOlder(row, leader));
}

function isOlder(row: ProcessRow, leader: ProcessIdentity): boolean {
  return process.platform === 'linux' && Number(row.startTime) < Number(leader.startTime);
}

/** This process and the ones that it descends from: they are never ended, whatever they carry. */
export function ourLine(): ReadonlySet<number> {
  const line = new Set<number>();
  for (let pid = process.pid; pid > 0 && !line.has(pid); pid = rowOf(pid, { zombies: true })?.parent ?? 0)
    line.add(pid);
  return line;
}
