import type { RunState, StepState, TaskId } from '../orchestrator/index.ts';
import { findingText } from './gate-text.ts';
import { plainText } from './plain-text.ts';
import { endSentence, type Summary, type SummaryTask } from './summary.ts';
import { table } from './width.ts';
import { count, hasWorktree, shortCommit, spoken, stepWord } from './words.ts';

/** The final account of a run: a line for each task with what became of it and what to do, then the numbers. */
export function summaryText(summary: Summary, state: RunState): string {
  const rows = table(summary.tasks.map((task) => [task.id, outcomeWord(task, state), outcomeText(task, state)]));
  const lines = summary.tasks.flatMap((task, at) => [
    rows[at] ?? '',
    ...below(task.id, state).map((line) => `    ${line}`),
  ]);
  return [...lines, '', ...totals(summary), ''].join('\n');
}

function outcomeWord({ id, outcome }: SummaryTask, state: RunState): string {
  const step = state.steps.get(id);
  return spoken(outcome ?? (step === undefined ? 'skipped' : stepWord(state, step)));
}

function outcomeText({ outcome, reason, commit }: SummaryTask, state: RunState): string {
  const where =
    outcome === 'landed' && commit !== null ? `as ${shortCommit(commit)} on ${plainText(state.target, 200)}` : '';
  return [where, reason ?? ''].filter((part) => part !== '').join('. ');
}

/** What to do next, with where the work is; then what went wrong when the mark was written. */
function below(task: TaskId, state: RunState): readonly string[] {
  const step = state.steps.get(task);
  const hint = endSentence(state, task)?.hint;
  const lines = [...(step === undefined ? [] : findings(step)), ...(hint === undefined ? [] : [hint])];
  if (step === undefined) return lines;
  const { worktree } = step.spec;
  const unsaid =
    hasWorktree(step) &&
    hint?.includes(worktree) !== true &&
    step.phase.name === 'ended' &&
    step.phase.outcome !== 'landed';
  if (unsaid) lines.push(`Its worktree is kept: ${plainText(worktree, 1_000)}`);
  if (step.markRefused !== undefined) lines.push(`The task file was not marked: ${plainText(step.markRefused)}`);
  return lines;
}

/** What the gates found on a branch that they keep from landing, the first few. */
function findings({ phase, gates }: StepState): readonly string[] {
  if (phase.name !== 'ended' || phase.outcome !== 'gate_blocked') return [];
  const errors = gates.flatMap((gate) => gate.findings.filter(({ severity }) => severity === 'error'));
  const unknown = gates.filter(({ verdict, why }) => verdict === 'unknown' && why !== undefined);
  const lines = [
    ...errors.map(findingText),
    ...unknown.map(({ gate, why }) => `${plainText(gate, 100)}: ${plainText(why ?? '')}`),
  ];
  return lines.length > 3 ? [...lines.slice(0, 3), `and ${lines.length - 3} more`] : lines;
}

function totals(summary: Summary): readonly string[] {
  const parts = [
    [summary.successful, 'successful'],
    [summary.failed, 'failed'],
    [summary.blocked, 'blocked'],
    [summary.waiting, 'waiting for a person'],
    [summary.cancelled, 'cancelled'],
    [summary.unfinished, 'not finished'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  const { gateBlocks, testFailures } = summary;
  const causes = [
    ...(gateBlocks > 0 ? [`${gateBlocks} blocked by gates`] : []),
    ...(testFailures > 0 ? [`${testFailures} with failing tests`] : []),
  ];
  return [
    `${count(summary.totalTasks, 'task')}${said.length > 0 ? `: ${said.join(', ')}` : ''}${causes.length > 0 ? ` (${causes.join(', ')})` : ''}`,
    `Time ${summary.parallelTime}; one after the other about ${summary.estimatedSequentialTime} (${summary.speedup})`,
    ...(summary.costUsd > 0 ? [`Cost ${summary.cost}`] : []),
  ];
}
