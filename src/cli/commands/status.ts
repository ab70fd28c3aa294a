import { join } from 'node:path';
import { locateState } from '../../git/index.ts';
import { statusJson, statusText } from '../../report/index.ts';
import { isAlive, now, readLockOwner } from '../../system/index.ts';
import type { Invocation } from '../command.ts';
import { readHistory } from '../history.ts';
import { requireRepository } from '../workspace.ts';

/** `status`: folded from the journal; it starts no process and needs no lock. */
export async function run(invocation: Invocation): Promise<number> {
  const { flags, world } = invocation;
  const state = await locateState(world.cwd);
  const stateDir = state?.stateDir ?? (await requireRepository(world)).stateDir;
  await show(stateDir, invocation);
  if (!flags.has('watch')) return 0;
  const { follow } = await import('../follow.ts');
  await follow(stateDir, () => show(stateDir, invocation));
  return 0;
}

async function show(stateDir: string, { flags, world }: Invocation): Promise<void> {
  const { latest } = await readHistory(stateDir);
  const owner = await readLockOwner(join(stateDir, 'lock'));
  const alive = owner !== undefined && (await isAlive(owner));
  if (flags.has('json')) world.out(`${JSON.stringify(statusJson(latest, alive))}\n`);
  else world.out(statusText(latest, alive, now(), process.stdout.columns ?? 80));
}
