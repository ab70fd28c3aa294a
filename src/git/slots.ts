import { join } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import { ensureFolder, listFolder, pathKind, readBytes, realPath, removeTree, writeAtomic } from '../system/index.ts';
import type { Git } from './git.ts';
import { complaint, inControl, objectsOf, type Place, runGit } from './run-git.ts';
import { smallText } from './worktree-record.ts';

/** A checkout that is used again and again: a worktree of control.git, never on a branch. */
export interface Slot {
  readonly name: string;
  /** Its folder. */
  readonly path: string;
  /** Its administration folder in control.git. */
  readonly admin: string;
  /** Our own index of it: the one beside the files belongs to the tests that run there, which can tell it to overlook a file. */
  readonly index: string;
}

export type SlotFailure = { readonly kind: 'slotFailed'; readonly message: string };

/** Finds or makes the slot `<folder>/<name>`. A new one has no files until it is pointed at a commit. */
export async function openSlot(git: Git, folder: string, name: string): Promise<Slot> {
  await ensureFolder(folder);
  // Our own folder of slots may lie behind a link of the user's; from here on only its real path counts.
  const path = join(await realPath(folder), name);
  const admin = join(git.control, 'worktrees', `slot-${name}`);
  const slot = { name, path, admin, index: join(git.repository.stateDir, 'slots', `${name}.index`) };
  if ((await pathKind(path)) !== 'folder') {
    await removeTree(path);
    await forget(git, name);
    await ensureFolder(path);
  }
  await ensureFolder(join(git.repository.stateDir, 'slots'));
  await writeAdministration(slot);
  return slot;
}

/** What is remembered beside a slot (its index, what was set up in it) is true of the files that were there, and of no others. */
async function forget(git: Git, name: string): Promise<void> {
  const folder = join(git.repository.stateDir, 'slots');
  const names = (await listFolder(folder)).filter((file) => file.startsWith(`${name}.`));
  for (const file of names) await removeTree(join(folder, file));
}

/**
 * The files by which git knows a linked worktree (gitrepository-layout(5)), written by hand and again at each use: what ran in
 * the slot may have changed them, and `git worktree add` refuses a folder that is not empty, which a warm slot never is.
 */
async function writeAdministration(slot: Slot): Promise<void> {
  if ((await pathKind(slot.admin)) !== 'folder') await removeTree(slot.admin);
  await ensureFolder(slot.admin);
  await put(join(slot.admin, 'commondir'), '../..\n');
  await put(join(slot.admin, 'gitdir'), `${join(slot.path, '.git')}\n`);
  await put(join(slot.path, '.git'), `gitdir: ${slot.admin}\n`);
  if ((await smallText(join(slot.admin, 'HEAD'))) === undefined)
    await put(join(slot.admin, 'HEAD'), 'ref: refs/heads/none\n');
}

async function put(path: string, text: string): Promise<void> {
  if ((await smallText(path)) === text) return;
  if ((await pathKind(path)) === 'folder') await removeTree(path);
  await writeAtomic(path, text);
}

/**
 * Makes the files of a slot those of `commit`, exactly: tracked files as committed, everything else gone but for the names in
 * `keep` (patterns of gitignore, `node_modules`). Looks at the result before it says that it did.
 */
export async function pointSlot(
  git: Git,
  slot: Slot,
  commit: string,
  keep: readonly string[],
): Promise<Result<void, SlotFailure>> {
  const misplaced = await whyMisplaced(slot);
  if (misplaced !== undefined) return err({ kind: 'slotFailed', message: misplaced });
  await writeAdministration(slot);
  await removeTree(`${slot.index}.lock`);
  await removeTree(join(slot.admin, 'HEAD.lock'));
  const place = await inSlot(git, slot);
  const checkout = ['checkout', '--quiet', '--detach', '--force', commit];
  const cleaning = ['clean', '--quiet', ...cleaned(keep)];
  const checkedOut = await runGit(git.env, place, checkout);
  if (checkedOut.code !== 0) return err({ kind: 'slotFailed', message: complaint(checkedOut) });
  const [swept, matches] = await Promise.all([runGit(git.env, place, cleaning), slotMatches(git, slot, commit)]);
  if (swept.code !== 0) return err({ kind: 'slotFailed', message: complaint(swept) });
  if (!matches) return err({ kind: 'slotFailed', message: `The files in ${slot.path} are not those of ${commit}.` });
  // Tests that ask git about their own files get an index that is as fresh as ours.
  const index = await readBytes(slot.index);
  if (index !== undefined) await writeAtomic(join(slot.admin, 'index'), index);
  return ok(undefined);
}

const cleaned = (keep: readonly string[]): readonly string[] => ['-ffdx', ...keep.flatMap((name) => ['-e', name])];

/** Whether all that stands in a slot beside the tracked files outlives its next use; `copies` are paths, letter for letter. */
export async function outlivesCleaning(
  git: Git,
  slot: Slot,
  keep: readonly string[],
  copies: readonly string[],
): Promise<boolean> {
  const literal = copies.map((path) => `/${path.replace(/[\\*?[\]!# ]/g, '\\$&')}`);
  const finished = await runGit(git.env, await inSlot(git, slot), [
    'clean',
    '--dry-run',
    ...cleaned([...keep, ...literal]),
  ]);
  return finished.code === 0 && finished.stdout === '';
}

/** Whether HEAD of the slot still is `commit` and every tracked file is as committed. What git does not track is not looked at. */
export async function slotMatches(git: Git, slot: Slot, commit: string): Promise<boolean> {
  if ((await whyMisplaced(slot)) !== undefined) return false;
  if ((await smallText(join(slot.admin, 'HEAD')))?.trim() !== commit) return false;
  const finished = await runGit(git.env, await inSlot(git, slot), ['update-index', '--refresh']);
  return finished.code === 0;
}

/** Tests can put a link where the folder was; whatever it points to is not ours to clean. */
async function whyMisplaced(slot: Slot): Promise<string | undefined> {
  if ((await pathKind(slot.path)) !== 'folder') return `${slot.path} is no folder any more.`;
  return (await realPath(slot.path)) === slot.path ? undefined : `${slot.path} leads to somewhere else now.`;
}

async function inSlot(git: Git, slot: Slot): Promise<Place> {
  const { cwd } = await inControl(git);
  const env = { GIT_DIR: slot.admin, GIT_COMMON_DIR: git.control, GIT_OBJECT_DIRECTORY: objectsOf(git) };
  return { cwd, env: { ...env, GIT_WORK_TREE: slot.path, GIT_INDEX_FILE: slot.index } };
}

/** Forgets a slot and removes its files. */
export async function removeSlot(slot: Slot): Promise<void> {
  await removeTree(slot.path);
  await removeTree(slot.admin);
  await removeTree(slot.index);
}
