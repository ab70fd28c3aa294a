import { openQuestions, type RunState } from '../orchestrator/index.ts';
import { assertNever } from '../std/index.ts';
import { claimText, percent } from './agent-words.ts';
import { plainText } from './plain-text.ts';
import { answerHint } from './standing.ts';
import { type RunWord, runWord, type StatusTask, statusJson } from './status.ts';
import { isFailure, summarize } from './summary.ts';
import { cutTo, table } from './width.ts';
import { count, type StepWord, shortCommit, spoken } from './words.ts';

/**
 * Where a run stands, as a table no wider than `columns`: those that need a person and those that failed first, then what is at work,
 * the queue, what waits, and what is done. `now` in milliseconds.
 */
export function statusText(state: RunState | undefined, alive: boolean, now: number, columns: number): string {
  if (state === undefined) return 'No run yet. `wt-orch plan` shows what would run, `wt-orch run` runs it.\n';
  const tasks = statusJson(state, alive).tasks.toSorted((a, b) => rankOf(a.state) - rankOf(b.state));
  const rows = table(
    tasks.map((task) => [task.id, spoken(task.state), task.agent ?? '', progressOf(task), wordsOf(task, state)]),
  );
  const lines = [headline(state, alive, now), '', ...rows.map((row) => cutTo(row, columns)), ...questions(state)];
  return `${lines.join('\n')}\n`;
}

function headline(state: RunState, alive: boolean, now: number): string {
  const { successful, totalTasks, unfinished, parallelTime } = summarize(state, now);
  const numbers = [
    count(totalTasks, 'task'),
    `${successful} successful`,
    ...(unfinished > 0 ? [`${unfinished} not finished`] : []),
  ];
  return `Run ${plainText(state.run, 100)} ${runText(runWord(state, alive), parallelTime)}: ${numbers.join(', ')}`;
}

function runText(word: RunWord, time: string): string {
  switch (word) {
    case 'idle':
      return 'idle';
    case 'running':
      return `running for ${time}`;
    case 'waiting_person':
      return `waiting for a person, after ${time}`;
    case 'ended':
      return `ended after ${time}`;
    case 'interrupted':
      return 'interrupted, its process is gone (the next `wt-orch run` or `wt-orch retry` closes it)';
    default:
      return assertNever(word);
  }
}

/** Where a state stands in the list; what asks for somebody's attention comes first. */
function rankOf(word: StepWord): number {
  if (word === 'waiting_person' || word === 'held' || word === 'conflict') return 0;
  switch (word) {
    case 'preparing':
    case 'running':
    case 'finishing':
    case 'gates':
    case 'resolving':
    case 'testing':
      return 2;
    case 'queued':
      return 3;
    case 'waiting':
      return 4;
    case 'landed':
    case 'ready':
    case 'no_change':
      return 5;
    case 'cancelled':
    case 'skipped':
      return 6;
    default:
      return isFailure(word) ? 1 : 4;
  }
}

const progressOf = ({ state, progress }: StatusTask): string =>
  progress === null || state !== 'running' ? '' : percent(progress).padStart(5);

function wordsOf(task: StatusTask, state: RunState): string {
  if (task.reason !== null) return task.reason;
  if (task.state === 'landed') return task.commit === null ? '' : `as ${shortCommit(task.commit)}`;
  const claim = task.state === 'running' ? state.steps.get(task.id)?.claim : undefined;
  if (claim === undefined) return '';
  return claim.status === 'in_progress' ? plainText(claim.message ?? '', 200) : (claimText(claim) ?? '');
}

function questions(state: RunState): readonly string[] {
  const open = openQuestions(state);
  return open.length === 0
    ? []
    : [
        '',
        ...open.map(
          ({ id, prompt, options }) => `${plainText(id, 40)}: ${plainText(prompt)}  ${answerHint(id, options)}`,
        ),
      ];
}
