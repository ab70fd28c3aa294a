import { join } from 'node:path';
import { type Git, openSlot, removeSlot } from '../git/index.ts';
import { removeTree } from '../system/index.ts';
import { slotsFolder } from './effects/context.ts';
import type { Workspace } from './workspace.ts';

/** Removes a checkout for gates or tests by its name, with what git and we remember of it. */
export async function removeCheckout(workspace: Workspace, git: Git, name: string): Promise<void> {
  await removeSlot(await openSlot(git, slotsFolder(workspace), name));
  await removeTree(join(workspace.stateDir, 'slots', `${name}.setup`));
}
