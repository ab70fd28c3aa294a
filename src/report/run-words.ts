import { type Question, type RunState, serialPredecessors, stepOf } from '../orchestrator/index.ts';
import { formatDuration } from '../std/index.ts';
import { type EventWords, silent } from './event-words.ts';
import { plainText } from './plain-text.ts';
import { summarize } from './summary.ts';
import { count, listed } from './words.ts';

type RunWords = EventWords<
  | 'runStarted'
  | 'tasksJoined'
  | 'overlapsDecided'
  | 'questionAsked'
  | 'questionAnswered'
  | 'questionWithdrawn'
  | 'stopRequested'
  | 'personLeft'
  | 'runEnded'
  | 'noted'
  | 'taskMarked'
  | 'taskMarkRefused'
>;

/** Words for what happens to a run as a whole, and between it and people. */
export const runWords: RunWords = {
  runStarted: ({ steps, skipped, maxParallel, land, target, tested }) =>
    [
      `${count(steps.length, 'task')}, up to ${maxParallel} at once`,
      land ? `landing on ${plainText(target, 200)}` : 'landing nothing',
      ...(land && tested === 'deliberatelyNot' ? ['deliberately untested'] : []),
      ...(land && tested === 'notConfigured' ? ['no tests configured, so nothing can land'] : []),
      ...(skipped.length > 0 ? [`not run: ${listed(skipped.map(({ task }) => task))}`] : []),
    ].join('; '),
  tasksJoined: ({ steps, skipped }) =>
    `joined by ${listed(steps.map(({ task }) => task))}${skipped.length > 0 ? `; not run: ${listed(skipped.map(({ task }) => task))}` : ''}`,
  overlapsDecided: ({ choice, by }, state) =>
    `${choices[choice]}${deciders[by]}${choice === 'sequential' ? waits(state) : ''}`,
  questionAsked: ({ question }) => (question.about === 'overlaps' ? overlapsAsked(question) : asked(question)),
  questionAnswered: ({ question, value }) => `question ${plainText(question, 40)} answered: ${plainText(value, 200)}`,
  questionWithdrawn: ({ question }) => `question ${plainText(question, 40)} needs no answer any more`,
  stopRequested: ({ by }) => (by === 'person' ? 'asked to stop' : `asked to stop by ${by}`),
  personLeft: () => 'nobody is at the terminal any more; questions stay open',
  runEnded: (_, state) => ended(state),
  noted: ({ level, text }) => `${level === 'warning' ? 'warning: ' : ''}${plainText(text)}`,
  taskMarked: silent,
  taskMarkRefused: ({ why }) => `the task file was not marked: ${plainText(why)}`,
};

const choices = {
  sequential: 'overlapping tasks run one after the other',
  parallel: 'overlapping tasks run at the same time',
  cancel: 'cancelled because of the overlaps',
} as const;

const deciders = { setting: ', as configured', person: '', noTerminal: ': nobody can be asked' } as const;

/** `; UX-19 waits for DEV-15`, for the first few that wait. */
function waits(state: RunState): string {
  const pairs = [...state.steps.keys()]
    .map((task) => ({ task, first: serialPredecessors(state, task) }))
    .filter(({ task, first }) => first.length > 0 && stepOf(state, task).phase.name !== 'ended')
    .map(({ task, first }) => `${task} waits for ${listed(first)}`);
  if (pairs.length === 0) return '';
  const more = pairs.length > 5 ? `; ${pairs.length - 5} more wait` : '';
  return `; ${pairs.slice(0, 5).join('; ')}${more}`;
}

const overlapsAsked = ({ id, options }: Question): string =>
  `question ${plainText(id, 40)}: how to go on with tasks that would touch the same files? (${options.map((one) => plainText(one, 40)).join(', ')})`;

const asked = ({ id, prompt, options }: Question): string =>
  `question ${plainText(id, 40)}: ${plainText(prompt)}${options.length === 0 ? '' : ` (${options.map((one) => plainText(one, 40)).join(', ')})`}`;

function ended(state: RunState): string {
  const end = state.endedAt === undefined ? 0 : Date.parse(state.endedAt);
  const { successful, totalTasks } = summarize(state, end);
  return `ended after ${formatDuration(Math.max(0, end - Date.parse(state.startedAt)))}: ${successful} of ${count(totalTasks, 'task')} successful`;
}
