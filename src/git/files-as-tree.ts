import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ensureFolder, removeTree } from '../system/index.ts';
import type { Git } from './git.ts';
import { answer, onFiles } from './run-git.ts';

/** The tree of a commit with some paths as they are in a folder; one that is not there is not in the tree. */
export async function filesAsTree(
  git: Git,
  files: { readonly folder: string; readonly commit: string; readonly paths: readonly string[] },
): Promise<string> {
  const folder = join(git.repository.stateDir, 'tmp');
  await ensureFolder(folder);
  const index = join(folder, `${randomUUID()}.index`);
  try {
    const place = await onFiles(git, { folder: files.folder, index });
    await answer(git, place, ['read-tree', files.commit]);
    const input = files.paths.map((path) => `${path}\0`).join('');
    await answer(git, place, ['update-index', '--add', '--remove', '-z', '--stdin'], { input });
    return (await answer(git, place, ['write-tree'])).trim();
  } finally {
    await removeTree(index);
  }
}
