import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import { pathKind, readText, realPath, run } from '../system/index.ts';
import type { Repository } from './git.ts';
import { gitFolderAt } from './locate-state.ts';
import { operationUnderWay } from './operation.ts';
import { gitEnvironment, type Place, pieces, runGit } from './run-git.ts';
import { isAtLeast, oldestGit, parseVersion } from './versions.ts';

export type RepositoryRefusal =
  | { readonly kind: 'notARepository' | 'bare' | 'noCommit' | 'submodules' | 'gitMissing' }
  /** The configuration says that the files are in a folder that does not belong to this repository. */
  | { readonly kind: 'filesElsewhere'; readonly path: string }
  | { readonly kind: 'gitTooOld'; readonly found: string; readonly needed: string }
  | { readonly kind: 'midOperation'; readonly operation: 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect' };

const controlSuffix = '/wt-orch/control.git';

/**
 * Finds the repository that `cwd` is in, with the user's environment (`env`) minus all that begins with `GIT_` except where
 * their configuration is. From a linked worktree, or a slot, it gives the main one. Refuses what is not supported, by name.
 */
export async function openRepository(
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Result<Repository, RepositoryRefusal>> {
  const [version, found] = await Promise.all([gitVersion(cwd, env), discover(cwd, env)]);
  if (!version.ok) return version;
  if (!found.ok) return found;
  const { root, commonDir } = found.value;
  // With `core.worktree` a repository sends git to other files; an agent can write that, and nobody else does it like this.
  if ((await gitFolderAt(root)) !== commonDir) return err({ kind: 'filesElsewhere', path: root });
  const place = { cwd: root, env: { GIT_DIR: commonDir, GIT_WORK_TREE: root } };
  const operation = await operationUnderWay(commonDir);
  if (operation !== undefined) return err({ kind: 'midOperation', operation });
  const args = ['rev-parse', '--show-object-format', '--quiet', '--verify', 'HEAD^{commit}'];
  const facts = await runGit(gitEnvironment(env), place, args);
  if (facts.code !== 0) return err({ kind: 'noCommit' });
  if (await hasSubmodules(env, place)) return err({ kind: 'submodules' });
  const objectFormat = facts.stdout.startsWith('sha256') ? 'sha256' : 'sha1';
  return ok({ root, commonDir, stateDir: join(commonDir, 'wt-orch'), gitVersion: version.value, objectFormat });
}

/** Variables that say where the user keeps their configuration; the rest of `GIT_*` may come from a hook or an agent. */
const whereConfigIs = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);

/** The user's environment as git may see it while it still reads the user's own configuration. */
export function userGitEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || whereConfigIs.has(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C.UTF-8', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };
}

async function gitVersion(
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Result<Repository['gitVersion'], RepositoryRefusal>> {
  const said = await run(['git', 'version'], { cwd, env: userGitEnvironment(env), timeoutMs: 10_000 });
  // A folder that does not exist also keeps a program from starting.
  if (said.startFailed !== undefined) {
    return err({ kind: (await pathKind(cwd)) === undefined ? 'notARepository' : 'gitMissing' });
  }
  const version = parseVersion(said.stdout);
  if (version === undefined) return err({ kind: 'gitMissing' });
  if (isAtLeast(version, oldestGit)) return ok(version);
  return err({ kind: 'gitTooOld', found: version.join('.'), needed: oldestGit.join('.') });
}

interface Found {
  readonly root: string;
  readonly commonDir: string;
}

async function discover(
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Result<Found, { readonly kind: 'notARepository' | 'bare' }>> {
  const ask = async (folder: string) => {
    // `--show-toplevel` comes last: outside a worktree it fails, after the others have been printed.
    const args = ['rev-parse', '--path-format=absolute', '--git-common-dir', '--git-dir', '--is-bare-repository'];
    const argv = ['git', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', ...args, '--show-toplevel'];
    return await run(argv, { cwd: folder, env: userGitEnvironment(env), timeoutMs: 10_000 });
  };
  let said = await ask(cwd);
  let [commonDir, gitDir, bare, top] = said.stdout.split('\n');
  if (commonDir === undefined || gitDir === undefined || commonDir === '') return err({ kind: 'notARepository' });
  if (commonDir.endsWith(controlSuffix)) {
    said = await ask(dirname(commonDir.slice(0, -controlSuffix.length)));
    [commonDir, gitDir, bare, top] = said.stdout.split('\n');
    if (commonDir === undefined || gitDir === undefined) return err({ kind: 'notARepository' });
  }
  if (commonDir === gitDir && bare === 'true') return err({ kind: 'bare' });
  if (commonDir === gitDir && top !== undefined && top !== '') return ok(await resolved(top, commonDir));
  const root = await mainOf(commonDir);
  if (root !== undefined) return ok(await resolved(root, commonDir));
  return err({ kind: 'bare' });
}

async function resolved(root: string, commonDir: string): Promise<Found> {
  return { root: await realPath(root), commonDir: await realPath(commonDir) };
}

/** The main worktree of a repository that keeps its administration in `<root>/.git` and does not say that it is bare. */
async function mainOf(commonDir: string): Promise<string | undefined> {
  if (!commonDir.endsWith('/.git')) return undefined;
  const config = (await readText(join(commonDir, 'config'))) ?? '';
  return /^\s*bare\s*=\s*(true|yes|on|1)\s*$/im.test(config) ? undefined : dirname(commonDir);
}

/** A submodule is a commit entry in the tree, or a `.gitmodules` that names one. */
async function hasSubmodules(env: Readonly<Record<string, string>>, place: Place): Promise<boolean> {
  const entries = pieces((await runGit(gitEnvironment(env), place, ['ls-tree', '-r', '-z', 'HEAD'])).stdout);
  if (entries.some((entry) => entry.startsWith('160000 '))) return true;
  if (!entries.some((entry) => entry.endsWith('\t.gitmodules'))) return false;
  const file = await runGit(gitEnvironment(env), place, ['cat-file', 'blob', 'HEAD:.gitmodules']);
  return /^\s*\[\s*submodule/m.test(file.stdout);
}
