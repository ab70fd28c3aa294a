import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  /** On Linux field 22 of `/proc/<pid>/stat` (clock ticks since boot), elsewhere what `ps -o lstart=` says. */
  readonly startTime: string;
  /** Changes with each start of the machine, so that a start time in ticks is not mistaken for one of another boot. */
  readonly bootId: string;
}

/** One row of the process table; the dead that nobody has collected yet are not in it. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly startTime: string;
}

/** The identity of a living process; undefined when there is none with this number. A zombie is dead. */
export async function identityOf(pid: number): Promise<ProcessIdentity | undefined> {
  return identityNow(pid);
}

/** Whether the very process of this identity is alive: same number, same start, same boot, no zombie. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return aliveNow(identity);
}

/** As `identityOf`, in the same turn of the event loop: for use right after a start and right before a signal. */
export function identityNow(pid: number, options: { readonly zombies?: boolean } = {}): ProcessIdentity | undefined {
  const row = rowOf(pid, options);
  return row === undefined ? undefined : { pid, startTime: row.startTime, bootId: bootId() };
}

export function aliveNow(identity: ProcessIdentity): boolean {
  const found = identityNow(identity.pid);
  return found !== undefined && found.startTime === identity.startTime && found.bootId === identity.bootId;
}

/** The row of one process, or undefined. Zombies only if asked for: they still hold their number. */
export function rowOf(pid: number, options: { readonly zombies?: boolean } = {}): ProcessRow | undefined {
  if (process.platform !== 'linux') return rowFromPs(pid, options.zombies === true);
  try {
    return parseStat(pid, readFileSync(`/proc/${pid}/stat`, 'latin1'), options.zombies === true);
  } catch {
    return undefined;
  }
}

/**
 * Reads the text of `/proc/<pid>/stat` (proc(5)). The name of the program stands in brackets and may itself hold brackets
 * and blanks, so that counting starts after the last one.
 */
export function parseStat(pid: number, text: string, zombies = false): ProcessRow | undefined {
  const [state, parent, group, session, ...later] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTime = later[15];
  if (state === undefined || startTime === undefined) return undefined;
  if (!zombies && (state === 'Z' || state === 'X')) return undefined;
  return { pid, parent: Number(parent), group: Number(group), session: Number(session), startTime };
}

const psColumns = 'pid=,ppid=,pgid=,stat=,lstart=';

/** Every living process, asked of `ps`: for systems without /proc. */
export function rowsFromPs(): readonly ProcessRow[] {
  return parsePs(askPs(['-A', '-o', psColumns]), false);
}

function rowFromPs(pid: number, zombies: boolean): ProcessRow | undefined {
  return parsePs(askPs(['-p', String(pid), '-o', psColumns]), zombies)[0];
}

function askPs(args: readonly string[]): string {
  return (
    spawnSync('ps', args, { encoding: 'utf8', env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' } }).stdout ?? ''
  );
}

/** Reads what `ps -o pid=,ppid=,pgid=,stat=,lstart=` prints. It names no session: the group stands for it. */
export function parsePs(text: string, zombies: boolean): readonly ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const line of text.split('\n')) {
    const [pid, parent, group, state, ...start] = line.trim().split(/\s+/);
    if (state === undefined || start.length === 0 || (!zombies && state.startsWith('Z'))) continue;
    const startTime = start.join(' ');
    rows.push({ pid: Number(pid), parent: Number(parent), group: Number(group), session: Number(group), startTime });
  }
  return rows;
}

let knownBootId: string | undefined;

/** The id of this boot of the machine; without /proc the start time says it all, and the name of the machine stands in. */
export function bootId(): string {
  knownBootId ??= readBootId();
  return knownBootId;
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return hostname();
  }
}
