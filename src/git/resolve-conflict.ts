import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ensureFolder, removeTree, writeAtomic } from '../system/index.ts';
import { attributeFolder } from './attributes.ts';
import { editTree, type TreeEdit, type TreeEntry, writeBlob } from './edit-tree.ts';
import type { Git } from './git.ts';
import { blob } from './look.ts';
import { answer, complaint, GitError, inControl, runGit } from './run-git.ts';

/** A path that does not merge: what the common ancestor, the branch and main have there. A side without an entry has nothing. */
export interface ConflictedPath {
  readonly path: string;
  readonly base?: TreeEntry;
  readonly own?: TreeEntry;
  readonly main?: TreeEntry;
}

/** A branch and main as git merges them: the tree, with conflict markers in the paths that do not merge, and what these are made of. */
export interface Conflict {
  readonly tree: string;
  readonly paths: readonly ConflictedPath[];
}

/** A branch and the commit of main that it is to be merged with. */
export interface Colliding {
  readonly tip: string;
  readonly onto: string;
  /** Paths, files or folders, of which the result has what main has. */
  readonly keepFromMain: readonly string[];
  /** What the markers call the two sides. */
  readonly names: { readonly own: string; readonly main: string };
}

/**
 * Merges a branch with main in memory, with the text of the common ancestor in the markers. Commits without a common ancestor
 * are `unrelated`.
 */
export async function readConflict(git: Git, plan: Colliding): Promise<Conflict | 'unrelated'> {
  const { tip, onto, keepFromMain, names } = plan;
  const folder = await attributeFolder(git, onto);
  const control = await inControl(git);
  const place = { cwd: folder, env: { ...control.env, GIT_WORK_TREE: folder } };
  const args = ['merge-tree', '--write-tree', '-z', '--no-messages', tip, onto];
  const finished = await runGit(git.env, place, args, { settings: [['merge.conflictStyle', 'zdiff3']] });
  if (finished.code !== 0 && finished.code !== 1) {
    if (/unrelated histories/.test(complaint(finished))) return 'unrelated';
    throw new GitError(args, finished);
  }
  const [merged = '', ...fields] = finished.stdout.split('\0');
  const isKept = (path: string) =>
    keepFromMain.some((kept) => path === kept || path.startsWith(`${kept}/`) || path.startsWith(`${kept}~`));
  const all = parseStages(fields);
  const paths = all.filter(({ path }) => !isKept(path));
  const named = await withNames(git, merged, paths, { ...names, tip, onto });
  return { tree: await withMainsOwn(git, named, { tip: merged, onto, isKept }), paths };
}

/** Each field is `<mode> <id> <stage>\t<path>` (git-merge-tree(1)); stage 1 is the ancestor, 2 the first side, 3 the second. */
function parseStages(fields: readonly string[]): readonly ConflictedPath[] {
  const paths = new Map<string, ConflictedPath>();
  for (const field of fields) {
    const match = /^(\d+) ([0-9a-f]+) ([123])\t(.+)$/s.exec(field);
    if (match === null) continue;
    const [, mode = '', id = '', stage, path = ''] = match;
    const side = stage === '1' ? 'base' : stage === '2' ? 'own' : 'main';
    paths.set(path, { ...paths.get(path), path, [side]: { mode, id } });
  }
  return [...paths.values()];
}

/** Git writes the ids of commits behind the markers, which say nothing to whoever has to choose. */
async function withNames(
  git: Git,
  tree: string,
  paths: readonly ConflictedPath[],
  sides: { readonly own: string; readonly main: string; readonly tip: string; readonly onto: string },
): Promise<string> {
  const edits: TreeEdit[] = [];
  for (const { path, own, main } of paths) {
    const bytes = await blob(git, tree, path, largestText);
    if (bytes === undefined) continue;
    // Latin-1 gives each byte a character, so whatever the file holds comes out again as it was.
    const text = Buffer.from(bytes).toString('latin1');
    const named = text
      .replaceAll(new RegExp(`^(<{7,}) ${sides.tip}`, 'gm'), (_, signs: string) => `${signs} ${sides.own}`)
      .replaceAll(new RegExp(`^(>{7,}) ${sides.onto}`, 'gm'), (_, signs: string) => `${signs} ${sides.main}`);
    if (named === text) continue;
    const id = await writeBlob(git, Buffer.from(named, 'latin1'));
    edits.push({ path, entry: { mode: (own ?? main)?.mode ?? '100644', id } });
  }
  return await editTree(git, tree, edits);
}

