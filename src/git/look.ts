import type { Git, GitLook, Repository } from './git.ts';
import { answer, GitError, gitEnvironment, inControl, inUser, pieces, runGit } from './run-git.ts';
import { treeDiff } from './tree-diff.ts';

/** The repository as `plan` sees it, who makes nothing, control.git included. `env` is the user's environment. */
export function lookAt(repository: Repository, env: Readonly<Record<string, string>>): GitLook {
  return { repository, env: gitEnvironment(env) };
}

export interface ChangedPath {
  readonly path: string;
  /** Added, modified, deleted, or of another type (a file that became a link). A rename is a deletion and an addition. */
  readonly status: 'A' | 'M' | 'D' | 'T';
}

/** The paths that differ between two commits (or trees). */
export async function changedPaths(git: Git, from: string, to: string): Promise<readonly ChangedPath[]> {
  return (await treeDiff(git, from, to)).map(({ path, status }) => ({ path, status }));
}

/** The commits that `tip` has and `base` has not, oldest first, parents before children. */
export async function commitsBetween(git: Git, base: string, tip: string): Promise<readonly string[]> {
  const args = ['rev-list', '--reverse', '--topo-order', '--parents', tip, `^${base}`];
  const lines = (await answer(git, await inControl(git), args)).split('\n').filter((line) => line !== '');
  const families = lines.map((line) => line.split(' '));
  parentsSeen.set(git, new Map(families.map(([commit = '', ...parents]) => [commit, parents])));
  return families.map(([commit = '']) => commit);
}

/** The whole messages of the commits that `tip` has and none of `known` has, newest first. */
export async function messagesBeyond(git: Git, tip: string, known: readonly string[]): Promise<readonly string[]> {
  const args = [
    'log',
    '--no-ext-diff',
    '--no-textconv',
    '--format=%B%x00',
    tip,
    ...known.map((commit) => `^${commit}`),
  ];
  return pieces(await answer(git, await inControl(git), args));
}

/** The parents of the commits that were listed last: whoever lists them asks for those next. */
const parentsSeen = new WeakMap<Git, ReadonlyMap<string, readonly string[]>>();

/** The parents of a commit, the first one first; none for a root. */
export async function parentsOf(git: Git, commit: string): Promise<readonly string[]> {
  const known = parentsSeen.get(git)?.get(commit);
  if (known !== undefined) return known;
  const args = ['rev-list', '--parents', '--max-count=1', commit];
  const [, ...parents] = (await answer(git, await inControl(git), args)).trim().split(' ');
  return parents;
}

/**
 * The bytes of a file in a commit, or where a link points to. Undefined when there is none, when the path is a folder, or when
 * it has more than `maxBytes`.
 */
export async function blob(git: Git, commit: string, path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const place = await inControl(git);
  const name = `${commit}:${path}`;
  const finished = await runGit(git.env, place, ['cat-file', 'blob', name], { binary: true, maxBytes });
  if (finished.overflowed) return undefined;
  if (finished.code === 0 && finished.stdoutBytes !== undefined) return finished.stdoutBytes;
  // Git exits 128 both for a path that is not there and for an object it cannot read; only the second is a failure.
  const listed = await answer(git, place, ['ls-tree', '-z', '--full-tree', commit, '--', path]);
  if (!/^1[02]0\d{3} blob /.test(listed)) return undefined;
  throw new GitError(['cat-file', 'blob', name], finished);
}

/** Every path in a commit, files and links, sorted as git sorts. */
export async function trackedPathList(git: GitLook, commit: string): Promise<readonly string[]> {
  return pieces(await answer(git, inUser(git), ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit]));
}

/** The difference between two commits as text for people, renames recognised; no program of the user's formats it. */
export async function diffText(git: Git, from: string, to: string): Promise<string> {
  const args = ['diff', '--no-ext-diff', '--no-textconv', '--no-color', '--find-renames', from, to];
  return await answer(git, await inControl(git), args);
}
