import { scriptsNamed } from '../../agents/index.ts';
import type { Colliding, Station } from '../../git/index.ts';
import { type ConflictRule, ruleFor } from '../../landing/index.ts';
import type { Phase, StepState, Tell } from '../../orchestrator/index.ts';
import { neverLands, type RunContext } from './context.ts';
import { matchesPath } from './judge.ts';

export type Resolving = Phase & { readonly name: 'resolving' };

/** One try at a conflict. */
export interface ConflictCase {
  readonly context: RunContext;
  readonly step: StepState;
  readonly phase: Resolving;
  readonly tell: Tell;
  readonly signal: AbortSignal;
  readonly station: Station;
  readonly sides: Colliding;
  readonly ruleOf: (path: string) => ConflictRule;
}

export function conflictCase(
  parts: Pick<ConflictCase, 'context' | 'step' | 'phase' | 'tell' | 'signal'>,
): ConflictCase {
  const { context, step, phase } = parts;
  const { worktree, branch } = step.spec;
  const { tip } = phase.work;
  return {
    ...parts,
    station: { path: worktree, branch, tip, exclude: neverLands(context.settings) },
    sides: {
      tip,
      onto: phase.onto,
      keepFromMain: [context.settings.tasks.file],
      names: { own: branch, main: context.target },
    },
    ruleOf: (path) => {
      const rule = ruleFor(path, context.settings.landing.conflicts, matchesPath);
      // What is left to the agent although a program writes it: the program could not.
      const isLeft = phase.turn === 'agent' && phase.paths.includes(path);
      return rule.rule === 'regenerate' && isLeft ? { rule: 'manual' } : rule;
    },
  };
}

/** What reading a resolved branch as work needs. */
export const workReading = ({ context }: ConflictCase) => ({
  harvested: false,
  exclude: neverLands(context.settings),
  testScripts: scriptsNamed(context.settings.landing.test ?? []),
});
