import type { Invocation } from '../command.ts';
import { runAgain } from '../run-again.ts';
import { openWorkspace } from '../workspace.ts';

/** `retry ID`: one more attempt, afresh from main; with `--continue` in the worktree that is there. */
export async function run({ words, flags, world }: Invocation): Promise<number> {
  const workspace = await openWorkspace(world);
  return runAgain(workspace, world, { mode: flags.has('continue') ? 'continue' : 'retry', ids: words }, flags);
}
