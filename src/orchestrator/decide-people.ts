import { conflictAnswered } from './decide-conflict.ts';
import type { Question, Reason, RunEvent } from './event.ts';
import { mayResume } from './ready-to-start.ts';
import { isEnded, nextQuestionId, type Phase, type RunState, type StepState } from './state.ts';
import { undoneBy, type Work } from './step-spec.ts';

/** Where a branch goes once its gates have spoken: to its end, to a person, or to the queue. */
export function decideAfterGates(step: StepState, state: RunState): readonly RunEvent[] {
  if (step.phase.name !== 'judged') return [];
  const { task } = step.spec;
  const { work, verdict } = step.phase;
  if (verdict === 'blocked') return [{ type: 'stepEnded', task, outcome: 'gate_blocked', reason: gateReason(step) }];
  if (!state.land)
    return [{ type: 'stepEnded', task, outcome: 'ready', reason: { kind: 'notLanding' }, commit: work.tip }];
  const question = personFirst(step, work, nextQuestionId(state));
  if (question !== undefined) {
    return [
      { type: 'questionAsked', question },
      { type: 'personAwaited', task, question: question.id },
    ];
  }
  return queued(step, state, work);
}

function gateReason(step: StepState): Reason {
  const failed = step.gates.filter((gate) => gate.verdict === 'fail');
  const unknown = step.gates.filter((gate) => gate.verdict === 'unknown');
  const named = failed.length > 0 ? failed : unknown;
  const log = named.find((gate) => gate.log !== undefined)?.log;
  return {
    kind: failed.length > 0 ? 'gateFailed' : 'gateUnknown',
    detail: named.map((gate) => gate.gate).join(', '),
    ...(log === undefined ? {} : { log }),
  };
}

/** A branch that changes the rules it is judged by, or whose task asks for it, waits for a yes. */
function personFirst(step: StepState, work: Work, id: string): Question | undefined {
  if (step.approved) return undefined;
  const { task } = step.spec;
  const options = ['approve', 'reject'];
  if (work.rules.length > 0) {
    const prompt = `${task} changes the rules it is judged by: ${work.rules.join(', ')}. Land it?`;
    return { id, kind: 'approve', about: 'ownRules', prompt, options, task };
  }
  if (!step.spec.approve) return undefined;
  return {
    id,
    kind: 'approve',
    about: 'approval',
    prompt: `${task} asks for approval before it lands. Land it?`,
    options,
    task,
  };
}

function queued(step: StepState, state: RunState, work: Work): readonly RunEvent[] {
  const { task } = step.spec;
  if (state.tested === 'notConfigured') return [{ type: 'held', task, reason: { kind: 'testsNotConfigured' } }];
  return [{ type: 'candidateQueued', task, tip: work.tip }];
}

/** What an answer moves: on to the queue, back to the agent, or to the end. */
export function decideAnswers(state: RunState): readonly RunEvent[] {
  for (const step of state.steps.values()) {
    const { phase } = step;
    const id = 'question' in phase ? phase.question : undefined;
    const answer = id === undefined ? undefined : state.questions.get(id)?.answer;
    const events = answer === undefined ? [] : answered(step, state, answer);
    // One at a time: an agent that goes on takes a slot, which the next look sees.
    if (events.length > 0) return events;
  }
  return [];
}

function answered(step: StepState, state: RunState, answer: string): readonly RunEvent[] {
  const { phase } = step;
  const { task } = step.spec;
  if (phase.name === 'held') {
    if (answer !== 'land') return [{ type: 'stepEnded', task, outcome: 'held', reason: phase.reason }];
    return [{ type: 'holdLifted', task }, ...queued(step, state, phase.work)];
  }
  if (phase.name === 'resolving') return conflictAnswered(task, phase, answer);
  if (phase.name !== 'asking') return [];
  if (phase.work === undefined) return mayResume(state, step) ? [{ type: 'agentResumed', task, note: answer }] : [];
  if (answer !== 'approve')
    return [{ type: 'stepEnded', task, outcome: 'cancelled', reason: { kind: 'personRefused' } }];
  return [{ type: 'approved', task, by: 'person' }, ...queued(step, state, phase.work)];
}

/** A hold becomes a question; with nobody to ask, a run in which only people could move anything ends. */
export function decideHolds(state: RunState): readonly RunEvent[] {
  for (const step of state.steps.values()) {
    if (step.phase.name === 'held' && step.phase.question === undefined) return holdAsked(step, state);
  }
  if (state.attended) return [];
  const left = [...state.steps.values()].filter((step) => !isEnded(step));
  if (!left.every(({ phase }) => isForPerson(phase) || phase.name === 'waiting')) return [];
  return left.flatMap((step) => leftForAPerson(step));
}

function isForPerson(phase: Phase): boolean {
  return phase.name === 'held' || phase.name === 'asking' || (phase.name === 'resolving' && phase.turn === 'person');
}

function holdAsked(step: StepState, state: RunState): readonly RunEvent[] {
  const { task } = step.spec;
  const id = nextQuestionId(state);
  const what = undoneBy(step.spec) === undefined ? `${task} is finished` : `${task} is ready to be taken back out`;
  const prompt = `${what} and cannot land now. Try again, or leave it for later?`;
  return [
    {
      type: 'questionAsked',
      question: { id, kind: 'select', about: 'hold', prompt, options: ['land', 'later'], task },
    },
    { type: 'personAwaited', task, question: id },
  ];
}

/** How a step ends that waits for a person when nobody is there any more. */
export function leftForAPerson(step: StepState): readonly RunEvent[] {
  const { phase } = step;
  const { task } = step.spec;
  if (phase.name === 'held') return [{ type: 'stepEnded', task, outcome: 'held', reason: phase.reason }];
  if (phase.name === 'resolving') return conflictAnswered(task, phase, 'later');
  if (phase.name !== 'asking') return [];
  if (phase.work === undefined)
    return [{ type: 'stepEnded', task, outcome: 'waiting_person', reason: { kind: 'needsInput' } }];
  return phase.work.rules.length > 0
    ? [{ type: 'stepEnded', task, outcome: 'held', reason: { kind: 'ownRulesChanged', paths: phase.work.rules } }]
    : [{ type: 'stepEnded', task, outcome: 'waiting_person', reason: { kind: 'approvalAsked' } }];
}
