import type { ClaimUses } from './claim-uses.ts';
import { FolderTree } from './folder-tree.ts';
import { canMeet } from './meet.ts';
import { matchesPattern, type PathPattern, patternTokens, rootOf, type WidePattern } from './pattern.ts';
import { folderOf } from './tracked.ts';

/**
 * Why two tasks overlap: they meet at a name (the number of its pattern), or somewhere in what two wide patterns have in common
 * (`-1 - n`, where `n` is the place of the pair in `widePairs`).
 */
export type Reason = number;

export interface WidePair {
  readonly a: PathPattern;
  readonly b: PathPattern;
}

export interface Meetings {
  /** By pair of tasks, as `first * taskCount + second` with first < second. */
  readonly reasons: ReadonlyMap<number, readonly Reason[]>;
  readonly widePairs: readonly WidePair[];
}

/**
 * Finds the pairs of tasks whose claims meet, exclusions aside. Only candidates are compared: the same pattern by its number, and
 * wide patterns with what lies below the folder they begin in.
 */
export function findMeetings(uses: ClaimUses, taskCount: number): Meetings {
  const search: Search = { uses, taskCount, reasons: new Map(), widePairs: [] };
  const { table } = uses;
  const tree = new FolderTree((folder) => table.untrackedName(folder));
  const nodes = Array.from(table.wides, ([number, wide]) => tree.file(number, rootOf(wide)));
  meetSameName(search);
  meetAboveNames(search, tree);
  let place = 0;
  for (const [number, wide] of table.wides) {
    meetAboveWide(search, tree, nodes[place] as number, number, wide);
    place += 1;
  }
  return search;
}

interface Search extends Meetings {
  readonly uses: ClaimUses;
  readonly taskCount: number;
  readonly reasons: Map<number, Reason[]>;
  readonly widePairs: WidePair[];
}

function meetSameName(search: Search): void {
  const { table, count } = search.uses;
  for (let name = 0; name < table.size; name += 1) {
    if (count(name) > 1 && !table.isWide(name)) meet(search, name, name, name);
  }
}

function meetAboveNames(search: Search, tree: FolderTree): void {
  const { uses } = search;
  const { table } = uses;
  let folder = '';
  let node = 0;
  for (let name = 0; name < table.size; name += 1) {
    if (table.isWide(name) || uses.count(name) === 0) continue;
    const path = table.text(name);
    // Tasks list the files of one folder side by side, so most names are in the folder of the name before.
    if (path.lastIndexOf('/') !== folder.length || !path.startsWith(folder)) {
      folder = folderOf(path);
      node = tree.nodeOf(folder);
    }
    for (let above = node; above >= 0; above = tree.parentOf(above)) {
      for (const other of tree.filedAt(above) ?? []) {
        if (!sameSoleUser(uses, other, name) && matchesPattern(table.pattern(other), path))
          meet(search, other, name, name);
      }
    }
  }
}

function meetAboveWide(search: Search, tree: FolderTree, start: number, number: number, wide: WidePattern): void {
  const { table } = search.uses;
  for (let above = start; above >= 0; above = tree.parentOf(above)) {
    for (const other of tree.filedAt(above) ?? []) {
      // Two wide patterns of one folder would find each other twice.
      if (above === start && other > number && table.isWide(other)) continue;
      if (sameSoleUser(search.uses, other, number)) continue;
      const pattern = table.pattern(other);
      if (mayMeet(wide, pattern))
        meet(search, other, number, -1 - (search.widePairs.push({ a: pattern, b: wide }) - 1));
    }
  }
}

/** Most patterns that could meet belong to one task, which needs no telling apart from itself. */
function sameSoleUser(uses: ClaimUses, a: number, b: number): boolean {
  const user = uses.soleUser(a);
  return user !== undefined && user === uses.soleUser(b);
}

/** `above` begins at or above the folder that `below` begins in. */
function mayMeet(below: WidePattern, above: PathPattern): boolean {
  if (above !== below && above.kind === 'glob' && below.kind === 'glob') {
    if (!above.tail.endsWith(below.tail) && !below.tail.endsWith(above.tail)) return false;
  }
  if (above === below || above.kind !== 'glob') return true;
  return patternTokens(below).some((tokens) => canMeet(tokens, above.tokens, []));
}

/** Every task that claims one pattern with every task that claims the other, but for two that only read. */
function meet(search: Search, a: number, b: number, reason: Reason): void {
  const inA = search.uses.users(a);
  if (a !== b) {
    const inB = search.uses.users(b);
    addAll(search, inA.writers, inB.writers, reason);
    addAll(search, inA.writers, inB.readers, reason);
    addAll(search, inA.readers, inB.writers, reason);
    return;
  }
  const { writers } = inA;
  for (let one = 0; one < writers.length; one += 1) {
    for (let two = one + 1; two < writers.length; two += 1)
      add(search, writers[one] as number, writers[two] as number, reason);
  }
  addAll(search, writers, inA.readers, reason);
}

function addAll(search: Search, some: readonly number[], others: readonly number[], reason: Reason): void {
  for (const task of some) for (const other of others) if (task !== other) add(search, task, other, reason);
}

function add(search: Search, task: number, other: number, reason: Reason): void {
  const key = Math.min(task, other) * search.taskCount + Math.max(task, other);
  const reasons = search.reasons.get(key);
  if (reasons === undefined) search.reasons.set(key, [reason]);
  else reasons.push(reason);
}
