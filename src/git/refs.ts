import { join } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import { pathKind, readHostile } from '../system/index.ts';
import type { Git, GitLook } from './git.ts';
import { answer, complaint, GitError, inControl, inUser, runGit } from './run-git.ts';
import { smallText } from './worktree-record.ts';

export interface RefMove {
  readonly ref: string;
  /** Undefined: the ref goes away. */
  readonly to: string | undefined;
  /** What it must be before; undefined: it must not exist. */
  readonly from: string | undefined;
}

/** The commit that a full ref name (`refs/heads/main`) stands for; undefined when there is no such ref. */
export async function tipOf(git: GitLook, ref: string): Promise<string | undefined> {
  const loose = await looseTip(git, ref);
  if (loose !== 'ask') return loose;
  return await resolveCommit(git, ref);
}

/**
 * What stands in the file of a branch or of a ref of ours (gitrepository-layout(5)). Tips are asked for all the time, and a file is read in
 * a thousandth of the time of a process. Undefined: there is no such ref. Whatever is not plain there is a question for git.
 */
async function looseTip(git: GitLook, ref: string): Promise<string | undefined | 'ask'> {
  const { commonDir } = git.repository;
  if (!/^refs\/(heads|wt-orch)\//.test(ref) || ref.includes('..')) return 'ask';
  const file = join(commonDir, ref);
  const text = (await smallText(file))?.trim() ?? '';
  if (text.length === noCommit(git).length && /^[0-9a-f]+$/.test(text)) return text;
  const isPlain = (await pathKind(file)) === undefined && (await pathKind(join(commonDir, 'reftable'))) === undefined;
  if (!isPlain) return 'ask';
  const packed = await readHostile(join(commonDir, 'packed-refs'), packedRefsLimit);
  if (!packed.ok) return packed.error.kind === 'missing' ? undefined : 'ask';
  return Buffer.from(packed.value).includes(` ${ref}\n`) ? 'ask' : undefined;
}

/** A larger list of packed refs is left to git, which does not read all of it. */
const packedRefsLimit = 1024 * 1024;

/** The commit that a person's word for it stands for (a branch, a tag, a short id); undefined when it stands for none. */
export async function resolveCommit(git: GitLook, name: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const finished = await runGit(git.env, inUser(git), args);
  // Exit 1 is git's word for "no such commit"; anything else says that it could not look.
  if (finished.code !== 0 && finished.code !== 1) throw new GitError(args, finished);
  return finished.code === 0 ? finished.stdout.trim() : undefined;
}

/** Moves refs of the user's repository all together or not at all, each only if it still is what it was. Runs no hooks. */
export async function moveRefs(
  git: Git,
  moves: readonly RefMove[],
  reason = 'wt-orch',
): Promise<Result<void, { readonly kind: 'refMoved'; readonly message: string }>> {
  const none = noCommit(git);
  // An old value of zeros says "must not exist", a new one "goes away".
  const lines = moves.map(({ ref, to, from }) => `update ${ref}\0${to ?? none}\0${from ?? none}\0`);
  const args = ['update-ref', '-m', reason, '--no-deref', '--stdin', '-z'];
  const finished = await runGit(git.env, inUser(git), args, { input: lines.join('') });
  return finished.code === 0 ? ok(undefined) : err({ kind: 'refMoved', message: complaint(finished) });
}

/** Keeps a commit reachable under a ref of ours. The ref may exist if it says the same; fails if it says something else. */
export async function pinCommit(
  git: Git,
  ref: string,
  commit: string,
): Promise<Result<void, { readonly kind: 'refMoved'; readonly message: string }>> {
  const moved = await moveRefs(git, [{ ref, to: commit, from: undefined }]);
  return moved.ok || (await tipOf(git, ref)) === commit ? ok(undefined) : moved;
}

/** Whether commit `a` is `b` or one of its ancestors. */
export async function isAncestor(git: Git, a: string, b: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', a, b];
  const finished = await runGit(git.env, await inControl(git), args);
  if (finished.code === 0 || finished.code === 1) return finished.code === 0;
  throw new GitError(args, finished);
}

/** The best common ancestor of two commits; undefined when they have none. */
export async function mergeBase(git: Git, a: string, b: string): Promise<string | undefined> {
  const args = ['merge-base', a, b];
  const finished = await runGit(git.env, await inControl(git), args);
  if (finished.code === 1) return undefined;
  if (finished.code !== 0) throw new GitError(args, finished);
  return finished.stdout.trim();
}

/** The refs below a prefix such as `refs/wt-orch/`, sorted by name. */
export async function listRefs(git: Git, prefix: string): Promise<readonly { ref: string; commit: string }[]> {
  const said = await answer(git, inUser(git), ['for-each-ref', '--format=%(objectname) %(refname)', prefix]);
  return said
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ commit: line.slice(0, line.indexOf(' ')), ref: line.slice(line.indexOf(' ') + 1) }));
}

/** The branch checked out in the main worktree (`main`); undefined when its HEAD is detached. */
export async function currentBranch(git: GitLook): Promise<string | undefined> {
  const args = ['symbolic-ref', '--quiet', 'HEAD'];
  const finished = await runGit(git.env, inUser(git), args);
  if (finished.code !== 0 && finished.code !== 1) throw new GitError(args, finished);
  const ref = finished.stdout.trim();
  return finished.code === 0 && ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
}

/** The id of no object, in the repository's format. */
function noCommit(git: GitLook): string {
  return '0'.repeat(git.repository.objectFormat === 'sha256' ? 64 : 40);
}
