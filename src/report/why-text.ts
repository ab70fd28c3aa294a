import type { GateRecord, Recorded, RunState, TaskId } from '../orchestrator/index.ts';
import { formatDuration } from '../std/index.ts';
import { percent } from './agent-words.ts';
import { findingText } from './gate-text.ts';
import { plainText } from './plain-text.ts';
import { type Moment, type Why, whyJson } from './why.ts';
import { table } from './width.ts';
import { shortCommit, spoken } from './words.ts';

/** Why a task is where it is: its state and the reason, what to do, its gates, where its files are, and what happened, timed from the start. */
export function whyText(task: TaskId, state: RunState, events: readonly Recorded[]): string {
  const why = whyJson(task, state, events);
  if (why.state === null) return `${plainText(task, 200)} is no task of run ${plainText(state.run, 100)}.\n`;
  const parts = [headOf(why, state), gateLines(why.gates), placeLines(why), timelineLines(why.timeline)];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headOf(why: Why, state: RunState): readonly string[] {
  const title = plainText(state.steps.get(why.task)?.spec.title ?? '', 200);
  const progress = why.progress === null ? '' : `, ${percent(why.progress)}`;
  const landed = why.state === 'landed' && why.commit !== null ? ` as ${shortCommit(why.commit)}` : '';
  return [
    `${why.task}${title === '' ? '' : `: ${title}`}`,
    `  ${spoken(why.state ?? '')}${landed}${progress}${why.reason === null ? '' : `. ${why.reason}`}`,
    ...(why.hint === null ? [] : [`  ${why.hint}`]),
    ...(why.claim?.message === undefined || why.claim.message === ''
      ? []
      : [`  Its agent said last: ${why.claim.message}`]),
    ...(why.rejectedReports === 0 ? [] : [`  Status reports that were not understood: ${why.rejectedReports}`]),
    ...(why.markRefused === null ? [] : [`  The task file was not marked: ${why.markRefused}`]),
  ];
}

function gateLines(gates: readonly GateRecord[]): readonly string[] {
  if (gates.length === 0) return [];
  const lines = gates.flatMap((gate) => {
    const because = gate.why === undefined ? '' : `: ${gate.why}`;
    const output = gate.log === undefined ? [] : [`    output: ${plainText(gate.log, 1_000)}`];
    const findings = gate.findings.map((finding) => `    ${finding.severity}: ${findingText(finding)}`);
    return [
      `  ${plainText(gate.gate, 100)} ${gate.verdict} in ${formatDuration(gate.ms)}${because}`,
      ...findings,
      ...output,
    ];
  });
  return ['Gates', ...lines];
}

function placeLines({ agent, attempt, worktree, branch, commit, logs }: Why): readonly string[] {
  const rows = [
    ['agent', agent === null ? null : `${agent}, attempt ${attempt}`],
    ['worktree', worktree],
    ['branch', branch],
    ['commit', commit],
    ['agent log', logs.agent],
    ['test log', logs.test],
  ].flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name ?? '', plainText(value, 1_000)]]));
  return rows.length === 0 ? [] : ['Where', ...table(rows, '  ')];
}

function timelineLines(timeline: readonly Moment[]): readonly string[] {
  if (timeline.length === 0) return [];
  const rows = timeline.map(({ afterMs, text }) => [`+${formatDuration(afterMs)}`, text]);
  return ['What happened', ...table(rows, '  ')];
}
