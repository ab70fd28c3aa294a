import type { Invocation } from '../command.ts';
import { Refusal } from '../refusal.ts';
import { steer } from '../steer.ts';
import { requireRepository } from '../workspace.ts';

/** `stop [ID]`: ends the agent of one task, or the whole run. Worktrees are kept. */
export async function run({ words: [task], world }: Invocation): Promise<number> {
  const { stateDir } = await requireRepository(world);
  const answer = await steer(stateDir, { do: 'stop', ...(task === undefined ? {} : { task }) });
  if (answer === undefined) throw new Refusal('No run is going on here.', undefined, 1);
  world.out(`${answer}\n`);
  return 0;
}
