import type { SimpleGit } from 'simple-git';
import type { Git } from './git.ts';
import { inControl } from './run-git.ts';

export interface DiffSummary {
  readonly files: readonly {
    readonly path: string;
    readonly added: number;
    readonly removed: number;
    readonly binary: boolean;
  }[];
  readonly added: number;
  readonly removed: number;
}

export interface LogLine {
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  /** ISO 8601. */
  readonly date: string;
}

/** How many lines changed in which file between two commits, to be shown. */
export async function diffSummary(git: Git, from: string, to: string): Promise<DiffSummary> {
  const reader = await readerOf(git);
  const summary = await reader.diffSummary(['--no-ext-diff', '--no-textconv', '--no-renames', from, to]);
  const files = summary.files.map((file) => ({
    path: file.file,
    added: 'insertions' in file ? file.insertions : 0,
    removed: 'deletions' in file ? file.deletions : 0,
    binary: file.binary,
  }));
  return { files, added: summary.insertions, removed: summary.deletions };
}

/** The commits that `tip` has and `base` has not, newest first, at most `limit` (100 if not given), to be shown. */
export async function logSummary(git: Git, base: string, tip: string, limit = 100): Promise<readonly LogLine[]> {
  const reader = await readerOf(git);
  const log = await reader.log({ '--max-count': limit, [tip]: null, [`^${base}`]: null });
  return log.all.map((line) => ({
    commit: line.hash,
    subject: line.message,
    author: line.author_name,
    date: new Date(line.date).toISOString(),
  }));
}

/** simple-git on control.git. It takes exit code 1 without a word for a success, so every code but 0 is made a failure here. */
async function readerOf(git: Git): Promise<SimpleGit> {
  const place = await inControl(git);
  const env = {
    ...git.env,
    ...place.env,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
  };
  const { simpleGit } = await import('simple-git');
  return simpleGit({
    baseDir: git.control,
    allowEnvironment: Object.keys(env),
    // It takes any GIT_CONFIG_GLOBAL for a danger; ours is the empty one.
    unsafe: { allowUnsafeConfigPaths: true },
    errors: (error, result) =>
      error ?? (result.exitCode === 0 ? undefined : new Error(`git ended with ${result.exitCode}`)),
  }).env(env);
}
