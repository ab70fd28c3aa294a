import { whyJson, whyText } from '../../report/index.ts';
import type { Invocation } from '../command.ts';
import { lastStep, readHistory } from '../history.ts';
import { Refusal } from '../refusal.ts';
import { requireRepository } from '../workspace.ts';

/** `why ID`: the reason of a task's state, and how it came there. */
export async function run({ words: [id = ''], flags, world }: Invocation): Promise<number> {
  const { stateDir } = await requireRepository(world);
  const history = await readHistory(stateDir);
  const refused = [...history.runs.values()]
    .reverse()
    .find((state) => [...state.skipped.keys()].some((task) => sameId(task, id)));
  const state = lastStep(history, id)?.state ?? refused;
  const task = [...(state?.steps.keys() ?? []), ...(state?.skipped.keys() ?? [])].find((one) => sameId(one, id));
  if (state === undefined || task === undefined)
    throw new Refusal(`No run had a task ${id}.`, `See wt-orch plan ${id}.`);
  const events = history.events.filter((event) => event.run === state.run);
  world.out(flags.has('json') ? `${JSON.stringify(whyJson(task, state, events))}\n` : whyText(task, state, events));
  return 0;
}

const sameId = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
