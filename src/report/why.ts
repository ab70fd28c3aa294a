import type { GateRecord, Recorded, RunState, StatusClaim, TaskId } from '../orchestrator/index.ts';
import { eventText, taskOf } from './event-text.ts';
import { plainText } from './plain-text.ts';
import { standing } from './standing.ts';
import { endSentence } from './summary.ts';
import { commitOf, hasWorktree, type StepWord, stepWord } from './words.ts';

/** Why a task is where it is; what `why --json` prints. */
export interface Why {
  readonly task: TaskId;
  readonly run: string;
  /** `null` when the run does not have the task. */
  readonly state: StepWord | null;
  readonly reason: string | null;
  readonly hint: string | null;
  readonly agent: string | null;
  readonly attempt: number | null;
  readonly progress: number | null;
  readonly claim: StatusClaim | null;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly logs: { readonly agent: string | null; readonly test: string | null };
  readonly gates: readonly GateRecord[];
  readonly rejectedReports: number;
  readonly markRefused: string | null;
  readonly timeline: readonly Moment[];
}

/** Something that happened to a task, `afterMs` after the start of the run. */
export interface Moment {
  readonly seq: number;
  readonly time: string;
  readonly afterMs: number;
  readonly type: Recorded['type'];
  readonly text: string;
}

/** The account of one task: where it stands and why, what to do, and all that happened to it. `events` may hold other runs and tasks too. */
export function whyJson(task: TaskId, state: RunState, events: readonly Recorded[]): Why {
  const step = state.steps.get(task);
  const said = step === undefined ? endSentence(state, task) : standing(state, step);
  const there = step !== undefined && hasWorktree(step);
  return {
    task,
    run: state.run,
    state: step === undefined ? (state.skipped.has(task) ? 'skipped' : null) : stepWord(state, step),
    reason: said?.message ?? null,
    hint: said?.hint ?? null,
    agent: step?.spec.agent ?? null,
    attempt: step?.attempt ?? null,
    progress: step?.claim?.progress ?? null,
    claim: step?.claim === undefined ? null : safeClaim(step.claim),
    worktree: there ? step.spec.worktree : null,
    branch: there ? step.spec.branch : null,
    commit: step === undefined ? null : commitOf(step),
    logs: { agent: step?.agentLog ?? null, test: step?.testLog ?? null },
    gates: (step?.gates ?? []).map(safeGate),
    rejectedReports: step?.rejectedReports ?? 0,
    markRefused: step?.markRefused === undefined ? null : plainText(step.markRefused),
    timeline: timelineOf(task, state, events),
  };
}

function safeClaim(claim: StatusClaim): StatusClaim {
  const { message, question } = claim;
  return {
    ...claim,
    ...(message === undefined ? {} : { message: plainText(message) }),
    ...(question === undefined ? {} : { question: plainText(question) }),
  };
}

/** What a gate said, without anything that a terminal would obey. */
export function safeGate(gate: GateRecord): GateRecord {
  const findings = gate.findings.map((finding) => ({
    ...finding,
    rule: plainText(finding.rule, 100),
    message: plainText(finding.message),
    ...(finding.path === undefined ? {} : { path: plainText(finding.path, 1_000) }),
  }));
  return { ...gate, findings, ...(gate.why === undefined ? {} : { why: plainText(gate.why) }) };
}

function timelineOf(task: TaskId, state: RunState, events: readonly Recorded[]): readonly Moment[] {
  const start = Date.parse(state.startedAt);
  return events.flatMap((event): readonly Moment[] => {
    if (event.run !== state.run || taskOf(event) !== task) return [];
    const said = eventText(event, state);
    if (said === undefined) return [];
    const { seq, time, type } = event;
    return [{ seq, time, afterMs: Math.max(0, Date.parse(time) - start), type, text: said.text }];
  });
}
