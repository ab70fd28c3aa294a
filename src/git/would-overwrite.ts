import { dirname, join } from 'node:path';
import { listFolder, pathKind } from '../system/index.ts';
import type { Checkout } from './checkouts.ts';
import type { Git, Setting } from './git.ts';
import { parseRaw, type RawChange } from './raw-diff.ts';
import { inWorktree, onFiles, runGit } from './run-git.ts';

/** With more paths than this, git compares all files instead of being told which. */
const namedPaths = 500;

/**
 * The user's files that a fast-forward over `changes` would touch: edited ones, staged or not, and files git does not track,
 * ignored ones included, that lie where something new comes. Sorted; empty when nothing is in the way. Reads only.
 */
export async function wouldOverwrite(
  git: Git,
  checkout: Checkout,
  from: string,
  changes: readonly RawChange[],
  settings: readonly Setting[],
): Promise<readonly string[]> {
  const [edited, inTheWay] = await Promise.all([
    editedAmong(git, checkout, from, changes, settings),
    untrackedInTheWay(checkout.path, changes),
  ]);
  return [...new Set([...edited, ...inTheWay])].sort();
}

/**
 * `diff-index` compares sizes and times with the index and looks into a file only if it could have changed in the same
 * instant. A path it names although nothing in it changed (it was only touched) is found out by a second, slower look.
 */
async function editedAmong(
  git: Git,
  checkout: Checkout,
  from: string,
  changes: readonly RawChange[],
  settings: readonly Setting[],
): Promise<readonly string[]> {
  const changed = new Set(changes.map((change) => change.path));
  const named = changed.size <= namedPaths ? [...changed] : [];
  const args = ['diff-index', '--raw', '-z', '--no-renames', '--ignore-submodules', from, '--', ...named];
  const env = { GIT_LITERAL_PATHSPECS: '1' };
  const finished = await runGit(git.env, inWorktree(git, checkout), args, {
    settings,
    env,
    attributesFile: git.attributesFile,
  });
  // Without an answer nothing is known to be clean.
  if (finished.code !== 0) return [...changed];
  const suspects = parseRaw(finished.stdout).filter((change) => changed.has(change.path));
  return suspects.length === 0 ? [] : await reallyEdited(git, checkout, from, suspects);
}

/** Of paths that `diff-index` names: those staged, gone, of another mode, or with other content than the commit has. */
async function reallyEdited(
  git: Git,
  checkout: Checkout,
  from: string,
  suspects: readonly RawChange[],
): Promise<readonly string[]> {
  const [staged, hashes] = await Promise.all([
    stagedAmong(git, checkout, from, suspects),
    hashesOf(git, checkout, suspects.filter(isRegular)),
  ]);
  const isTouched = (change: RawChange) =>
    change.oldMode === change.newMode && !staged.has(change.path) && hashes.get(change.path) === change.oldId;
  return suspects.filter((change) => !isTouched(change)).map((change) => change.path);
}

const isRegular = (change: RawChange) => change.newMode.startsWith('100');

async function stagedAmong(
  git: Git,
  checkout: Checkout,
  from: string,
  suspects: readonly RawChange[],
): Promise<ReadonlySet<string>> {
  const args = ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--ignore-submodules', from, '--'];
  const finished = await runGit(git.env, inWorktree(git, checkout), args);
  const staged = finished.code === 0 ? parseRaw(finished.stdout) : suspects;
  return new Set(staged.map((change) => change.path));
}

/** The ids that the files would have as blobs, by control.git's settings. A file that cannot be read leaves all out. */
async function hashesOf(
  git: Git,
  checkout: Checkout,
  files: readonly RawChange[],
): Promise<ReadonlyMap<string, string>> {
  if (files.length === 0 || files.length > namedPaths) return new Map();
  const place = await onFiles(git, { folder: checkout.path, index: join(checkout.gitDir, 'index') });
  const args = ['hash-object', '--', ...files.map((file) => file.path)];
  const finished = await runGit(git.env, { cwd: checkout.path, env: place.env }, args);
  const ids = finished.code === 0 ? finished.stdout.split('\n') : [];
  return new Map(files.map((file, index) => [file.path, ids[index] ?? '']));
}

/** Files and links on the disk, tracked by nothing, where a path that is new in `changes` comes to lie. */
async function untrackedInTheWay(root: string, changes: readonly RawChange[]): Promise<readonly string[]> {
  const leaving = new Set(changes.filter((change) => change.status === 'D').map((change) => change.path));
  const found = new Set<string>();
  const looked = new Map<string, boolean>();
  for (const { path, status } of changes) {
    if (status !== 'A') continue;
    if (!(await isOpenWay(root, dirname(path), leaving, looked, found))) continue;
    const kind = await pathKind(join(root, path));
    if (kind === 'folder') for (const inside of await strangersIn(root, path, leaving)) found.add(inside);
    else if (kind !== undefined) found.add(path);
  }
  return [...found];
}

/** Whether every folder above a new path is a real folder, is not there yet, or is a tracked file that leaves. */
async function isOpenWay(
  root: string,
  folder: string,
  leaving: ReadonlySet<string>,
  looked: Map<string, boolean>,
  found: Set<string>,
): Promise<boolean> {
  if (folder === '.') return true;
  const known = looked.get(folder);
  if (known !== undefined) return known;
  let open = await isOpenWay(root, dirname(folder), leaving, looked, found);
  if (open) {
    const kind = await pathKind(join(root, folder));
    open = kind === undefined || kind === 'folder';
    if (!open && !leaving.has(folder)) found.add(folder);
  }
  looked.set(folder, open);
  return open;
}

/** What is in a folder that a file is to replace, but for the tracked files that leave. */
async function strangersIn(root: string, folder: string, leaving: ReadonlySet<string>): Promise<readonly string[]> {
  const strangers: string[] = [];
  for (const name of await listFolder(join(root, folder))) {
    const path = `${folder}/${name}`;
    if ((await pathKind(join(root, path))) === 'folder') strangers.push(...(await strangersIn(root, path, leaving)));
    else if (!leaving.has(path)) strangers.push(path);
  }
  return strangers;
}
