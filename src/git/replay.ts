import { err, ok } from '../std/index.ts';
import { carryAttributes } from './attributes.ts';
import { commitTree } from './commit-tree.ts';
import type { Git } from './git.ts';
import { mergeTree } from './merge-tree.ts';
import { answer, inControl } from './run-git.ts';
import { type ChainLink, joined, type MergePlan, settle } from './settle.ts';

interface Picked {
  readonly id: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string; readonly date: string };
  readonly message: string;
}

/**
 * Lands the commits of a branch one after the other, each with its author, date and message. One that brings nothing new is
 * left out. A branch with merges of its own has no line to replay without losing how they were resolved: it lands as one commit.
 */
export async function replay(git: Git, plan: MergePlan): Promise<ChainLink> {
  const commits = await commitsOf(git, plan.base, plan.tip);
  if (commits.some((commit) => commit.parents.length !== 1)) {
    return await joined(git, plan, [plan.base], plan.author ?? commits.at(-1)?.author);
  }
  let onto = plan.base;
  let last: { commit: string; tree: string } | undefined;
  for (const picked of commits) {
    const stand = await standIn(git, onto, picked);
    const merged = await mergeTree(git, stand, picked.id);
    const settled = await settle(git, { ...plan, base: onto, tip: picked.id }, merged, stand);
    if (!settled.ok && settled.error.kind === 'nothingToLand') continue;
    if (!settled.ok) return settled;
    const { tree, changes } = settled.value;
    const commit = await commitTree(git, { tree, parents: [onto], message: picked.message, author: picked.author });
    carryAttributes(git, onto, commit, changes);
    last = { commit, tree };
    onto = commit;
  }
  return last === undefined ? err({ kind: 'nothingToLand' }) : ok(last);
}

/**
 * `merge-tree` finds the common ancestor itself (git has no option for it before 2.40). A commit with the files of `onto`
 * whose parent is the picked commit's parent makes that parent the ancestor, which is what a cherry-pick wants.
 */
async function standIn(git: Git, onto: string, picked: Picked): Promise<string> {
  const stand = await commitTree(git, { tree: `${onto}^{tree}`, parents: picked.parents, message: 'stand-in' });
  carryAttributes(git, onto, stand, []);
  return stand;
}

/** The commits that `tip` has and `base` has not, oldest first, parents before children. */
async function commitsOf(git: Git, base: string, tip: string): Promise<readonly Picked[]> {
  const format = '--format=%H%x00%P%x00%an%x00%ae%x00%aI%x00%B%x00';
  const args = ['log', '--reverse', '--topo-order', '--no-ext-diff', '--no-textconv', format, tip, `^${base}`];
  const fields = (await answer(git, await inControl(git), args)).split('\0');
  const commits: Picked[] = [];
  for (let at = 0; at + 5 < fields.length; at += 6) {
    const [id = '', parents = '', name = '', email = '', date = '', message = ''] = fields.slice(at, at + 6);
    const parentIds = parents.split(' ').filter((parent) => parent !== '');
    // A line end stands between two records.
    commits.push({ id: id.trim(), parents: parentIds, author: { name, email, date }, message });
  }
  return commits;
}
