import type { Candidate, Position, TextConflict, TrainView, Verdict } from './train.ts';

/** One move of the train. After it the state is read afresh and the next one is decided. */
export type Move =
  | { readonly kind: 'wait' }
  | {
      readonly kind: 'build';
      readonly keep: readonly Position[];
      readonly add: readonly Candidate[];
      readonly conflicts: readonly TextConflict[];
    }
  | { readonly kind: 'test'; readonly position: Position }
  | { readonly kind: 'land'; readonly position: Position; readonly candidate: Candidate }
  | { readonly kind: 'drop'; readonly position: Position; readonly verdict: Verdict }
  | { readonly kind: 'leave'; readonly conflict: TextConflict };

/**
 * Decides the next move of a train that tests every position (`mode: strict`). Pure.
 * - A candidate that does not merge onto main itself leaves; one that only collides with those ahead of it stays until they landed or left.
 * - The first position is tested, and then lands or is dropped; only then does the next one count, because a red verdict
 *   behind an untested commit accuses nobody.
 */
export function nextMove(view: TrainView): Move {
  if (view.candidates.length === 0) return { kind: 'wait' };
  const { positions, conflicts } = standing(view);
  const hopeless = conflicts.find((conflict) => conflict.onto === view.main);
  if (hopeless !== undefined) return { kind: 'leave', conflict: hopeless };
  const placed = new Set([...positions, ...conflicts].map(({ task }) => task));
  const add = view.candidates.filter((candidate) => !placed.has(candidate.task));
  if (add.length > 0) return { kind: 'build', keep: positions, add, conflicts };
  const [first] = positions;
  const candidate = view.candidates.find(({ task }) => task === first?.task);
  if (first === undefined || candidate === undefined)
    return { kind: 'build', keep: [], add: view.candidates, conflicts: [] };
  if (!view.tested) return { kind: 'land', position: first, candidate };
  const verdict = view.verdicts.get(first.tree);
  if (verdict === undefined) return { kind: 'test', position: first };
  return verdict.verdict === 'green'
    ? { kind: 'land', position: first, candidate }
    : { kind: 'drop', position: first, verdict };
}

/** The part of the chain that still stands on main and holds only candidates that wait, at the tips that wait. */
function standing(view: TrainView): {
  readonly positions: readonly Position[];
  readonly conflicts: readonly TextConflict[];
} {
  if (view.chainBase !== view.main) return { positions: [], conflicts: [] };
  const tips = new Map(view.candidates.map(({ task, tip }) => [task, tip]));
  const broken = view.positions.findIndex(({ task, tip }) => tips.get(task) !== tip);
  const positions = broken < 0 ? view.positions : view.positions.slice(0, broken);
  const bases = new Set([view.main, ...positions.map(({ commit }) => commit)]);
  return { positions, conflicts: view.conflicts.filter(({ task, onto }) => tips.has(task) && bases.has(onto)) };
}
