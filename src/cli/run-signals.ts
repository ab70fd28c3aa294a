import type { Loop } from '../orchestrator/index.ts';
import { onSignals } from '../system/index.ts';
import type { World } from './command.ts';

/**
 * Ctrl-C and TERM stop the run: agents are ended, what they did stays in their worktrees. A second one is taken as the first:
 * ending a tree is bounded already. A hang-up means that the person is gone, and the run goes on without asking.
 */
export function runSignals(loop: Loop, world: World): { readonly dispose: () => void } {
  return onSignals((signal) => {
    if (signal === 'SIGHUP') {
      void loop.tell({ type: 'personLeft' });
      return;
    }
    world.note(`Stopping (${signal}): agents are being ended, their worktrees are kept.\n`);
    void loop.tell({ type: 'stopRequested', by: signal });
  });
}
