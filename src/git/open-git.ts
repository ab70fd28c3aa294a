import { join } from 'node:path';
import { ensureFolder, pathKind, readBytes, removeTree, run, withShortLock, writeAtomic } from '../system/index.ts';
import { readPins } from './approve-drivers.ts';
import { controlConfig } from './control-config.ts';
import { attributeOf, attributesNamedIn, driversIn, isUsable, onlyAttributesOf } from './drivers.ts';
import type { Driver, Git, Identity, Repository, Setting } from './git.ts';
import { mendControl } from './mend-control.ts';
import { userGitEnvironment } from './open-repository.ts';
import { GitError, gitEnvironment, objectsOf, pieces, runGit } from './run-git.ts';
import { smallText } from './worktree-record.ts';

/** Settings that decide which bytes a file has on disk and which files are ignored. They name no program. */
const carriedKeys = new Set(
  ['autocrlf', 'eol', 'safecrlf', 'excludesfile', 'filemode', 'symlinks', 'ignorecase', 'precomposeunicode']
    .map((key) => `core.${key}`)
    .concat('merge.conflictstyle', 'merge.renames', 'diff.renames', 'merge.directoryrenames'),
);

/**
 * Opens the repository for all other deeds: reads the user's settings once, makes control.git where there is none and puts
 * its settings right where there is one. `env` is the user's environment; `approved` names the filters and merge drivers
 * that may run beside the standard ones.
 */
export async function openGit(
  repository: Repository,
  env: Readonly<Record<string, string>>,
  approved: readonly string[] = [],
): Promise<Git> {
  const [settings, pins] = await Promise.all([userSettings(repository, env), readPins(repository.stateDir)]);
  const carried = carriedSettings(settings, env);
  const drivers = driversIn(settings, approved, pins);
  const identity = identityFrom(settings, env);
  const attributesFile = userFile(settings, env, { key: 'core.attributesfile', fallback: 'git/attributes' });
  const attributes = await userAttributes(repository, attributesFile);
  const fallback = mergeDefault(settings, drivers);
  const git: Git = {
    repository,
    control: join(repository.stateDir, 'control.git'),
    identity,
    env: gitEnvironment(env),
    controlConfig: controlConfig(
      repository,
      identity,
      fallback.usable ? [...carried, fallback.setting] : carried,
      drivers,
    ),
    controlAttributes: onlyAttributesOf(drivers.filter(isUsable), attributes),
    carried,
    drivers,
    namedByUser: new Set([...attributesNamedIn(attributes), ...fallback.named]),
    attributesFile,
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
  last.set('core.excludesfile', userFile(settings, env, { key: 'core.excludesfile', fallback: 'git/ignore' }));
  return [...last];
}

/** A file of the user that a setting names; without the setting it is in the folder for configurations. */
function userFile(
  settings: readonly Setting[],
  env: Readonly<Record<string, string>>,
  { key, fallback }: { readonly key: string; readonly fallback: string },
): string {
  const home = env['HOME'] ?? '';
  const path = new Map(settings).get(key) ?? join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), fallback);
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

/** What the user says about files by means that are not tracked. The later of two lines wins, and that is the repository's. */
async function userAttributes(repository: Repository, attributesFile: string): Promise<string> {
  const files = [attributesFile, join(repository.commonDir, 'info/attributes')];
  const texts = await Promise.all(files.map(async (file) => await smallText(file)));
  return texts.map((text) => `${text ?? ''}\n`).join('');
}

/** `merge.default` gives a merge driver to every file that attributes say nothing about. */
function mergeDefault(settings: readonly Setting[], drivers: readonly Driver[]) {
  const name = new Map(settings).get('merge.default');
  const driver = drivers.find((one) => one.kind === 'merge' && one.name === name);
  const setting: Setting = ['merge.default', name ?? ''];
  return {
    setting,
    usable: driver !== undefined && isUsable(driver),
    named: driver === undefined ? [] : [attributeOf(driver)],
  };
}

function identityFrom(settings: readonly Setting[], env: Readonly<Record<string, string>>): Identity {
  const last = new Map(settings);
  return {
    name: last.get('user.name') ?? env['GIT_COMMITTER_NAME'] ?? env['GIT_AUTHOR_NAME'] ?? 'wt-orch',
    email: last.get('user.email') ?? env['GIT_COMMITTER_EMAIL'] ?? env['GIT_AUTHOR_EMAIL'] ?? 'wt-orch@localhost',
  };
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