/** A larger file is nothing that anybody reads; it keeps the ids. */
const largestText = 4 * 1024 * 1024;

/** The tree with the kept paths as main has them. */
async function withMainsOwn(
  git: Git,
  tree: string,
  { tip, onto, isKept }: { tip: string; onto: string; isKept: (path: string) => boolean },
): Promise<string> {
  const [before, wanted] = await Promise.all([listed(git, tip, isKept), listed(git, onto, isKept)]);
  const gone = [...before.keys()].filter((path) => !wanted.has(path)).map((path) => ({ path, entry: undefined }));
  const put = [...wanted].map(([path, entry]) => ({ path, entry }));
  return await editTree(git, tree, [...gone, ...put]);
}

async function listed(
  git: Git,
  tree: string,
  isWanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, TreeEntry>> {
  const lines = (await answer(git, await inControl(git), ['ls-tree', '-r', '-z', '--full-tree', tree])).split('\0');
  return new Map(
    lines.flatMap((line): [string, TreeEntry][] => {
      const [, mode = '', id = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
      return path !== '' && isWanted(path) ? [[path, { mode, id }]] : [];
    }),
  );
}

/** The side whose last commit on the path is younger, by the time of the commit; main where they are of the same second. */
export async function youngerSide(git: Git, sides: Pick<Colliding, 'tip' | 'onto'>, path: string) {
  const place = await inControl(git);
  const env = { GIT_LITERAL_PATHSPECS: '1' };
  const timeOn = async (commit: string): Promise<number> => {
    const args = ['log', '-1', '--no-ext-diff', '--no-textconv', '--format=%ct', commit, '--', path];
    return Number(await answer(git, place, args, { env }));
  };
  const [own, main] = await Promise.all([timeOn(sides.tip), timeOn(sides.onto)]);
  return own > main ? 'own' : 'main';
}

/**
 * The lines of both sides, main's first where they collide (`git merge-file --union`). Undefined where that means nothing: a
 * side that has deleted the file, a link, a binary file, a mode that both have changed.
 */
export async function bothSides(git: Git, { base, own, main }: ConflictedPath): Promise<TreeEntry | undefined> {
  if (own === undefined || main === undefined) return undefined;
  const isFile = [base, own, main].every((entry) => entry === undefined || /^100/.test(entry.mode));
  const mode = own.mode === main.mode || own.mode === base?.mode ? main.mode : own.mode;
  const bothModes = own.mode !== main.mode && base?.mode !== own.mode && base?.mode !== main.mode;
  if (!isFile || bothModes) return undefined;
  const texts = await Promise.all(
    [main, base, own].map((entry) => (entry === undefined ? empty : bytesOf(git, entry))),
  );
  const folder = join(git.repository.stateDir, 'tmp', randomUUID());
  try {
    await ensureFolder(folder);
    const files = ['main', 'base', 'own'].map((name) => join(folder, name));
    for (const [index, file] of files.entries()) await writeAtomic(file, texts[index] ?? empty);
    const args = ['merge-file', '-p', '--union', ...files];
    const finished = await runGit(git.env, await inControl(git), args, { binary: true });
    if (finished.code !== 0 || finished.stdoutBytes === undefined) return undefined;
    return { mode, id: await writeBlob(git, finished.stdoutBytes) };
  } finally {
    await removeTree(folder);
  }
}

const empty = new Uint8Array();

/** The bytes of a blob that is known to be there. */
export async function bytesOf(git: Git, { id }: TreeEntry): Promise<Uint8Array> {
  const args = ['cat-file', 'blob', id];
  const finished = await runGit(git.env, await inControl(git), args, { binary: true });
  if (finished.code !== 0 || finished.stdoutBytes === undefined) throw new GitError(args, finished);
  return finished.stdoutBytes;
}
