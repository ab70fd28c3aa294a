import { dirname, join } from 'node:path';
import { listFolder } from '../system/index.ts';
import type { Git } from './git.ts';
import { listWorktrees } from './list-worktrees.ts';
import { branchInUse, type Operation, operationUnderWay } from './operation.ts';
import { smallText } from './worktree-record.ts';

/** A worktree of the user's repository in which a branch is checked out, or will be again when something half done ends. */
export interface Checkout {
  readonly path: string;
  /** Its administration folder; the common one for the main worktree. */
  readonly gitDir: string;
  /** The commit that is checked out. */
  readonly head: string;
  /** What is half done there. */
  readonly operation?: Operation;
}

/** The worktrees that have the branch (without `refs/heads/`) checked out, or in use by a rebase or a bisect; as paths. */
export async function checkouts(git: Git, branch: string): Promise<readonly string[]> {
  return (await checkoutsOf(git, branch)).map((checkout) => checkout.path);
}

export async function checkoutsOf(git: Git, branch: string): Promise<readonly Checkout[]> {
  const [listed, admins] = await Promise.all([listWorktrees(git), adminFolders(git)]);
  const looks = listed.map(async (worktree): Promise<Checkout | undefined> => {
    const gitDir = worktree.main ? git.repository.commonDir : admins.get(worktree.path);
    // A worktree whose folder is gone has no files that a moved branch could disagree with.
    if (gitDir === undefined || worktree.prunable) return undefined;
    const use = await branchInUse(gitDir);
    const isIn = worktree.branch === branch || use?.ref === `refs/heads/${branch}`;
    if (!isIn) return undefined;
    const operation = use?.operation ?? (await operationUnderWay(gitDir));
    return {
      path: worktree.path,
      gitDir,
      head: worktree.head ?? '',
      ...(operation === undefined ? {} : { operation }),
    };
  });
  return (await Promise.all(looks)).filter((checkout) => checkout !== undefined);
}

/** The administration folder of each linked worktree, by the path of the worktree. */
async function adminFolders(git: Git): Promise<ReadonlyMap<string, string>> {
  const folder = join(git.repository.commonDir, 'worktrees');
  const names = await listFolder(folder);
  const entries = names.map(async (name): Promise<[string, string]> => {
    const pointer = (await smallText(join(folder, name, 'gitdir')))?.trim() ?? '';
    return [dirname(pointer), join(folder, name)];
  });
  return new Map(await Promise.all(entries));
}
