import type { Git, Identity } from './git.ts';
import { answer, inControl } from './run-git.ts';

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** The user, if not given; `date` in any form that git reads. */
  readonly author?: Identity & { readonly date?: string };
}

/** Makes a commit object and gives its id. The committer is the user; no hook, editor or signature is asked for. */
export async function commitTree(git: Git, commit: NewCommit): Promise<string> {
  const author: NonNullable<NewCommit['author']> = commit.author ?? git.identity;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    ...(author.date === undefined ? {} : { GIT_AUTHOR_DATE: author.date }),
    GIT_COMMITTER_NAME: git.identity.name,
    GIT_COMMITTER_EMAIL: git.identity.email,
  };
  const args = ['commit-tree', commit.tree, ...commit.parents.flatMap((parent) => ['-p', parent])];
  const message = commit.message.endsWith('\n') ? commit.message : `${commit.message}\n`;
  return (await answer(git, await inControl(git), args, { env, input: message })).trim();
}
