import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describePath, ensureFolder, hasCode, makePrivateFolder, realPath } from '../../system/index.ts';

/**
 * A folder of the repository whose state is in `stateDir`, for what tests write to TMPDIR: in the usual place for such things, the
 * same each time, and open to this user only. Not in the repository, where programs that look upward from a temporary folder
 * (git for a repository, node for a package.json) would find the user's own.
 */
export async function scratchFolder(stateDir: string, env: Readonly<Record<string, string>>): Promise<string> {
  const name = `wt-orch-${createHash('sha256').update(stateDir).digest('hex').slice(0, 8)}`;
  const path = join(env['TMPDIR'] ?? '/tmp', name);
  if (await isOwn(path)) return await realPath(path);
  // Somebody else sits on that name.
  return await realPath(await makePrivateFolder(`${path}-`));
}

async function isOwn(path: string): Promise<boolean> {
  try {
    await ensureFolder(path, 0o700);
  } catch (error) {
    if (hasCode(error, 'EEXIST', 'ENOTDIR')) return false;
    throw error;
  }
  const facts = await describePath(path);
  return facts?.kind === 'folder' && facts.uid === process.getuid?.() && (facts.mode & 0o077) === 0;
}
