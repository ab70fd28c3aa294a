import { join } from 'node:path';
import { ensureFolder, listFolder, readHostile, removeTree, writeAtomic } from '../system/index.ts';
import type { Git } from './git.ts';

/** Files by which a git repository can be made to read settings or histories from somewhere else. None belongs in control.git but for the attributes of ours. */
const strangers = { '': ['commondir', 'config.worktree', 'hooks'], info: ['attributes', 'grafts'] };

/**
 * Makes control.git's settings ours again. Tests run inside worktrees of control.git, so `git config` said by one of them
 * lands in its config; what would run a program for the next candidate is undone before the next command.
 */
export async function mendControl(git: Git): Promise<void> {
  const [, ...listings] = await Promise.all([
    keep(join(git.control, 'config'), git.controlConfig),
    ...Object.keys(strangers).map((folder) => listFolder(join(git.control, folder))),
  ]);
  for (const [index, [folder, names]] of Object.entries(strangers).entries()) {
    for (const name of names) {
      const isOurs = name === 'attributes' && git.controlAttributes !== '';
      if (!isOurs && listings[index]?.includes(name) === true) await removeTree(join(git.control, folder, name));
    }
  }
  if (git.controlAttributes === '') return;
  await ensureFolder(join(git.control, 'info'));
  await keep(join(git.control, 'info/attributes'), git.controlAttributes);
}

/** Makes the text of a file what it has to be. */
async function keep(path: string, text: string): Promise<void> {
  const bytes = await readHostile(path, text.length * 4);
  if (bytes.ok && new TextDecoder().decode(bytes.value) === text) return;
  if (!bytes.ok) await removeTree(path);
  await writeAtomic(path, text);
}
