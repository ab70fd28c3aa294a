import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import {
  ensureFolder,
  listFolder,
  type ProcessIdentity,
  pathKind,
  readHostile,
  realPath,
  removeTree,
  writeAtomic,
} from '../system/index.ts';
import type { Git } from './git.ts';

/** What we remember of a worktree that we made, outside of everything its agent is told about. */
export interface WorktreeRecord {
  readonly path: string;
  readonly branch: string;
  readonly commit: string;
  /** Its administration folder, `<common dir>/worktrees/<name>`; absent while it is being made. */
  readonly admin?: string;
  /** The process that is making it; absent once it is made. */
  readonly maker?: ProcessIdentity;
  /** Its removal was decided and has begun. The branch, if it goes too, is deleted only from this tip. */
  readonly removing?: { readonly branch?: string; readonly tip?: string };
}

const recordsOf = (git: Git) => join(git.repository.stateDir, 'worktrees');

function stem(git: Git, path: string): string {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 12);
  return join(recordsOf(git), `${basename(path).slice(0, 80)}-${hash}`);
}

/** Our own copy of the worktree's index as it was when the files were written: it makes a later look at the files cheap. */
export const privateIndex = (git: Git, path: string): string => `${stem(git, path)}.index`;

export async function writeRecord(git: Git, record: WorktreeRecord): Promise<void> {
  await ensureFolder(recordsOf(git));
  await writeAtomic(`${stem(git, record.path)}.json`, `${JSON.stringify(record)}\n`);
}

export async function readRecord(git: Git, path: string): Promise<WorktreeRecord | undefined> {
  return await recordIn(`${stem(git, path)}.json`);
}

export async function readRecords(git: Git): Promise<readonly WorktreeRecord[]> {
  const names = (await listFolder(recordsOf(git))).filter((name) => name.endsWith('.json'));
  const records = await Promise.all(names.map((name) => recordIn(join(recordsOf(git), name))));
  return records.filter((record) => record !== undefined);
}

export async function removeRecord(git: Git, path: string): Promise<void> {
  for (const end of ['index', 'index.lock']) await removeTree(`${stem(git, path)}.${end}`);
  await removeTree(`${stem(git, path)}.json`);
}

async function recordIn(file: string): Promise<WorktreeRecord | undefined> {
  const text = await smallText(file);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as WorktreeRecord;
    return typeof value.path === 'string' && typeof value.branch === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The administration folder whose `gitdir` points back at this worktree; undefined when git knows none. */
export async function findAdmin(git: Git, path: string): Promise<string | undefined> {
  const folder = join(git.repository.commonDir, 'worktrees');
  const named = /^gitdir: (.+)\n?$/.exec((await smallText(join(path, '.git'))) ?? '')?.[1];
  if (named !== undefined && dirname(named) === folder && (await pointsBack(named, path))) return named;
  for (const name of await listFolder(folder)) {
    if (await pointsBack(join(folder, name), path)) return join(folder, name);
  }
  return undefined;
}

export type Integrity = 'intact' | 'missing' | 'gitGone' | 'gitElsewhere';

/**
 * Whether a worktree still is what we made: a real folder at its path, with a regular `.git` file that points to the
 * administration folder we recorded, which points back. `gitGone`: the `.git` file or the administration is not there.
 */
export async function worktreeIntegrity(git: Git, path: string): Promise<Integrity> {
  return (await inspectWorktree(git, path)).integrity;
}

/** The same, with the administration folder; it is there whenever the worktree is intact. */
export async function inspectWorktree(git: Git, path: string): Promise<{ integrity: Integrity; admin?: string }> {
  const kind = await pathKind(path);
  if (kind === undefined) return { integrity: 'missing' };
  if (kind !== 'folder' || (await realPath(path)) !== path) return { integrity: 'gitElsewhere' };
  const dotGit = await pathKind(join(path, '.git'));
  if (dotGit === undefined) return { integrity: 'gitGone' };
  const admin = (await readRecord(git, path))?.admin ?? (await findAdmin(git, path));
  if (admin === undefined || (await pathKind(admin)) === undefined) return { integrity: 'gitGone' };
  const pointer = /^gitdir: (.+)\n?$/.exec((await smallText(join(path, '.git'))) ?? '')?.[1];
  const isOurs =
    dotGit === 'file' &&
    dirname(admin) === join(git.repository.commonDir, 'worktrees') &&
    pointer !== undefined &&
    resolve(path, pointer) === admin &&
    (await pointsBack(admin, path)) &&
    (await pointsHome(git, admin));
  return { integrity: isOurs ? 'intact' : 'gitElsewhere', admin };
}

async function pointsBack(admin: string, path: string): Promise<boolean> {
  const back = (await smallText(join(admin, 'gitdir')))?.trim();
  return back !== undefined && resolve(admin, back) === join(path, '.git');
}

async function pointsHome(git: Git, admin: string): Promise<boolean> {
  const home = (await smallText(join(admin, 'commondir')))?.trim();
  return home !== undefined && resolve(admin, home) === git.repository.commonDir;
}

/** The text of a small file that an agent could have put there; undefined when it is not a small regular file. */
export async function smallText(path: string): Promise<string | undefined> {
  const read = await readHostile(path, 64 * 1024);
  return read.ok ? new TextDecoder().decode(read.value) : undefined;
}
