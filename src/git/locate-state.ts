import { dirname, join, resolve } from 'node:path';
import { pathKind, readHostile, realPath } from '../system/index.ts';

const controlSuffix = '/wt-orch/control.git';

/**
 * Where the state of the repository around `cwd` lies, found by looking at files alone: `status` has no time to start git.
 * Undefined outside a repository and in a bare one. From a linked worktree, or a slot, it gives the main one.
 */
export async function locateState(cwd: string): Promise<{ root: string; stateDir: string } | undefined> {
  let folder: string;
  try {
    folder = await realPath(cwd);
  } catch {
    return undefined;
  }
  for (;;) {
    const found = await gitFolderAt(folder);
    if (found !== undefined) return stateOf(folder, found);
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function stateOf(folder: string, commonDir: string): { root: string; stateDir: string } {
  const users = commonDir.endsWith(controlSuffix) ? commonDir.slice(0, -controlSuffix.length) : commonDir;
  const root = users.endsWith('/.git') ? dirname(users) : folder;
  return { root, stateDir: join(users, 'wt-orch') };
}

/** The common folder that `<folder>/.git` leads to, as git finds it: a folder itself, or a file that points to one. */
export async function gitFolderAt(folder: string): Promise<string | undefined> {
  const path = join(folder, '.git');
  const kind = await pathKind(path);
  if (kind === undefined) return undefined;
  const pointer = kind === 'file' ? /^gitdir: (.+)$/m.exec(await smallFile(path))?.[1] : undefined;
  const gitDir = kind === 'file' ? pointer && resolve(folder, pointer) : path;
  if (gitDir === undefined || gitDir === '' || (await pathKind(join(gitDir, 'HEAD'))) === undefined) return undefined;
  const common = (await smallFile(join(gitDir, 'commondir'))).trim();
  try {
    return await realPath(common === '' ? gitDir : resolve(gitDir, common));
  } catch {
    return undefined;
  }
}

async function smallFile(path: string): Promise<string> {
  const read = await readHostile(path, 4096);
  return read.ok ? new TextDecoder().decode(read.value) : '';
}
