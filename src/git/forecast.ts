import { commitTree } from './commit-tree.ts';
import type { Git } from './git.ts';
import { mergePairs } from './merge-tree.ts';

/** Two that would not merge as text: two tips, or a tip and the commit they are to land on. */
export interface Clash {
  readonly a: string;
  readonly b: string;
  readonly paths: readonly string[];
}

/**
 * Which of `tips` conflict with `onto`, and which pairs of the others with each other once both stand on it. Two processes and
 * one for each tip; nothing but objects is written.
 */
export async function forecast(git: Git, onto: string, tips: readonly string[]): Promise<readonly Clash[]> {
  const clashes: Clash[] = [];
  const landed: { readonly tip: string; readonly commit: string }[] = [];
  const merged = await mergePairs(
    git,
    onto,
    tips.map((tip) => [onto, tip] as const),
  );
  for (const [index, tip] of tips.entries()) {
    const result = merged[index];
    if (result === undefined) continue;
    if (result.conflicts.length > 0) clashes.push({ a: tip, b: onto, paths: result.paths });
    else
      landed.push({ tip, commit: await commitTree(git, { tree: result.tree, parents: [onto], message: 'forecast' }) });
  }
  const pairs = landed.flatMap((a, index) => landed.slice(index + 1).map((b) => ({ a, b })));
  const pairwise = await mergePairs(
    git,
    onto,
    pairs.map(({ a, b }) => [a.commit, b.commit] as const),
  );
  for (const [index, { a, b }] of pairs.entries()) {
    const paths = pairwise[index]?.paths ?? [];
    if (paths.length > 0) clashes.push({ a: a.tip, b: b.tip, paths });
  }
  return clashes;
}
