import { join } from 'node:path';
import { assertNever, err, ok, type Result } from '../std/index.ts';
import { pathKind, readBytes, writeAtomic } from '../system/index.ts';
import { commitTree } from './commit-tree.ts';
import type { Git } from './git.ts';
import { gitlinkMode, type RawChange } from './raw-diff.ts';
import { type FilesRead, withFilesRead } from './read-files.ts';
import { isAncestor, moveRefs, pinCommit, tipOf } from './refs.ts';
import { answer, complaint, GitError } from './run-git.ts';
import { commitHasTree, treeDiff } from './tree-diff.ts';
import { inspectWorktree, smallText } from './worktree-record.ts';

export interface HarvestPlan {
  readonly path: string;
  readonly branch: string;
  /** The commit the worktree was made at. */
  readonly base: string;
  readonly message: string;
  /** Paths, files or folders, that are never committed from the files. */
  readonly exclude: readonly string[];
  /** False: what is in the files stays there, uncommitted. True if not given. */
  readonly commitLeftovers?: boolean;
}

export interface Harvest {
  /** The branch after the harvest. */
  readonly tip: string;
  /** Whether a commit was made; without one the branch holds all there is. */
  readonly harvested: boolean;
  /** What the new commit changes. */
  readonly paths: readonly string[];
  /** Folders with a git repository of their own, which stay on the disk only. Each has a trailing slash. */
  readonly nested: readonly string[];
  /** Submodule entries that the branch has and `base` has not: the agent committed them itself. */
  readonly gitlinks: readonly string[];
  /** A commit that the agent made beside its branch, and the ref that now keeps it. */
  readonly stray?: { readonly commit: string; readonly ref: string };
}

export type HarvestFailure = {
  readonly kind: 'gitGone' | 'gitElsewhere' | 'branchGone' | 'gitFailed';
  readonly message?: string;
};

/**
 * Commits what lies uncommitted in a worktree onto its branch, as one commit. Works on the files alone, with control.git's
 * settings: the agent's `.git`, index and configuration are never used, nothing that they name is run, and the branch moves
 * only if it is where it was. Ignored files stay out. Afterwards the worktree's own index agrees with the branch.
 */
export async function harvest(git: Git, plan: HarvestPlan): Promise<Result<Harvest, HarvestFailure>> {
  const { integrity, admin } = await inspectWorktree(git, plan.path);
  switch (integrity) {
    case 'missing':
    case 'gitGone':
      return err({ kind: 'gitGone' });
    case 'gitElsewhere':
      return err({ kind: 'gitElsewhere' });
    case 'intact':
      break;
    default:
      return assertNever(integrity);
  }
  try {
    const [tip, head] = await Promise.all([tipOf(git, `refs/heads/${plan.branch}`), headOf(git, admin ?? '')]);
    if (tip === undefined) return err({ kind: 'branchGone' });
    return await collect(git, plan, tip, { ...head, admin: admin ?? '' });
  } catch (error) {
    if (error instanceof GitError) return err({ kind: 'gitFailed', message: complaint(error.finished) });
    throw error;
  }
}

async function collect(
  git: Git,
  plan: HarvestPlan,
  tip: string,
  head: Head & { readonly admin: string },
): Promise<Result<Harvest, HarvestFailure>> {
  const stray = await pinStray(git, plan, head.commit, tip);
  if (!stray.ok) return stray;
  const committed = await withFilesRead(git, { path: plan.path, commit: tip }, async (read) => {
    const made = await commitFiles(git, plan, tip, read);
    if (!made.ok) return made;
    if (made.value.commit !== undefined && head.branch === plan.branch) await freshenIndex(head.admin, read.index);
    return ok({ ...made.value, nested: read.nested });
  });
  if (!committed.ok) return committed;
  const { commit, changes, nested } = committed.value;
  const last = commit ?? tip;
  return ok({
    tip: last,
    harvested: commit !== undefined,
    paths: changes.map((change) => change.path),
    nested,
    gitlinks: (tip === plan.base ? changes : await treeDiff(git, plan.base, last))
      .filter(isNewGitlink)
      .map((change) => change.path),
    ...(stray.value === undefined ? {} : { stray: stray.value }),
  });
}

async function commitFiles(
  git: Git,
  plan: HarvestPlan,
  tip: string,
  read: FilesRead,
): Promise<Result<{ commit?: string; changes: readonly RawChange[] }, HarvestFailure>> {
  const isLeftOut = (path: string) => plan.exclude.some((out) => path === out || path.startsWith(`${out}/`));
  if (plan.commitLeftovers === false || read.changed.every(isLeftOut)) return ok({ changes: [] });
  // Git refuses a pathspec that names an ignored file, even one that leaves it out; those stay out by themselves.
  const named = plan.exclude.filter((out) => read.changed.some((path) => path === out || path.startsWith(`${out}/`)));
  const leftOut = [...named, ...read.nested.map((folder) => folder.slice(0, -1))];
  const pathspecs = [':(top)', ...leftOut.map((path) => `:(top,exclude,literal)${path}`)];
  const args = ['add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'];
  await answer(git, read.place, args, { input: pathspecs.join('\0') });
  const tree = (await answer(git, read.place, ['write-tree'])).trim();
  const changes = await treeDiff(git, tip, tree);
  if (changes.length === 0) return ok({ changes });
  const commit = await commitTree(git, { tree, parents: [tip], message: plan.message });
  commitHasTree(git, tip, { tree, commit });
  const reason = 'wt-orch: harvest';
  const moved = await moveRefs(git, [{ ref: `refs/heads/${plan.branch}`, to: commit, from: tip }], reason);
  return moved.ok ? ok({ commit, changes }) : err({ kind: 'gitFailed', message: moved.error.message });
}

const isNewGitlink = (change: RawChange) => change.newMode === gitlinkMode && change.oldMode !== gitlinkMode;

interface Head {
  /** Absent on a detached HEAD. */
  readonly branch?: string;
  readonly commit?: string;
}

/** Where the worktree's HEAD is, read from its administration folder. */
async function headOf(git: Git, admin: string): Promise<Head> {
  const text = (await smallText(join(admin, 'HEAD')))?.trim() ?? '';
  const ref = /^ref: (refs\/.+)$/.exec(text)?.[1];
  const commit = await tipOf(git, ref ?? text);
  return {
    ...(ref?.startsWith('refs/heads/') === true ? { branch: ref.slice('refs/heads/'.length) } : {}),
    ...(commit === undefined ? {} : { commit }),
  };
}

/** Without this the agent's next look at its worktree would show the harvest as undone. A lock there means: hands off. */
async function freshenIndex(admin: string, index: string): Promise<void> {
  const bytes = (await pathKind(join(admin, 'index.lock'))) === undefined ? await readBytes(index) : undefined;
  if (bytes !== undefined) await writeAtomic(join(admin, 'index'), bytes);
}

/** A commit on a detached HEAD, or on another branch, is kept: nobody promised that what names it stays. */
async function pinStray(
  git: Git,
  plan: HarvestPlan,
  head: string | undefined,
  tip: string,
): Promise<Result<Harvest['stray'], HarvestFailure>> {
  if (head === undefined || head === tip || (await isAncestor(git, head, tip))) return ok(undefined);
  if (await isAncestor(git, head, plan.base)) return ok(undefined);
  const task = plan.branch.replace(/^wt-orch\//, '');
  const ref = `refs/wt-orch/attempts/${task}/head-${head.slice(0, 12)}`;
  const pinned = await pinCommit(git, ref, head);
  return pinned.ok ? ok({ commit: head, ref }) : err({ kind: 'gitFailed', message: pinned.error.message });
}
