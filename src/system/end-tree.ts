import { pause } from './clock.ts';
import { hasCode } from './error-code.ts';
import { aliveNow, bootId, identityNow, type ProcessIdentity, type ProcessRow } from './identity.ts';
import { type Launched, startedHere } from './launch.ts';
import { carriersOf, membersOf, ourLine } from './process-table.ts';

/** How long killed processes may take to go away. A process in an uninterruptible wait of the kernel can outlast it. */
const sweepLimitMs = 5_000;

/**
 * Ends a launch and everything that came from it: TERM to its process group, after `graceMs` KILL, then KILL to each
 * process that carries the tag, again and again until there is none. Returns the numbers of those that would not die within
 * five seconds. No process is signalled whose start time is not the one that was seen, nor this process or its ancestors.
 * Without /proc (macOS) only the process group is reached.
 */
export async function endTree(
  launched: Pick<Launched, 'identity'>,
  tag: string,
  options: { readonly graceMs: number },
): Promise<{ survivors: readonly number[] }> {
  const leader = launched.identity;
  const known = aliveNow(leader) || startedHere.has(launched);
  if (known && signalGroup(leader, 'SIGTERM')) await groupGone(leader, options.graceMs);
  const { survivors } = await sweepTag(tag, known ? { group: leader } : {});
  return { survivors };
}

/**
 * Kills what is left after a normal end: each process that still carries the tag and, with `group`, each living member of
 * the process group of that launch, whose end this process must just have seen. Costs a few milliseconds when nothing is left.
 */
export async function sweepTag(
  tag: string,
  options: { readonly group?: ProcessIdentity } = {},
): Promise<{ ended: readonly number[]; survivors: readonly number[] }> {
  const signalled = new Map<number, ProcessRow>();
  const deadline = performance.now() + sweepLimitMs;
  // In the middle of an exec a process shows no environment for some microseconds, so that one empty look is not enough.
  for (let emptyLooks = 0, round = 0; emptyLooks < 2; round += 1) {
    // A killed process loses its environment before it is gone, and is waited for by its identity.
    const dying = [...signalled.values()].filter(isStill);
    const found = leftovers(tag, options.group);
    if (performance.now() > deadline) return outcome(signalled, [...found, ...dying]);
    for (const row of found) {
      if (signalOne(row, 'SIGKILL')) signalled.set(row.pid, row);
    }
    emptyLooks = found.length + dying.length === 0 ? emptyLooks + 1 : 0;
    if (emptyLooks < 2) await pause(emptyLooks > 0 ? 1 : Math.min(2 ** round, 50));
  }
  return outcome(signalled, []);
}

/**
 * Waits until no process carries the tag, at most `limitMs`, and ends none. Returns the numbers of those that still do.
 * Without /proc (macOS) nobody is found.
 */
export async function waitForTag(tag: string, limitMs: number): Promise<readonly number[]> {
  const deadline = performance.now() + limitMs;
  for (let emptyLooks = 0, wait = 1; ; wait = Math.min(wait * 2, 50)) {
    const found = leftovers(tag, undefined);
    emptyLooks = found.length === 0 ? emptyLooks + 1 : 0;
    if (emptyLooks === 2) return [];
    if (performance.now() > deadline) return found.map((row) => row.pid);
    await pause(emptyLooks > 0 ? 1 : wait);
  }
}

function outcome(signalled: ReadonlyMap<number, ProcessRow>, left: readonly ProcessRow[]) {
  const survivors = [...new Set(left.map((row) => row.pid))];
  return { ended: [...signalled.keys()].filter((pid) => !survivors.includes(pid)), survivors };
}

function isStill(row: ProcessRow): boolean {
  return aliveNow({ pid: row.pid, startTime: row.startTime, bootId: bootId() });
}

function leftovers(tag: string, group: ProcessIdentity | undefined): readonly ProcessRow[] {
  const carriers = carriersOf(tag);
  const members = group === undefined || !groupMayLive(group.pid) ? [] : membersOf(group);
  if (carriers.length === 0 && members.length === 0) return [];
  const spared = ourLine();
  const byPid = new Map([...carriers, ...members].map((row) => [row.pid, row]));
  return [...byPid.values()].filter((row) => !spared.has(row.pid));
}

/** Sends the signal if the process is still the one that was seen. */
function signalOne(row: ProcessRow, signal: NodeJS.Signals): boolean {
  if (!isStill(row)) return false;
  try {
    return process.kill(row.pid, signal);
  } catch {
    // It ended between the look and the signal, or changed its user.
    return false;
  }
}

/** Sends the signal to the group if it is still the one that this leader founded. False: nobody is there, or not ours. */
function signalGroup(leader: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isOurGroup(leader)) return false;
  try {
    return process.kill(-leader.pid, signal);
  } catch {
    return false;
  }
}

function isOurGroup(leader: ProcessIdentity): boolean {
  const holder = identityNow(leader.pid, { zombies: true });
  const isHeld = holder !== undefined && holder.startTime === leader.startTime && holder.bootId === leader.bootId;
  if (!isHeld && membersOf(leader).length === 0) return false;
  const line = ourLine();
  return !membersOf(leader).some((row) => line.has(row.pid));
}

/** Waits until no living process is in the group, or for `limitMs`. */
async function groupGone(leader: ProcessIdentity, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (let wait = 2; performance.now() < deadline; wait = Math.min(wait * 2, 100)) {
    if (!groupMayLive(leader.pid) || membersOf(leader).length === 0) return;
    await pause(Math.max(1, Math.min(wait, deadline - performance.now())));
  }
}

/** A cheap first look: false when the kernel knows no such group. Zombies still count here. */
function groupMayLive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}
