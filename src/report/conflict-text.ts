import { conflictReason, type Phase, type RunState, type StepState } from '../orchestrator/index.ts';
import { plainText } from './plain-text.ts';
import { reasonSentence, type Sentence } from './reason.ts';
import { listed } from './words.ts';

/** Whose turn it is at a branch that does not merge with the target, and what a person can do. */
export function inConflict(
  state: RunState,
  { spec, conflictRounds }: StepState,
  phase: Phase & { readonly name: 'resolving' },
): Sentence {
  const { turn, question, paths } = phase;
  if (turn === 'person') {
    const how = `Resolve it in ${plainText(spec.worktree, 1_000)} and commit`;
    const then = question === undefined ? '' : `, then: \`wt-orch answer ${plainText(question, 40)} land\``;
    return { message: reasonSentence(conflictReason(phase), { task: spec.task }).message, hint: `${how}${then}` };
  }
  const where = paths.length === 0 ? '' : `: ${listed(paths)}`;
  const message = `It does not merge with ${plainText(state.target, 200)}${where}.`;
  switch (turn) {
    case 'agent':
      return { message: `${message} Its agent resolves that, round ${conflictRounds} of ${state.conflictRounds}.` };
    case 'waiting':
      return { message: `${message} It waits for a free place for its agent.` };
    default:
      return { message };
  }
}
