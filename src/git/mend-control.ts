import { join } from 'node:path';
import { pathKind, readHostile, removeTree, writeAtomic } from '../system/index.ts';
import type { Git } from './git.ts';

/** Files by which a git repository can be made to read settings or histories from somewhere else. None belongs in control.git. */
const strangers = ['commondir', 'config.worktree', 'info/attributes', 'info/grafts', 'hooks'];

/**
 * Makes control.git's settings ours again. Tests run inside worktrees of control.git, so `git config` said by one of them
 * lands in its config; what would run a program for the next candidate is undone before the next command.
 */
export async function mendControl(git: Pick<Git, 'control' | 'controlConfig'>): Promise<void> {
  const config = join(git.control, 'config');
  const [bytes, ...found] = await Promise.all([
    readHostile(config, git.controlConfig.length * 4),
    ...strangers.map(async (name) => ((await pathKind(join(git.control, name))) === undefined ? undefined : name)),
  ]);
  for (const name of found) {
    if (name !== undefined) await removeTree(join(git.control, name));
  }
  if (bytes.ok && new TextDecoder().decode(bytes.value) === git.controlConfig) return;
  if (!bytes.ok) await removeTree(config);
  await writeAtomic(config, git.controlConfig);
}
