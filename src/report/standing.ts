import { openQuestions, type RunState, type StepState, type TaskId, waitingFor } from '../orchestrator/index.ts';
import { assertNever } from '../std/index.ts';
import { inConflict } from './conflict-text.ts';
import { plainText } from './plain-text.ts';
import { inQueue } from './queue-text.ts';
import type { Sentence } from './reason.ts';
import { endSentence } from './summary.ts';
import { count, listed, type StepWord, sentence, spoken, stepWord } from './words.ts';

/** Why a step is where it is, when there is a reason to show: what it waits for, who has to act, how it ended. */
export function standing(state: RunState, step: StepState): Sentence | undefined {
  const { phase, spec } = step;
  switch (phase.name) {
    case 'waiting':
      return waiting(state, step);
    case 'asking':
      return asking(state, phase.question);
    case 'resolving':
      return inConflict(state, step, phase);
    case 'held':
    case 'ended':
      return endSentence(state, spec.task);
    case 'queued':
      return inQueue(state, step);
    default:
      return undefined;
  }
}

function waiting(state: RunState, { spec, stopRequested }: StepState): Sentence | undefined {
  if (stopRequested) return { message: 'It is being stopped.' };
  const why = waitingFor(state, spec.task);
  switch (why?.kind) {
    case undefined:
      return undefined;
    case 'decision':
      return { message: 'It waits for the decision about tasks that would touch the same files.', ...decide(state) };
    case 'dependency':
      return behind(state, `It waits for ${listed(why.tasks)} to land`, why.tasks);
    case 'earlier': {
      const come = why.tasks.length === 1 ? 'comes' : 'come';
      const message = `It waits for ${listed(why.tasks)}, which would touch the same files and ${come} first`;
      const hint = 'With `onConflict: parallel` it does not wait, and may not merge in the end';
      return { hint, ...behind(state, message, why.tasks) };
    }
    case 'resource':
      return {
        message: `It waits for something that ${listed(why.tasks)} ${why.tasks.length === 1 ? 'uses' : 'use'} now.`,
      };
    case 'slot':
      return {
        message: `It waits for a free place: ${count(why.running, 'agent')} of at most ${state.maxParallel} at work.`,
        hint: `Sooner with \`maxParallel: ${state.maxParallel + 1}\` in .wt-orch/config.yaml, from the next run on`,
      };
    default:
      return assertNever(why);
  }
}

function decide(state: RunState): { readonly hint?: string } {
  const question = openQuestions(state).find(({ about }) => about === 'overlaps');
  return question === undefined ? {} : { hint: answerHint(question.id, question.options) };
}

/** Where those stand that a step waits for, down to the ones that wait for no other task; what frees one of these frees the step. */
function behind(state: RunState, message: string, tasks: readonly TaskId[]): Sentence {
  const roots = tasks.slice(0, 3).map((task) => rootOf(state, task));
  const hint = roots.map(({ step }) => (step === undefined ? undefined : standing(state, step)?.hint)).find(Boolean);
  return {
    message: `${message}. ${roots.map(({ words }) => sentence(words)).join(' ')}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function rootOf(state: RunState, task: TaskId, seen: readonly TaskId[] = []): { words: string; step?: StepState } {
  const step = state.steps.get(task);
  if (step === undefined) return { words: `${plainText(task, 200)} is no part of this run` };
  const why = step.phase.name === 'waiting' ? waitingFor(state, task) : undefined;
  const others = why !== undefined && 'tasks' in why ? why.tasks : [];
  const next = others.find((other) => other !== task && !seen.includes(other));
  const words = `${plainText(task, 200)} ${doing(state, step)}`;
  // A ring of tasks that wait for each other has no root, and no end.
  if (next === undefined) return others.length === 0 ? { words, step } : { words };
  const root = rootOf(state, next, [...seen, task]);
  return { ...root, words: `${plainText(task, 200)} waits for ${root.words.replace(' ', ', which ')}` };
}

const doings: Partial<Record<StepWord, string>> = {
  waiting: 'has not started',
  preparing: 'is being prepared',
  gates: 'is at its gates',
  waiting_person: 'needs a person',
  queued: 'is queued to land',
  testing: 'is being tested',
};

function doing(state: RunState, step: StepState): string {
  const word = stepWord(state, step);
  return doings[word] ?? `is ${spoken(word)}`;
}

function asking(state: RunState, id: string): Sentence {
  const question = state.questions.get(id)?.question;
  const prompt = question === undefined ? '' : `: ${plainText(question.prompt)}`;
  return {
    message: sentence(`It waits for the answer to ${plainText(id, 40)}${prompt}`),
    hint: answerHint(id, question?.options ?? []),
  };
}

/** How to answer a question on the command line. */
export const answerHint = (id: string, options: readonly string[]): string =>
  `\`wt-orch answer ${plainText(id, 40)} ${options.length === 0 ? 'TEXT' : options.map((one) => plainText(one, 40)).join('|')}\``;
