import type { Invocation } from '../command.ts';
import { runAgain } from '../run-again.ts';
import { openWorkspace } from '../workspace.ts';

/** `undo ID`: takes what a task landed back out of the target branch, tested like any candidate; what landed later stays. */
export async function run({ words, flags, world }: Invocation): Promise<number> {
  const workspace = await openWorkspace(world);
  return runAgain(workspace, world, { mode: 'undo', ids: words }, flags);
}
