import { conflictReason, type Overlap, type Question, type RunState } from '../orchestrator/index.ts';
import { assertNever } from '../std/index.ts';
import { plainText } from './plain-text.ts';
import { reasonSentence } from './reason.ts';
import { endSentence } from './summary.ts';
import { listed } from './words.ts';

/** A question with all a person needs to answer it, and its options by number; the option words themselves are answers too. */
export function questionText(question: Question, state: RunState): string {
  return [...askedLines(question, state), ...optionLines(question, state)].join('\n');
}

function askedLines(question: Question, state: RunState): readonly string[] {
  const prompt = plainText(question.prompt, 2_000);
  switch (question.about) {
    case 'overlaps':
      return ['Potential file conflicts:', ...overlapLines(state.overlaps)];
    case 'hold': {
      const reason = question.task === undefined ? undefined : endSentence(state, question.task);
      return [prompt, ...(reason === undefined ? [] : [`  ${reason.message}`]), ...pathLines(question, state)];
    }
    case 'conflict': {
      const phase = question.task === undefined ? undefined : state.steps.get(question.task)?.phase;
      if (phase?.name !== 'resolving') return [prompt];
      const why = reasonSentence(conflictReason(phase), { task: question.task ?? '' });
      return [prompt, `  ${why.message}`, ...pathLines(question, state)];
    }
    case 'ownRules':
      return [prompt, ...pathLines(question, state)];
    case 'approval':
      return [prompt, ...pathLines(question, state)];
    case 'needsInput':
      return [`${question.task ?? 'The agent'} asks: ${prompt}`];
    default:
      return assertNever(question.about);
  }
}

/** Pairs of tasks that would touch the same files, one line each. */
export const overlapLines = (overlaps: readonly Overlap[]): readonly string[] =>
  overlaps.map(({ tasks: [a, b], paths }) => `  ${plainText(a)} and ${plainText(b)} both modify ${listed(paths)}`);

/** The paths that the question is about, one line each. */
function pathLines(question: Question, state: RunState): readonly string[] {
  const phase = question.task === undefined ? undefined : state.steps.get(question.task)?.phase;
  if (phase === undefined || !('work' in phase) || phase.work === undefined) return [];
  const held = 'reason' in phase ? (phase.reason?.paths ?? []) : phase.name === 'resolving' ? phase.paths : [];
  const paths =
    question.about === 'hold' || question.about === 'conflict'
      ? held
      : question.about === 'ownRules'
        ? phase.work.rules
        : phase.work.paths;
  const shown = paths.slice(0, 20).map((path) => `    ${plainText(path, 1_000)}`);
  return paths.length > 20 ? [...shown, `    and ${paths.length - 20} more`] : shown;
}

function optionLines(question: Question, state: RunState): readonly string[] {
  if (question.options.length === 0) return [];
  const words = question.options.map((option, at) => `${at + 1}. ${optionWords(question, option, state)}`);
  return [`  ${words.join('   ')}`];
}

function optionWords(question: Question, option: string, state: RunState): string {
  switch (option) {
    case 'sequential':
      return `Run sequentially (${sequence(state)})`;
    case 'parallel':
      return 'Continue anyway (risk merge conflicts)';
    case 'cancel':
      return 'Cancel';
    case 'land':
      return question.about === 'conflict' ? 'Land (it is resolved and committed)' : 'Land (try again now)';
    case 'later':
      return 'Later (keep the branch)';
    case 'discard':
      return 'Discard (the branch is set aside)';
    case 'approve':
      return 'Approve (land it)';
    case 'reject':
      return 'Reject (keep the branch, land nothing)';
    default:
      return plainText(option, question.about === 'overlaps' ? 40 : 200);
  }
}

function sequence(state: RunState): string {
  const [only, ...others] = state.overlaps;
  if (only === undefined || others.length > 0) return 'tasks that overlap one after the other';
  const order = [...state.steps.keys()];
  const [first, second] = [...only.tasks].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return `${first} first, then ${second}`;
}
