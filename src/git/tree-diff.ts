import type { Git } from './git.ts';
import { parseRaw, type RawChange } from './raw-diff.ts';
import { answer, inControl } from './run-git.ts';

/** So many differences are remembered per repository; a landing asks for the same one four times within a moment. */
const remembered = 64;

const known = new WeakMap<Git, Map<string, Promise<readonly RawChange[]>>>();

/** The paths that differ between two commits or trees. What full ids name never changes, so neither does the answer, and it is kept. */
export function treeDiff(git: Git, from: string, to: string): Promise<readonly RawChange[]> {
  if (![from, to].every((id) => id.length >= 40 && /^[0-9a-f]+$/.test(id))) return askGit(git, from, to);
  const diffs = known.get(git) ?? new Map<string, Promise<readonly RawChange[]>>();
  known.set(git, diffs);
  const key = `${from} ${to}`;
  const before = diffs.get(key);
  if (before !== undefined) return before;
  const diff = askGit(git, from, to);
  diffs.set(key, diff);
  diff.catch(() => diffs.delete(key));
  const [oldest] = diffs.keys();
  if (diffs.size > remembered && oldest !== undefined) diffs.delete(oldest);
  return diff;
}

/** Notes that a commit just made has that tree: the difference to it is the one that is known already. */
export function commitHasTree(git: Git, from: string, made: { readonly tree: string; readonly commit: string }): void {
  const diff = known.get(git)?.get(`${from} ${made.tree}`);
  if (diff !== undefined) known.get(git)?.set(`${from} ${made.commit}`, diff);
}

async function askGit(git: Git, from: string, to: string): Promise<readonly RawChange[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', from, to];
  return parseRaw(await answer(git, await inControl(git), args));
}
