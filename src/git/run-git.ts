import { dirname } from 'node:path';
import { type Finished, run } from '../system/index.ts';
import type { Git, GitLook, Setting } from './git.ts';
import { mendControl } from './mend-control.ts';

/** Where a command acts: never found by discovery, always said. */
export interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: readonly Setting[];
  /** A list of attributes beside those of the repository; none if not given. */
  readonly attributesFile?: string;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly binary?: boolean;
}

/** A git command that had no reason to fail did: a full disk, a damaged repository, a missing permission. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly finished: Finished;

  constructor(args: readonly string[], finished: Finished) {
    super(`git ${args.slice(0, 3).join(' ')}: ${complaint(finished)}`);
    this.finished = finished;
  }
}

/** Long enough for a checkout of a big tree on a slow disk, short enough that a stuck git does not stop a run for ever. */
const defaultTimeoutMs = 300_000;

/**
 * These end every door through which configuration makes git start programs, as far as a fixed list can; filters and merge
 * drivers can have any name, so whatever reads or writes files runs on control.git, where only approved ones are defined.
 */
const hardened = [
  ...['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.attributesFile=/dev/null', 'core.untrackedCache=false'],
  ...['commit.gpgSign=false', 'tag.gpgSign=false', 'log.showSignature=false', 'gc.auto=0', 'maintenance.auto=false'],
  ...['safe.bareRepository=explicit', 'protocol.ext.allow=never', 'submodule.recurse=false', 'core.quotePath=true'],
  // Another git may hold a ref for a moment; that is worth waiting for.
  ...['core.filesRefLockTimeout=5000', 'core.packedRefsTimeout=5000'],
  // What a ref names is on the disk before the ref is: by default git does not sync loose objects.
  ...['core.fsync=committed,reference', 'core.fsyncMethod=fsync'],
].flatMap((setting) => ['-c', setting]);

/** The part of the user's environment that git needs; everything that begins with `GIT_` stays out. */
export function gitEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  for (const name of ['PATH', 'HOME', 'TMPDIR']) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** Runs git with nothing inherited: the place, the few variables above and the switches that keep configuration quiet. */
export async function runGit(
  env: Readonly<Record<string, string>>,
  place: Place,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Finished> {
  const attributes =
    options.attributesFile === undefined ? [] : ['-c', `core.attributesFile=${options.attributesFile}`];
  return await run(['git', ...hardened, ...attributes, ...args], {
    cwd: place.cwd,
    env: {
      ...env,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_EDITOR: 'true',
      GIT_PAGER: 'cat',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_CEILING_DIRECTORIES: dirname(place.cwd),
      ...settingsAsEnv(options.settings ?? []),
      ...place.env,
      ...options.env,
    },
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
    ...(options.binary === undefined ? {} : { binary: options.binary }),
  });
}

/** Settings through the environment: a `-c` cannot say a key whose middle part holds an equals sign. */
function settingsAsEnv(settings: readonly Setting[]): Record<string, string> {
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}

/** The user's repository, seen from its main worktree. */
export function inUser(git: GitLook): Place {
  const { root, commonDir } = git.repository;
  return { cwd: root, env: { GIT_DIR: commonDir, GIT_WORK_TREE: root } };
}

/** One worktree of the user's repository by its administration folder; what the `.git` in its files says is not asked. */
export function inWorktree(git: Git, worktree: { readonly path: string; readonly gitDir: string }): Place {
  const { root, commonDir } = git.repository;
  const env = { GIT_DIR: worktree.gitDir, GIT_COMMON_DIR: commonDir, GIT_WORK_TREE: worktree.path };
  return { cwd: root, env };
}

/** control.git, writing its objects straight into the user's repository. */
export async function inControl(git: Git): Promise<Place> {
  await mendControl(git);
  return { cwd: git.control, env: { GIT_DIR: git.control, GIT_OBJECT_DIRECTORY: objectsOf(git) } };
}

/** Files anywhere, judged by control.git's settings and an index of our own. */
export async function onFiles(git: Git, files: { readonly folder: string; readonly index: string }): Promise<Place> {
  const place = await inControl(git);
  return { cwd: place.cwd, env: { ...place.env, GIT_WORK_TREE: files.folder, GIT_INDEX_FILE: files.index } };
}

/** Where the user's repository keeps its objects. */
export function objectsOf(git: { readonly repository: { readonly commonDir: string } }): string {
  return `${git.repository.commonDir}/objects`;
}

/** What git prints for a command that has no reason to fail; throws GitError on any exit code but 0. */
export async function answer(
  git: GitLook,
  place: Place,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const finished = await runGit(git.env, place, args, options);
  if (finished.code !== 0) throw new GitError(args, finished);
  return finished.stdout;
}

/** The reason in one line: git's own last words, or how it ended. */
export function complaint(finished: Finished): string {
  if (finished.startFailed !== undefined) return finished.startFailed;
  if (finished.timedOut) return 'took too long';
  if (finished.overflowed) return 'said too much';
  const lines = finished.stderr.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((text) => /^(fatal|error):/.test(text)) ?? lines.at(-1);
  return line ?? (finished.signal === undefined ? `ended with code ${finished.code}` : `ended by ${finished.signal}`);
}

/** The non-empty pieces of output that separates by NUL. */
export function pieces(output: string): readonly string[] {
  return output.split('\0').filter((piece) => piece !== '');
}
