import { planProbes } from './probe-plan.ts';
import type { Candidate, Position, TextConflict, TrainView, Verdict } from './train.ts';

/** One move of the train. After it the state is read afresh and the next one is decided. */
export type Move =
  | { readonly kind: 'wait' }
  | {
      readonly kind: 'build';
      readonly keep: readonly Position[];
      readonly add: readonly Candidate[];
      readonly conflicts: readonly TextConflict[];
      /** Each on main by itself, not on top of each other. */
      readonly alone: boolean;
    }
  /** Tests positions at the same time, and main itself beside them if `main` says so. */
  | { readonly kind: 'test'; readonly positions: readonly Position[]; readonly main: boolean }
  /** Lands the first positions of the chain at once; the last of them is the commit that was green. */
  | { readonly kind: 'land'; readonly positions: readonly Position[]; readonly candidates: readonly Candidate[] }
  /** Puts a candidate that is red alone aside until the others are through; it gets a second chance then. */
  | { readonly kind: 'accuse'; readonly position: Position; readonly verdict: Verdict }
  /** Main itself is not green: nothing lands, and nobody is blamed. */
  | { readonly kind: 'stopQueue'; readonly verdict: Verdict }
  /** It was red alone twice, on a main that is green. */
  | { readonly kind: 'drop'; readonly position: Position; readonly verdict: Verdict }
  | { readonly kind: 'leave'; readonly conflict: TextConflict };

/**
 * Decides the next move of the train. Pure.
 * - A candidate that does not merge onto main itself leaves; one that only collides with those ahead of it stays until they landed or left.
 * - The longest green prefix lands, whatever was red inside it: a later green that holds a commit vindicates it.
 * - A red prefix bounds the suspects; when only the first position is left of them, it is accused and goes to the tail.
 * - At the tail the accused are tested again, each alone on the new main, and main itself beside them. What is green then lands;
 *   what is red again is dropped, unless main is red too: then the queue stops and nobody is blamed.
 * - A second accusation on the same main makes main itself suspect, so it is tested before anybody else is accused. Like everybody
 *   it is red only when it was red twice; until then the view has no verdict on it, and it is tested again. On a red main
 *   only the whole chain is asked, since somebody in it may mend main; when that is red as well, the queue stops.
 * `strict` tests every position and lands a position only on a green of its own; otherwise the probe plan says which prefixes to test.
 */
export function nextMove(view: TrainView): Move {
  if (view.candidates.length === 0) return { kind: 'wait' };
  const waiting = view.candidates.filter((candidate) => !candidate.accused);
  const alone = waiting.length === 0;
  const line = alone ? view.candidates : waiting;
  const { positions, conflicts } = standing(view, line, alone);
  const hopeless = conflicts.find((conflict) => conflict.onto === view.main);
  if (hopeless !== undefined) return { kind: 'leave', conflict: hopeless };
  const placed = new Set([...positions, ...conflicts].map(({ task }) => task));
  const add = line.filter((candidate) => !placed.has(candidate.task));
  if (add.length > 0) return { kind: 'build', keep: positions, add, conflicts, alone };
  return alone ? atTail(view, line, positions) : onChain(view, line, positions);
}

/** The chain is built, and stands on main: what its verdicts say. */
function onChain(view: TrainView, line: readonly Candidate[], positions: readonly Position[]): Move {
  const verdicts = positions.map(({ tree }) => view.verdicts.get(tree));
  const landable = view.tested ? greenPrefix(view, verdicts) : positions.length;
  if (landable > 0) return landing(line, positions.slice(0, landable));
  const firstRed = verdicts.findIndex((verdict) => verdict !== undefined && verdict.verdict !== 'green');
  if (firstRed >= 0 && isRed(view.mainVerdict)) return onRedMain(view, view.mainVerdict, positions, verdicts);
  const isMainSuspect = firstRed >= 0 && view.accusedHere && view.mainVerdict === undefined;
  const [first] = positions;
  if (firstRed === 0 && first !== undefined) {
    if (isMainSuspect) return { kind: 'test', positions: [], main: true };
    return { kind: 'accuse', position: first, verdict: verdicts[0] as Verdict };
  }
  const lengths = probes(view, line, positions, firstRed);
  return { kind: 'test', positions: lengths, main: isMainSuspect && lengths.length < view.slots };
}

