import type { Recorded, RunState, TaskId } from '../orchestrator/index.ts';
import { agentWords } from './agent-words.ts';
import { conflictWords } from './conflict-words.ts';
import type { EventWords } from './event-words.ts';
import { plainText } from './plain-text.ts';
import { runWords } from './run-words.ts';
import { trainWords } from './train-words.ts';

/** What happened, in words, and to which task; without a task it is about the run. */
export interface EventText {
  readonly task?: TaskId;
  readonly text: string;
}

const words: EventWords = { ...runWords, ...agentWords, ...trainWords, ...conflictWords };

/** An event in words, as seen from the state after it; undefined for what only matters to the program. */
export function eventText(event: Recorded, state: RunState): EventText | undefined {
  // The journal of a newer version may hold events that this one has no words for.
  const say = words[event.type] as ((event: Recorded, state: RunState) => string | undefined) | undefined;
  const text = say?.(event, state);
  if (text === undefined) return undefined;
  const task = taskOf(event);
  return task === undefined ? { text } : { task: plainText(task, 200), text };
}

/** The task that an event is about, if it is about one. */
export function taskOf(event: Recorded): TaskId | undefined {
  if ('position' in event) return event.position.task;
  if (event.type === 'questionAsked') return event.question.task;
  return 'task' in event ? event.task : undefined;
}
