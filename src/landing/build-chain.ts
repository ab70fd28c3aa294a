import { type Git, isAncestor, mergeOnto } from '../git/index.ts';
import { landingMessage } from './landing-message.ts';
import type { Move } from './next-move.ts';
import type { Candidate, Position, TellTrain, TextConflict, TrainEvent } from './train.ts';

export interface BuildPlan {
  readonly main: string;
  readonly run: string;
  readonly strategy: 'merge' | 'squash' | 'rebase';
  /** Paths whose version on main is kept whatever a branch did to them: the task file. */
  readonly keepFromMain: readonly string[];
}

/**
 * Builds the missing part of the chain in memory: no work tree is touched and nothing is tested.
 * A candidate that collides with the chain is left out of it; one whose merge changes nothing ends here.
 */
export async function buildChain(
  git: Git,
  plan: BuildPlan,
  move: Move & { readonly kind: 'build' },
  tell: TellTrain,
): Promise<void> {
  const positions: Position[] = [...move.keep];
  const conflicts: TextConflict[] = [...move.conflicts];
  const empty: Candidate[] = [];
  for (const candidate of move.add) {
    const onto = move.alone ? plan.main : (positions.at(-1)?.commit ?? plan.main);
    const merged = await mergeOnto(git, {
      base: onto,
      tip: candidate.tip,
      keepFromBase: plan.keepFromMain,
      message: landingMessage(candidate, plan.run),
      // What takes a landing back is one commit of ours whatever the strategy, so there are no commits to keep apart.
      strategy: candidate.undoes === undefined ? plan.strategy : 'squash',
    });
    if (merged.ok) positions.push({ task: candidate.task, tip: candidate.tip, ...merged.value });
    else if (merged.error.kind === 'textConflict')
      conflicts.push({ task: candidate.task, onto, paths: merged.error.paths });
    else empty.push(candidate);
  }
  await tell({ type: 'chainBuilt', base: plan.main, positions, conflicts, alone: move.alone });
  for (const candidate of empty) await tell(await emptyEnd(git, plan, candidate));
}

/** A branch that brings nothing has nothing to land, unless its commits are on main already: then somebody went past the tests. */
async function emptyEnd(git: Git, plan: BuildPlan, { task, tip }: Candidate): Promise<TrainEvent> {
  return (await isAncestor(git, tip, plan.main))
    ? { type: 'held', task, reason: { kind: 'alreadyThere' } }
    : { type: 'stepEnded', task, outcome: 'no_change', reason: { kind: 'noChangeSilent' } };
}
