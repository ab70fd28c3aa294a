import { createInterface, type Interface } from 'node:readline';
import { type Loop, openQuestions, type Question, type RunState } from '../orchestrator/index.ts';
import { questionText } from '../report/index.ts';
import type { World } from './command.ts';

/** Puts the open questions of a run to the person at the terminal, one at a time, oldest first. */
export interface Asker {
  readonly begin: (loop: Loop) => void;
  /** To be told each new state: a question that was answered elsewhere is taken back. */
  readonly look: (state: RunState) => void;
  readonly end: () => void;
}

export function askPerson(world: World): Asker {
  let loop: Loop | undefined;
  let asking: { readonly id: string; readonly prompt: Interface } | undefined;

  const stopAsking = (): void => {
    asking?.prompt.close();
    asking = undefined;
  };

  const look = (state: RunState): void => {
    const [question] = openQuestions(state);
    if (asking !== undefined && asking.id !== question?.id) stopAsking();
    if (loop === undefined || question === undefined || asking !== undefined) return;
    world.note(`${questionText(question, state)}\n`);
    asking = { id: question.id, prompt: prompt(question, loop) };
  };

  return {
    begin: (started) => {
      loop = started;
      look(started.state());
    },
    look,
    end: stopAsking,
  };
}

function prompt(question: Question, loop: Loop): Interface {
  const reader = createInterface({ input: process.stdin, output: process.stderr, prompt: '> ' });
  reader.on('line', (line) => {
    const value = chosenValue(question, line.trim());
    if (value === undefined) reader.prompt();
    else void loop.tell({ type: 'questionAnswered', question: question.id, value });
  });
  // In a line that is being read, Ctrl-C is a key and no signal.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  reader.prompt();
  return reader;
}

/** A number or a word of the options; for free input any text that is not empty. */
function chosenValue(question: Question, line: string): string | undefined {
  if (question.options.length === 0) return line === '' ? undefined : line;
  const byNumber = /^\d+$/.test(line) ? question.options[Number(line) - 1] : undefined;
  return byNumber ?? question.options.find((option) => option === line.toLowerCase());
}
