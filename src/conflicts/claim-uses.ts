import type { Claim } from '../tasks/index.ts';
import { resolveText } from './claim.ts';
import { isBelow, type PathPattern, rootOf } from './pattern.ts';
import { PatternTable } from './pattern-table.ts';
import type { TrackedPaths } from './tracked.ts';

/** As much of a task as this room needs. */
export interface ClaimingTask {
  readonly id: string;
  readonly claims: readonly Claim[];
}

/** Which tasks claim which patterns, and what each takes back. Tasks are known by their place in the input. */
export interface ClaimUses {
  readonly table: PatternTable;
  users(pattern: number): PatternUsers;
  /** How many claims hold the pattern; a task that holds it twice counts twice. */
  count(pattern: number): number;
  /** The only task that claims the pattern, or undefined when there are more; cheaper than asking for all. */
  soleUser(pattern: number): number | undefined;
  excluded(task: number): readonly PathPattern[];
}

/** The tasks that would change what a pattern names, and those that would read it, in input order; a task may be both. */
export interface PatternUsers {
  readonly writers: readonly number[];
  readonly readers: readonly number[];
}

interface Columns {
  readonly pattern: number[];
  readonly task: number[];
  readonly writes: boolean[];
}

const none: readonly PathPattern[] = [];

export function claimUses(tasks: readonly ClaimingTask[], tracked: TrackedPaths): ClaimUses {
  const table = new PatternTable(tracked);
  const columns: Columns = { pattern: [], task: [], writes: [] };
  const excluded = new Map<number, PathPattern[]>();
  tasks.forEach((task, index) => {
    const start = columns.pattern.length;
    for (const claim of task.claims) {
      if (claim.exclude) exclude(claim.pattern, index, excluded, tracked);
      else addUse(columns, table.numbersOf(claim.pattern), index, claim.mode !== 'read');
    }
    dropCovered(columns, start, table);
  });
  return grouped(columns, table, (task) => excluded.get(task) ?? none);
}

function exclude(text: string, task: number, excluded: Map<number, PathPattern[]>, tracked: TrackedPaths): void {
  const patterns = resolveText(text, tracked);
  if (patterns.ok) excluded.set(task, [...(excluded.get(task) ?? []), ...patterns.value]);
}

function addUse(columns: Columns, patterns: number | readonly number[], task: number, writes: boolean): void {
  if (typeof patterns !== 'number') {
    for (const pattern of patterns) addUse(columns, pattern, task, writes);
    return;
  }
  columns.pattern.push(patterns);
  columns.task.push(task);
  columns.writes.push(writes);
}

/**
 * A claim below a folder that the same task claims as strongly adds nothing. Without it, a thousand tasks that each claim
 * everything and a hundred files would meet in a hundred million ways.
 */
function dropCovered(columns: Columns, start: number, table: PatternTable): void {
  if (table.wides.size === 0) return;
  const folders: { path: string; writes: boolean }[] = [];
  for (let at = start; at < columns.pattern.length; at += 1) {
    const number = columns.pattern[at] as number;
    const pattern = table.isWide(number) ? table.pattern(number) : undefined;
    if (pattern?.kind === 'folder') folders.push({ path: pattern.path, writes: columns.writes[at] === true });
  }
  if (folders.length === 0) return;
  let kept = start;
  for (let at = start; at < columns.pattern.length; at += 1) {
    const pattern = columns.pattern[at] as number;
    const writes = columns.writes[at] === true;
    if (folders.some((folder) => (folder.writes || !writes) && covers(folder.path, table, pattern))) continue;
    columns.pattern[kept] = pattern;
    columns.task[kept] = columns.task[at] as number;
    columns.writes[kept] = writes;
    kept += 1;
  }
  columns.pattern.length = kept;
  columns.task.length = kept;
  columns.writes.length = kept;
}

function covers(folder: string, table: PatternTable, pattern: number): boolean {
  if (!table.isWide(pattern)) return isBelow(table.text(pattern), folder);
  const wide = table.pattern(pattern);
  const root = rootOf(wide);
  // A folder does not cover itself, or both would go; a glob that begins at the folder lies below it.
  return root === folder ? wide.kind === 'glob' : isBelow(root, folder);
}

/** A counting sort by pattern: the tasks of a pattern stand side by side, in input order. */
function grouped(columns: Columns, table: PatternTable, excluded: ClaimUses['excluded']): ClaimUses {
  const starts = new Int32Array(table.size + 1);
  for (const pattern of columns.pattern) starts[pattern + 1] = (starts[pattern + 1] as number) + 1;
  for (let at = 1; at < starts.length; at += 1) starts[at] = (starts[at] as number) + (starts[at - 1] as number);
  const next = starts.slice();
  const tasks = new Int32Array(columns.task.length);
  const writes = new Uint8Array(columns.task.length);
  columns.pattern.forEach((pattern, at) => {
    const place = next[pattern] as number;
    next[pattern] = place + 1;
    tasks[place] = columns.task[at] as number;
    writes[place] = columns.writes[at] === true ? 1 : 0;
  });
  const known = new Map<number, PatternUsers>();
  return {
    table,
    users: (pattern) => {
      let users = known.get(pattern);
      if (users === undefined) {
        users = split(tasks, writes, starts[pattern] as number, starts[pattern + 1] as number);
        known.set(pattern, users);
      }
      return users;
    },
    count: (pattern) => (starts[pattern + 1] as number) - (starts[pattern] as number),
    soleUser: (pattern) => {
      const start = starts[pattern] as number;
      return starts[pattern + 1] === start + 1 ? tasks[start] : undefined;
    },
    excluded,
  };
}

function split(tasks: Int32Array, writes: Uint8Array, start: number, end: number): PatternUsers {
  const writers = new Set<number>();
  const readers = new Set<number>();
  for (let at = start; at < end; at += 1) (writes[at] === 1 ? writers : readers).add(tasks[at] as number);
  return { writers: [...writers], readers: [...readers] };
}
