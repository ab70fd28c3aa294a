import type { Reason, RunEvent, TaskId } from './event.ts';
import { roomFor } from './ready-to-start.ts';
import { nextQuestionId, type Phase, type RunState, type StepState } from './state.ts';

type Resolving = Phase & { readonly name: 'resolving' };

/**
 * Whose turn it is at a conflict that the rules have left: the agent that wrote the branch while it has rounds left, as soon as
 * there is a place for it, then a person. One at a time: the next look sees the place that this one took.
 */
export function decideConflict(state: RunState): readonly RunEvent[] {
  for (const step of state.steps.values()) {
    const { phase } = step;
    const events = phase.name === 'resolving' ? turnOf(step, phase, state) : [];
    if (events.length > 0) return events;
  }
  return [];
}

function turnOf(step: StepState, phase: Resolving, state: RunState): readonly RunEvent[] {
  const { task } = step.spec;
  if (phase.turn === 'person' && phase.question === undefined) return asked(task, state);
  if (phase.turn !== 'waiting') return [];
  if (step.conflictRounds >= state.conflictRounds) return asked(task, state);
  if (step.stopRequested || roomFor(state, step) !== undefined) return [];
  return [{ type: 'conflictRoundStarted', task, round: step.conflictRounds + 1 }];
}

function asked(task: TaskId, state: RunState): readonly RunEvent[] {
  const id = nextQuestionId(state);
  const prompt = `${task} does not merge with ${state.target}. Resolve it in its worktree and commit, then land it; or leave it for later, or discard it?`;
  const options = ['land', 'later', 'discard'];
  return [
    { type: 'questionAsked', question: { id, kind: 'select', about: 'conflict', prompt, options, task } },
    { type: 'personAwaited', task, question: id },
  ];
}

/** What the answer to that question leads to; `land` says that the conflict is resolved by hand. */
export function conflictAnswered(task: TaskId, phase: Resolving, answer: string): readonly RunEvent[] {
  if (answer === 'land') return [{ type: 'holdLifted', task }];
  return answer === 'discard'
    ? [{ type: 'stepEnded', task, outcome: 'cancelled', reason: { kind: 'discarded' } }]
    : [{ type: 'stepEnded', task, outcome: 'conflict', reason: conflictReason(phase) }];
}

/** Why a branch whose conflict nobody resolves ends: what the last try lacked, or else the conflict itself. */
export function conflictReason({ paths, why }: Resolving): Reason {
  return why === undefined ? { kind: 'textConflict', paths } : { ...why, paths: why.paths ?? paths };
}
