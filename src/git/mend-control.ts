import { join } from 'node:path';
import { listFolder, readHostile, removeTree, writeAtomic } from '../system/index.ts';
import type { Git } from './git.ts';

/** Files by which a git repository can be made to read settings or histories from somewhere else. None belongs in control.git. */
const strangers = { '': ['commondir', 'config.worktree', 'hooks'], info: ['attributes', 'grafts'] };

/**
 * Makes control.git's settings ours again. Tests run inside worktrees of control.git, so `git config` said by one of them
 * lands in its config; what would run a program for the next candidate is undone before the next command.
 */
export async function mendControl(git: Pick<Git, 'control' | 'controlConfig'>): Promise<void> {
  const config = join(git.control, 'config');
  const [bytes, ...listings] = await Promise.all([
    readHostile(config, git.controlConfig.length * 4),
    ...Object.keys(strangers).map((folder) => listFolder(join(git.control, folder))),
  ]);
  for (const [index, [folder, names]] of Object.entries(strangers).entries()) {
    for (const name of names) {
      if (listings[index]?.includes(name) === true) await removeTree(join(git.control, folder, name));
    }
  }
  if (bytes.ok && new TextDecoder().decode(bytes.value) === git.controlConfig) return;
  if (!bytes.ok) await removeTree(config);
  await writeAtomic(config, git.controlConfig);
}
