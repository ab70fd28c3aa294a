import type { Flags, World } from './command.ts';
import { runDetached } from './detach.ts';
import { runInForeground } from './foreground.ts';
import type { AnyRequest } from './plan-request.ts';
import { steer } from './steer.ts';
import type { Workspace } from './workspace.ts';

/** Carries a request out in the run that is going on, or as a run of its own when there is none. */
export async function runAgain(workspace: Workspace, world: World, request: AnyRequest, flags: Flags): Promise<number> {
  const { mode, ids } = request;
  const answer = await steer(workspace.stateDir, { do: 'join', mode, ...(ids === undefined ? {} : { ids: [...ids] }) });
  if (answer !== undefined) {
    world.out(`${answer}\n`);
    return 0;
  }
  if (flags.has('detach')) return runDetached(workspace, world, mode);
  return runInForeground(workspace, world, { request, json: flags.has('json') });
}
