import { afterAgent, afterLanding } from './decide.ts';
import { conflictReason } from './decide-conflict.ts';
import { decideAfterGates, leftForAPerson } from './decide-people.ts';
import type { RunEvent, TaskId } from './event.ts';
import { isEnded, type RunState, type StepState } from './state.ts';
import { undoneBy } from './step-spec.ts';

/**
 * What is next on the way to the end of a step whose orchestrator was killed, by what the journal knows; asked again until the step
 * has ended. Pure. Whether it landed is not asked here: only git knows. Empty for a step that has ended, and for one whose agent ended by
 * itself and whose work nobody has looked at yet: that look comes first.
 *
 * Work that an agent has finished is never done again because of a crash. It ends as `ready`, and lands without its agent.
 */
export function decideInterrupted(step: StepState, state: RunState): readonly RunEvent[] {
  const { phase } = step;
  const { task } = step.spec;
  const ready: RunEvent = { type: 'stepEnded', task, outcome: 'ready', reason: { kind: 'landingInterrupted' } };
  // What takes a landing back has no work of its own, and is asked for again.
  if (undoneBy(step.spec) !== undefined && !['held', 'landed', 'ended'].includes(phase.name)) return interrupted(task);
  switch (phase.name) {
    case 'judging':
    case 'queued':
      return [{ ...ready, commit: phase.work.tip }];
    case 'judged':
      return phase.verdict === 'blocked' ? decideAfterGates(step, state) : [{ ...ready, commit: phase.work.tip }];
    case 'resolving':
      // The next landing finds the conflict again, and begins again with the rules. Whoever waited for a person still does.
      return phase.turn === 'person' || phase.turn === 'byHand'
        ? [{ type: 'stepEnded', task, outcome: 'conflict', reason: conflictReason(phase) }]
        : [{ ...ready, commit: phase.work.tip }];
    case 'finishing':
      return afterAgent(step, state);
    case 'asking':
    case 'held':
      return leftForAPerson(step);
    case 'landed':
      return afterLanding(step, state);
    default:
      return isEnded(step) ? [] : interrupted(task);
  }
}

const interrupted = (task: TaskId): readonly RunEvent[] => [
  { type: 'stepEnded', task, outcome: 'cancelled', reason: { kind: 'interrupted' } },
];
