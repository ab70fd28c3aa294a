import type { Recorded, RunState } from '../orchestrator/index.ts';
import { eventText } from './event-text.ts';
import { padTo } from './width.ts';
import { everyTask } from './words.ts';

/** One line for the log of a run: the task (or `run`), padded to the longest id, and what happened; undefined for what nobody waits for. */
export function narrate(event: Recorded, state: RunState): string | undefined {
  const said = eventText(event, state);
  if (said === undefined) return undefined;
  const width = everyTask(state).reduce((longest, task) => Math.max(longest, task.length), 3);
  return `${padTo(said.task ?? 'run', width)}  ${said.text}`;
}
