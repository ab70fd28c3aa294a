import type { Outcome } from './event.ts';
import type { RunState } from './state.ts';

/**
 * The exit code of a run from its outcomes: 0 all landed (or had nothing to change, or are ready with `--no-land`),
 * 1 some failed or were skipped, 3 cancelled by choice, 4 waiting for a person, 130 and 143 interrupted.
 * Where several hold, the first of 130/143, 1, 4, 3, 0.
 */
export function exitCodeOf(state: RunState): number {
  if (state.stop === 'SIGINT') return 130;
  if (state.stop === 'SIGTERM') return 143;
  const codes = new Set(
    [...state.steps.values()].map((step) => (step.phase.name === 'ended' ? codeOf(step.phase.outcome) : 1)),
  );
  if (state.skipped.size > 0) codes.add(1);
  return [1, 4, 3].find((code) => codes.has(code)) ?? 0;
}

function codeOf(outcome: Outcome): number {
  switch (outcome) {
    case 'landed':
    case 'ready':
    case 'no_change':
      return 0;
    case 'cancelled':
      return 3;
    case 'held':
    case 'waiting_person':
      return 4;
    default:
      return 1;
  }
}
