import { join } from 'node:path';
import { pathKind, readText } from '../system/index.ts';

export type Operation = 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect';

/** The files by which git remembers what is going on in a worktree; a rebase also leaves the marks of the ones below it. */
const marks: readonly (readonly [file: string, operation: Operation])[] = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_START', 'bisect'],
];

/** What is half done in the worktree whose administration folder this is; undefined when nothing is. */
export async function operationUnderWay(gitDir: string): Promise<Operation | undefined> {
  const found = await Promise.all(marks.map(async ([file]) => (await pathKind(join(gitDir, file))) !== undefined));
  const first = found.indexOf(true);
  if (first >= 0) return marks[first]?.[1];
  // Between two commits of a series only the list of what is left stands there.
  const next = /^(pick|revert)\b/m.exec((await readText(join(gitDir, 'sequencer/todo'))) ?? '')?.[1];
  return next === undefined ? undefined : next === 'pick' ? 'cherry-pick' : 'revert';
}

/** The branch that a rebase or a bisect in this worktree will move or return to, as `refs/heads/...`. */
export async function branchInUse(gitDir: string): Promise<{ ref: string; operation: Operation } | undefined> {
  const [rebase, apply, bisect] = await Promise.all(
    ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'].map((file) => readText(join(gitDir, file))),
  );
  const rebased = (rebase ?? apply)?.trim();
  if (rebased?.startsWith('refs/heads/') === true) return { ref: rebased, operation: 'rebase' };
  const start = bisect?.trim();
  return start === undefined || start === '' ? undefined : { ref: `refs/heads/${start}`, operation: 'bisect' };
}
