import { join } from 'node:path';
import { locateState } from '../../git/index.ts';
import { questionText, statusJson, statusText } from '../../report/index.ts';
import { isAlive, now, readLockOwner } from '../../system/index.ts';
import type { Invocation, World } from '../command.ts';
import { questionsLeft, readHistory } from '../history.ts';

/** `status`: folded from the journal; it starts no process and needs no lock. */
export async function run(invocation: Invocation): Promise<number> {
  const { flags, world } = invocation;
  const state = await locateState(world.cwd);
  const stateDir = state?.stateDir ?? (await searched(world));
  await show(stateDir, invocation);
  if (!flags.has('watch')) return 0;
  const { follow } = await import('../follow.ts');
  await follow(stateDir, () => show(stateDir, invocation));
  return 0;
}

/** The long way, or the words why there is no repository. It stands on the settings, which are slow to load. */
async function searched(world: World): Promise<string> {
  const { requireRepository } = await import('../workspace.ts');
  return (await requireRepository(world)).stateDir;
}

async function show(stateDir: string, { flags, world }: Invocation): Promise<void> {
  const history = await readHistory(stateDir);
  const { latest } = history;
  const earlier = questionsLeft(history).filter(({ state }) => state !== latest);
  const owner = await readLockOwner(join(stateDir, 'lock'));
  const alive = owner !== undefined && (await isAlive(owner));
  if (flags.has('json')) {
    const status = statusJson(latest, alive);
    const questions = [...status.questions, ...earlier.flatMap(({ state }) => statusJson(state, false).questions)];
    world.out(`${JSON.stringify({ ...status, questions })}\n`);
    return;
  }
  world.out(statusText(latest, alive, now(), process.stdout.columns ?? 80));
  for (const { question, state } of earlier) world.out(`\n${question.id}: ${questionText(question, state)}\n`);
}
