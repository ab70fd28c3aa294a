import { attributeFolder } from './attributes.ts';
import type { Git } from './git.ts';
import { complaint, GitError, inControl, type Place, runGit } from './run-git.ts';
import { gitCan } from './versions.ts';

/** A merge in memory: the tree, which holds conflict markers where `conflicts` is not empty. */
export interface Merged {
  readonly tree: string;
  /** Paths as git leaves them in the tree, a moved-aside `path~<commit>` included. */
  readonly conflicts: readonly string[];
  /** The same as the people know them, paths of either side. */
  readonly paths: readonly string[];
}

/**
 * Merges two commits without files. Of the user's configuration only approved merge drivers take part: another one that
 * `.gitattributes` names is not defined in control.git, and git then merges as text. Commits without a common ancestor are
 * `unrelated`.
 */
export async function mergeTree(git: Git, ours: string, theirs: string): Promise<Merged | 'unrelated'> {
  const place = await mergePlace(git, ours);
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--messages', ours, theirs];
  const finished = await runGit(git.env, place, args);
  // Exit 1 is git's word for "with conflicts".
  if (finished.code === 0 || finished.code === 1) return parseMerged(finished.stdout, finished.code === 0);
  if (/unrelated histories/.test(complaint(finished))) return 'unrelated';
  throw new GitError(args, finished);
}

/** control.git with the attributes of a commit as its only files. */
async function mergePlace(git: Git, ours: string): Promise<Place> {
  const folder = await attributeFolder(git, ours);
  const place = await inControl(git);
  return { cwd: folder, env: { ...place.env, GIT_WORK_TREE: folder } };
}

/**
 * The output is the tree, the conflicted paths, an empty field, then messages: a count, that many paths, a type and a text
 * (git-merge-tree(1)). The first path of a message about a file in the way of a folder is the name git gave it aside.
 */
function parseMerged(output: string, clean: boolean): Merged {
  const fields = output.split('\0');
  const tree = fields[0] ?? '';
  if (clean) return { tree, conflicts: [], paths: [] };
  const end = fields.indexOf('', 1);
  const conflicts = fields.slice(1, end);
  const paths = new Set(conflicts);
  const aside = new Set<string>();
  for (let at = end + 1; at < fields.length; ) {
    const count = Number(fields[at]);
    if (!(count > 0)) break;
    const named = fields.slice(at + 1, at + 1 + count);
    const type = fields[at + 1 + count] ?? '';
    if (type.startsWith('CONFLICT')) for (const path of named) paths.add(path);
    if (type === 'CONFLICT (file/directory)' || type === 'CONFLICT (distinct modes)') {
      for (const path of named) if (named.some((other) => path.startsWith(`${other}~`))) aside.add(path);
    }
    at += count + 3;
  }
  return { tree, conflicts, paths: [...paths].filter((path) => !aside.has(path)) };
}

/** Merges of many pairs; the same order comes back. In one process where git can do that, else with one process for each. */
export async function mergePairs(
  git: Git,
  onto: string,
  pairs: readonly (readonly [string, string])[],
): Promise<readonly Merged[]> {
  if (pairs.length === 0) return [];
  if (!gitCan(git.repository.gitVersion, 'mergeMany')) {
    const merged: Merged[] = [];
    for (const [a, b] of pairs) {
      const one = await mergeTree(git, a, b);
      merged.push(one === 'unrelated' ? { tree: '', conflicts: [], paths: [] } : one);
    }
    return merged;
  }
  const place = await mergePlace(git, onto);
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '--stdin'];
  const finished = await runGit(git.env, place, args, { input: pairs.map(([a, b]) => `${a} ${b}\n`).join('') });
  if (finished.code !== 0 && finished.code !== 1) throw new GitError(args, finished);
  return parsePairs(finished.stdout);
}

/** Each record is a status, the tree, the conflicted paths and an empty field. */
function parsePairs(output: string): readonly Merged[] {
  const fields = output.split('\0');
  const merged: Merged[] = [];
  for (let at = 0; at + 2 < fields.length; ) {
    const end = fields.indexOf('', at + 2);
    const conflicts = fields.slice(at + 2, end);
    merged.push({ tree: fields[at + 1] ?? '', conflicts, paths: conflicts });
    at = end + 1;
  }
  return merged;
}
