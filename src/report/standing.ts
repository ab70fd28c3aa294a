import { type RunState, type StepState, waitingFor } from '../orchestrator/index.ts';
import { assertNever } from '../std/index.ts';
import { plainText } from './plain-text.ts';
import { reasonSentence, type Sentence } from './reason.ts';
import { aboutOf, endSentence } from './summary.ts';
import { count, listed, sentence, shortCommit } from './words.ts';

/** Why a step is where it is, when there is a reason to show: what it waits for, who has to act, how it ended. */
export function standing(state: RunState, step: StepState): Sentence | undefined {
  const { phase, spec } = step;
  switch (phase.name) {
    case 'waiting':
      return waiting(state, step);
    case 'asking':
      return asking(state, phase.question);
    case 'held':
    case 'ended':
      return endSentence(state, spec.task);
    case 'queued':
      return queued(state, step);
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
      return { message: 'It waits for the decision about tasks that would touch the same files.' };
    case 'dependency':
      return { message: `It waits for ${listed(why.tasks)} to land.` };
    case 'earlier':
      return {
        message: `It waits for ${listed(why.tasks)}, which would touch the same files and ${why.tasks.length === 1 ? 'comes' : 'come'} first.`,
      };
    case 'resource':
      return {
        message: `It waits for something that ${listed(why.tasks)} ${why.tasks.length === 1 ? 'uses' : 'use'} now.`,
      };
    case 'slot':
      return {
        message: `It waits for a free place: ${count(why.running, 'agent')} of at most ${state.maxParallel} at work.`,
      };
    default:
      return assertNever(why);
  }
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

function queued(state: RunState, step: StepState): Sentence | undefined {
  const { spec, phase } = step;
  const { train } = state;
  if (train.testing === spec.task || phase.name !== 'queued') return undefined;
  if (train.landing === spec.task) return { message: 'It is being landed.' };
  const position = train.positions.find(({ task }) => task === spec.task);
  const verdict = position === undefined ? undefined : train.verdicts.get(position.tree);
  if (position !== undefined && verdict?.verdict === 'green')
    return { message: `Tested as ${shortCommit(position.commit)}, it waits to land.` };
  if (verdict?.why !== undefined) return reasonSentence(verdict.why, aboutOf(step));
  const conflict = train.conflicts.find(({ task }) => task === spec.task);
  if (conflict !== undefined)
    return {
      message: sentence(
        `It does not merge behind those before it, and waits until they have landed: ${listed(conflict.paths)}`,
      ),
    };
  return train.testing === undefined
    ? undefined
    : { message: `It waits for the test of ${plainText(train.testing, 200)}.` };
}
