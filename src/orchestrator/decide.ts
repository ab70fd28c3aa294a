import { conflictReason, decideConflict } from './decide-conflict.ts';
import { decideAfterGates, decideAnswers, decideHolds } from './decide-people.ts';
import type { Question, Reason, RunEvent } from './event.ts';
import { exitCodeOf } from './exit-code.ts';
import { failsDependents, overlapsUndecided, waitingFor } from './ready-to-start.ts';
import { isEnded, nextQuestionId, openQuestions, type Phase, type RunState, type StepState } from './state.ts';
import { undoneBy } from './step-spec.ts';

/**
 * What follows from the state alone, as events to record: steps that start, end, queue or wait for a person.
 * Pure and level-triggered: it looks at where things stand, never at what just happened, so it may be asked at any time, also after a restart.
 * The caller records the answer, folds it, and asks again until the answer is empty.
 */
export function decide(state: RunState): readonly RunEvent[] {
  if (state.endedAt !== undefined) return [];
  for (const rule of rules) {
    const events = rule(state);
    if (events.length > 0) return events;
  }
  return [];
}

type Rule = (state: RunState) => readonly RunEvent[];

const rules: readonly Rule[] = [
  cancelled,
  stopped,
  overlapsAsked,
  eachStep(afterAgent),
  decideAnswers,
  eachStep(decideAfterGates),
  decideConflict,
  eachStep(afterLanding),
  eachStep(dependencyFailed),
  started,
  decideHolds,
  questionsWithoutStep,
  ended,
];

/** A question takes its number from how many there are, so nothing is decided behind one before it is folded. */
function eachStep(rule: (step: StepState, state: RunState) => readonly RunEvent[]): Rule {
  return (state) => {
    const events: RunEvent[] = [];
    for (const step of state.steps.values()) {
      if (!isEnded(step)) events.push(...rule(step, state));
      if (events.some(({ type }) => type === 'questionAsked')) break;
    }
    return events;
  };
}

function overlapsAsked(state: RunState): readonly RunEvent[] {
  if (!overlapsUndecided(state) || state.stop !== undefined) return [];
  if (state.onConflict !== 'ask') return [{ type: 'overlapsDecided', choice: state.onConflict, by: 'setting' }];
  const asked = [...state.questions.values()].find(({ question }) => question.about === 'overlaps');
  const choice = asked?.answer;
  if (choice === 'sequential' || choice === 'parallel' || choice === 'cancel') {
    return [{ type: 'overlapsDecided', choice, by: 'person' }];
  }
  if (!state.attended) return [{ type: 'overlapsDecided', choice: 'sequential', by: 'noTerminal' }];
  return asked === undefined ? [{ type: 'questionAsked', question: overlapQuestion(state) }] : [];
}

function overlapQuestion(state: RunState): Question {
  return {
    id: nextQuestionId(state),
    kind: 'select',
    about: 'overlaps',
    prompt: 'Potential file conflicts',
    options: ['sequential', 'parallel', 'cancel'],
  };
}

function cancelled(state: RunState): readonly RunEvent[] {
  if (state.conflictChoice !== 'cancel') return [];
  return [...state.steps.values()]
    .filter((step) => !isEnded(step) && step.phase.name === 'waiting')
    .map((step) => ({
      type: 'stepEnded',
      task: step.spec.task,
      outcome: 'cancelled',
      reason: { kind: 'runCancelled' },
    }));
}

/** A stop ends at once whatever no effect is busy with; an agent that runs is ended by its effect, a landing under way is let finish. */
function stopped(state: RunState): readonly RunEvent[] {
  return [...state.steps.values()].flatMap((step): readonly RunEvent[] => {
    const { name } = step.phase;
    if (!step.stopRequested || state.train.landing.includes(step.spec.task)) return [];
    if (name === 'held')
      return [{ type: 'stepEnded', task: step.spec.task, outcome: 'held', reason: step.phase.reason }];
    if (name === 'resolving') return resolvingStopped(step.spec.task, step.phase);
    const idle = ['waiting', 'undoing', 'prepared', 'judging', 'judged', 'asking', 'queued'].includes(name);
    return idle ? [{ type: 'stepEnded', task: step.spec.task, outcome: 'cancelled', reason: { kind: 'stopped' } }] : [];
  });
}

/** What waits for a person goes on waiting for one; a try that is under way is ended by its effect. */
function resolvingStopped(task: string, phase: Phase & { readonly name: 'resolving' }): readonly RunEvent[] {
  if (phase.turn === 'person') return [{ type: 'stepEnded', task, outcome: 'conflict', reason: conflictReason(phase) }];
  return phase.turn === 'waiting'
    ? [{ type: 'stepEnded', task, outcome: 'cancelled', reason: { kind: 'stopped' } }]
    : [];
}

