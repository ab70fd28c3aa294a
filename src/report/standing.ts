import { type RunState, type StepState, waitingFor } from '../orchestrator/index.ts';
import { assertNever } from '../std/index.ts';
import { plainText } from './plain-text.ts';
import { reasonSentence, type Sentence } from './reason.ts';
import { aboutOf, endSentence } from './summary.ts';
import { count, listed, sentence } from './words.ts';

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

/** Nothing to say of the one that is tested or landed now: its state says it. */
function queued({ train }: RunState, step: StepState): Sentence | undefined {
  const { task } = step.spec;
  if (train.testing.includes(task) || train.landing.includes(task)) return undefined;
  if (step.accused !== undefined) {
    return { message: 'The tests failed with it once; it is tested again, alone, when the others are through.' };
  }
  const conflict = train.conflicts.find((one) => one.task === task);
  if (conflict !== undefined) {
    const where = conflict.paths.length === 0 ? '' : `: ${listed(conflict.paths)}`;
    return { message: `It does not merge behind those before it, and waits until they have landed${where}.` };
  }
  const position = train.positions.find((one) => one.task === task);
  const verdict = position === undefined ? undefined : train.verdicts.get(position.tree);
  if (verdict?.why !== undefined) return reasonSentence(verdict.why, aboutOf(step));
  if (verdict?.verdict === 'green') return { message: 'Its tests passed; it waits to land.' };
  const testing = train.testing.map((one) => plainText(one, 200)).join(', ');
  const covered = train.positions.findIndex((one) => train.testing.includes(one.task) && one !== position);
  if (testing === '') return { message: 'It waits to be tested.' };
  const own = position === undefined ? -1 : train.positions.indexOf(position);
  return {
    message:
      own >= 0 && own < covered ? `It is tested together with ${testing}.` : `It waits to be tested, after ${testing}.`,
  };
}
