import type { Git } from './git.ts';
import { answer, inUser } from './run-git.ts';

export interface ListedWorktree {
  readonly path: string;
  /** Without `refs/heads/`; absent when HEAD is detached. */
  readonly branch?: string;
  readonly head?: string;
  readonly locked: boolean;
  /** git knows it, but its folder is gone. */
  readonly prunable: boolean;
  readonly main: boolean;
}

/** All worktrees of the user's repository, the main one first. */
export async function listWorktrees(git: Git): Promise<readonly ListedWorktree[]> {
  const said = await answer(git, inUser(git), ['worktree', 'list', '--porcelain', '-z']);
  const records = said.split('\0\0').filter((record) => record !== '');
  return records.map((record, index) => listed(git, record.split('\0'), index === 0));
}

function listed(git: Git, lines: readonly string[], main: boolean): ListedWorktree {
  const after = (word: string) => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
  const has = (word: string) => lines.some((line) => line === word || line.startsWith(`${word} `));
  const branch = after('branch')?.replace(/^refs\/heads\//, '');
  const head = after('HEAD');
  return {
    // git guesses the main worktree from the place of its administration, which can lie elsewhere.
    path: main ? git.repository.root : (after('worktree') ?? ''),
    ...(branch === undefined ? {} : { branch }),
    ...(head === undefined ? {} : { head }),
    locked: has('locked'),
    prunable: has('prunable'),
    main,
  };
}