/** The agent's process is gone: what its exit says, before anybody looks at its work. Evidence outranks its own claim. */
export function afterAgent(step: StepState, state: RunState): readonly RunEvent[] {
  if (step.phase.name !== 'finishing') return [];
  const { exit, found } = step.phase;
  const { task } = step.spec;
  if (exit.ended === 'stopped') return [{ type: 'stepEnded', task, outcome: 'cancelled', reason: { kind: 'stopped' } }];
  if (exit.ended === 'timeLimit') {
    if (found === undefined) return [];
    const detail = found === 'nothing' ? {} : { detail: found.tip };
    return [{ type: 'stepEnded', task, outcome: 'timed_out', reason: { kind: 'timeLimit', ...detail } }];
  }
  if (exit.code !== 0) return [{ type: 'stepEnded', task, outcome: 'agent_failed', reason: exitReason(step, exit) }];
  if (step.claim?.status === 'failed') {
    const detail = step.claim.message === undefined ? {} : { detail: step.claim.message };
    return [{ type: 'stepEnded', task, outcome: 'agent_failed', reason: { kind: 'agentSaidFailed', ...detail } }];
  }
  if (step.claim?.status === 'needs_input') return inputAsked(step, state);
  if (found !== 'nothing') return [];
  const kind = step.claim?.status === 'no_change' ? 'noChange' : 'noChangeSilent';
  return [{ type: 'stepEnded', task, outcome: 'no_change', reason: { kind } }];
}

function exitReason(step: StepState, exit: { readonly code?: number; readonly signal?: string }): Reason {
  const log = step.agentLog === undefined ? {} : { log: step.agentLog };
  return exit.signal === undefined
    ? { kind: 'exitCode', detail: String(exit.code ?? '?'), ...log }
    : { kind: 'endedBySignal', detail: exit.signal, ...log };
}

function inputAsked(step: StepState, state: RunState): readonly RunEvent[] {
  const id = nextQuestionId(state);
  const { task } = step.spec;
  const prompt = step.claim?.question ?? step.claim?.message ?? 'The agent needs an answer before it can go on.';
  return [
    { type: 'questionAsked', question: { id, kind: 'input', about: 'needsInput', prompt, options: [], task } },
    { type: 'personAwaited', task, question: id },
  ];
}

/** What is on the target branch has landed, whatever comes then. */
export function afterLanding(step: StepState, state: RunState): readonly RunEvent[] {
  if (step.phase.name !== 'landed') return [];
  return [
    {
      type: 'stepEnded',
      task: step.spec.task,
      outcome: 'landed',
      commit: step.phase.commit,
      ...landedBecause(step, state),
    },
  ];
}

function landedBecause(step: StepState, state: RunState): { readonly reason?: Reason } {
  const undone = undoneBy(step.spec);
  if (undone !== undefined) return { reason: { kind: 'undone', detail: undone } };
  return state.tested === 'deliberatelyNot' ? { reason: { kind: 'deliberatelyUntested' } } : {};
}

function dependencyFailed(step: StepState, state: RunState): readonly RunEvent[] {
  if (step.phase.name !== 'waiting') return [];
  const failed = step.spec.after.filter((id) => failsDependents(state.steps.get(id)));
  if (failed.length === 0) return [];
  return [
    {
      type: 'stepEnded',
      task: step.spec.task,
      outcome: 'skipped',
      reason: { kind: 'dependencyFailed', tasks: failed },
    },
  ];
}

/** One start at a time: the next look sees the slot, the resource and the order that this one took. */
function started(state: RunState): readonly RunEvent[] {
  if (state.stop !== undefined) return [];
  for (const step of state.steps.values()) {
    if (step.phase.name === 'waiting' && waitingFor(state, step.spec.task) === undefined) {
      return [{ type: 'worktreeIntended', task: step.spec.task, base: state.train.main }];
    }
  }
  return [];
}

/** A question whose step ended for another reason is no question any more. One that was held or left waiting can still be answered later. */
function questionsWithoutStep(state: RunState): readonly RunEvent[] {
  return openQuestions(state)
    .filter((question) => isMoot(question, state))
    .map((question) => ({ type: 'questionWithdrawn', question: question.id }));
}

function isMoot(question: Question, state: RunState): boolean {
  if (question.about === 'overlaps') return state.conflictChoice !== undefined || state.stop !== undefined;
  const phase = question.task === undefined ? undefined : state.steps.get(question.task)?.phase;
  if (phase?.name === 'ended') return !['held', 'waiting_person', 'conflict'].includes(phase.outcome);
  // A task that joined again has a step that asked nothing yet.
  return phase === undefined || !('question' in phase) || phase.question !== question.id;
}

function ended(state: RunState): readonly RunEvent[] {
  const over = [...state.steps.values()].every((step) => isEnded(step) && step.tidied);
  return over ? [{ type: 'runEnded', exitCode: exitCodeOf(state) }] : [];
}
