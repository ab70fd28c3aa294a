import { join } from 'node:path';
import { ensureFolder, pathKind, readBytes, removeTree, run, withShortLock, writeAtomic } from '../system/index.ts';
import type { Git, Identity, Repository, Setting } from './git.ts';
import { mendControl } from './mend-control.ts';
import { userGitEnvironment } from './open-repository.ts';
import { GitError, gitEnvironment, objectsOf, pieces, runGit } from './run-git.ts';

/** Settings that decide which bytes a file has on disk and which files are ignored. They name no program. */
const carriedKeys = new Set(
  ['autocrlf', 'eol', 'safecrlf', 'excludesfile', 'filemode', 'symlinks', 'ignorecase', 'precomposeunicode']
    .map((key) => `core.${key}`)
    .concat('merge.conflictstyle', 'merge.renames', 'diff.renames', 'merge.directoryrenames'),
);

/** The one filter that a control repository runs: Git LFS exactly as `git lfs install` writes it. */
const standardLfs: ReadonlyMap<string, readonly string[]> = new Map([
  ['filter.lfs.clean', ['git-lfs clean -- %f']],
  ['filter.lfs.smudge', ['git-lfs smudge -- %f', 'git-lfs smudge --skip -- %f']],
  ['filter.lfs.process', ['git-lfs filter-process', 'git-lfs filter-process --skip']],
  ['filter.lfs.required', ['true']],
]);

/**
 * Opens the repository for all other deeds: reads the user's settings once, makes control.git where there is none and puts
 * its settings right where there is one. `env` is the user's environment.
 */
export async function openGit(repository: Repository, env: Readonly<Record<string, string>>): Promise<Git> {
  const settings = await userSettings(repository, env);
  const carried = carriedSettings(settings, env);
  const filters = settings.filter(([key]) => key.startsWith('filter.'));
  const identity = identityFrom(settings, env);
  const git: Git = {
    repository,
    control: join(repository.stateDir, 'control.git'),
    identity,
    env: gitEnvironment(env),
    controlConfig: controlConfig(repository, identity, carried, filters),
    carried,
    filters,
  };
  await prepareControl(git);
  return git;
}

/** Every setting that holds for the user here, in the order git reads them; keys as git prints them. */
async function userSettings(repository: Repository, env: Readonly<Record<string, string>>): Promise<Setting[]> {
  const args = ['config', '--list', '-z'];
  const finished = await run(['git', ...args], {
    cwd: repository.root,
    env: { ...userGitEnvironment(env), GIT_DIR: repository.commonDir, GIT_WORK_TREE: repository.root },
    timeoutMs: 10_000,
  });
  if (finished.code !== 0) throw new GitError(args, finished);
  return pieces(finished.stdout).map((piece): Setting => {
    const end = piece.indexOf('\n');
    // A key without a value is how git writes "true".
    return end < 0 ? [piece, 'true'] : [piece.slice(0, end), piece.slice(end + 1)];
  });
}

function carriedSettings(settings: readonly Setting[], env: Readonly<Record<string, string>>): Setting[] {
  const last = new Map(settings.filter(([key]) => carriedKeys.has(key)));
  const home = env['HOME'] ?? '';
  const configHome = env['XDG_CONFIG_HOME'] ?? join(home, '.config');
  const excludes = last.get('core.excludesfile') ?? join(configHome, 'git/ignore');
  last.set('core.excludesfile', excludes.startsWith('~/') ? join(home, excludes.slice(2)) : excludes);
  return [...last];
}

function identityFrom(settings: readonly Setting[], env: Readonly<Record<string, string>>): Identity {
  const last = new Map(settings);
  return {
    name: last.get('user.name') ?? env['GIT_COMMITTER_NAME'] ?? env['GIT_AUTHOR_NAME'] ?? 'wt-orch',
    email: last.get('user.email') ?? env['GIT_COMMITTER_EMAIL'] ?? env['GIT_AUTHOR_EMAIL'] ?? 'wt-orch@localhost',
  };
}

function controlConfig(
  repository: Repository,
  identity: Identity,
  carried: readonly Setting[],
  filters: readonly Setting[],
): string {
  const sha256 = repository.objectFormat === 'sha256';
  const lines: Setting[] = [
    ['core.repositoryformatversion', sha256 ? '1' : '0'],
    ...(sha256 ? [['extensions.objectformat', 'sha256'] as const] : []),
    ['core.bare', 'true'],
    ['core.hookspath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.logallrefupdates', 'false'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['user.name', identity.name],
    ['user.email', identity.email],
    ...carried,
  ];
  const lfs = filters.filter(([key]) => key.startsWith('filter.lfs.'));
  if (lfs.length > 0 && lfs.every(([key, value]) => standardLfs.get(key)?.includes(value) === true)) {
    lines.push(...lfs, ['lfs.storage', join(repository.commonDir, 'lfs')]);
  }
  return lines.map(([key, value]) => configLine(key, value)).join('');
}

/** One setting in the syntax of git-config(1), with its section header: the order of settings then does not matter. */
function configLine(key: string, value: string): string {
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  const middle = last > first ? ` "${key.slice(first + 1, last)}"` : '';
  const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return `[${key.slice(0, first)}${middle}]\n\t${key.slice(last + 1)} = "${quoted}"\n`;
}

async function prepareControl(git: Git): Promise<void> {
  const { repository, control } = git;
  await ensureFolder(repository.stateDir);
  if (!(await isThere(control))) await makeControl(git);
  await mendControl(git);
  await ensureFolder(join(control, 'objects/info'));
  // git follows the alternates of an alternate, so a repository that borrows objects itself needs nothing more.
  await writeAtomic(join(control, 'objects/info/alternates'), `${objectsOf(git)}\n`);
  await copyExclude(git);
  const shallow = await readBytes(join(repository.commonDir, 'shallow'));
  if (shallow === undefined) await removeTree(join(control, 'shallow'));
  else await writeAtomic(join(control, 'shallow'), shallow);
}

const isThere = async (control: string): Promise<boolean> =>
  (await pathKind(join(control, 'HEAD'))) === 'file' && (await pathKind(join(control, 'objects'))) === 'folder';

/** Commands that start at the same moment make it one after the other: half of another's would look like a broken one. */
async function makeControl(git: Git): Promise<void> {
  const { repository, control } = git;
  const deed = async () => {
    if (await isThere(control)) return;
    await removeTree(control);
    const args = ['init', '--quiet', '--bare', '--template=', `--object-format=${repository.objectFormat}`, control];
    const made = await runGit(git.env, { cwd: repository.stateDir, env: {} }, args);
    if (made.code !== 0) throw new GitError(args, made);
  };
  const made = await withShortLock(`${control}.making`, deed, { waitMs: 60_000 });
  if (!made.ok) throw new Error(`${control} is being made by another process for a minute already`);
}

/** Gives control.git the user's `info/exclude`, so that both ignore the same files. */
export async function copyExclude(git: Git): Promise<void> {
  await ensureFolder(join(git.control, 'info'));
  const exclude = (await readBytes(join(git.repository.commonDir, 'info/exclude'))) ?? '';
  await writeAtomic(join(git.control, 'info/exclude'), exclude);
}