/** Nobody is to blame for a red prefix on a red main. A chain that is green as a whole would mend it. */
function onRedMain(
  view: TrainView,
  mainVerdict: Verdict,
  positions: readonly Position[],
  verdicts: readonly (Verdict | undefined)[],
): Move {
  const whole = view.mode === 'probe' && verdicts.at(-1) === undefined ? positions.slice(-1) : [];
  return whole.length > 0
    ? { kind: 'test', positions: whole, main: false }
    : { kind: 'stopQueue', verdict: mainVerdict };
}

const isRed = (verdict: Verdict | undefined): verdict is Verdict =>
  verdict !== undefined && verdict.verdict !== 'green';

/** Only accused candidates are left, each on main by itself. */
function atTail(view: TrainView, line: readonly Candidate[], positions: readonly Position[]): Move {
  const verdictOn = ({ tree }: Position): Verdict | undefined => view.verdicts.get(tree);
  const vindicated = positions.find((position) => verdictOn(position)?.verdict === 'green');
  if (vindicated !== undefined) return landing(line, [vindicated]);
  const untested = positions.filter((position) => verdictOn(position) === undefined);
  const room = Math.max(0, view.slots - untested.length);
  if (untested.length > 0 || view.mainVerdict === undefined) {
    return { kind: 'test', positions: untested.slice(0, view.slots), main: view.mainVerdict === undefined && room > 0 };
  }
  if (isRed(view.mainVerdict)) return { kind: 'stopQueue', verdict: view.mainVerdict };
  const [guilty] = positions as readonly [Position, ...Position[]];
  return { kind: 'drop', position: guilty, verdict: verdictOn(guilty) as Verdict };
}

/** How many positions may land: in `strict` each of them green itself, otherwise all up to the last green one. */
function greenPrefix(view: TrainView, verdicts: readonly (Verdict | undefined)[]): number {
  const isGreen = (verdict: Verdict | undefined): boolean => verdict?.verdict === 'green';
  if (view.mode === 'probe') return verdicts.findLastIndex(isGreen) + 1;
  const firstOther = verdicts.findIndex((verdict) => !isGreen(verdict));
  return firstOther < 0 ? verdicts.length : firstOther;
}

function landing(line: readonly Candidate[], positions: readonly Position[]): Move {
  const candidates = positions.flatMap(({ task }) => line.filter((candidate) => candidate.task === task));
  return { kind: 'land', positions, candidates };
}

function probes(
  view: TrainView,
  line: readonly Candidate[],
  positions: readonly Position[],
  firstRed: number,
): readonly Position[] {
  if (view.mode === 'strict') {
    const ahead = firstRed < 0 ? positions : positions.slice(0, firstRed);
    return ahead.filter(({ tree }) => !view.verdicts.has(tree)).slice(0, view.slots);
  }
  const failure = positions.map(({ task }) => line.find((candidate) => candidate.task === task)?.failure ?? 0.1);
  const lengths = planProbes({ failure, suspects: firstRed + 1, slots: view.slots });
  return lengths.flatMap((length) => positions.slice(length - 1, length));
}

/** The part of the chain that still stands on main and holds only candidates of this line, in its order, at the tips that wait. */
function standing(
  view: TrainView,
  line: readonly Candidate[],
  alone: boolean,
): { readonly positions: readonly Position[]; readonly conflicts: readonly TextConflict[] } {
  if (view.chainBase !== view.main || view.alone !== alone) return { positions: [], conflicts: [] };
  const tips = new Map(line.map(({ task, tip }) => [task, tip]));
  const isGone = ({ task, tip }: Position): boolean => tips.get(task) !== tip;
  const broken = view.positions.findIndex(isGone);
  const whole = broken < 0 ? view.positions : view.positions.slice(0, broken);
  const positions = alone ? view.positions.filter((position) => !isGone(position)) : whole;
  const bases = new Set([view.main, ...positions.map(({ commit }) => commit)]);
  return { positions, conflicts: view.conflicts.filter(({ task, onto }) => tips.has(task) && bases.has(onto)) };
}
