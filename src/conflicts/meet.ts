import { anyOne, anyRun, deep, insideDeep, slash, type Tokens } from './glob.ts';

/** One way out of a state: what is read, and the state that follows. `anyOne` reads any character but a slash. */
interface Step {
  readonly reads: number;
  readonly to: number;
}

/** Stands behind each excluded automaton: to be there at the end of a path means that the path is excluded. */
const excludedEnd = -5;
/** A character that no excluded automaton mentions. */
const someOther = -6;

/** How many states are looked at before the answer is a cautious yes. Only contrived globs come near it. */
const maxStates = 100_000;

/**
 * Whether there is a path that both automata name and no excluded one does. Exact, by walking the product of the two automata with
 * the subset construction of the excluded ones (Hopcroft and Ullman, closure of regular sets under intersection and complement),
 * until a common end is found. Without exclusions there are at most 2·|a|·|b| states. With more than `maxStates` states it says
 * yes: an overlap too many costs a question, one too few costs a merge conflict.
 */
export function canMeet(a: Tokens, b: Tokens, excluded: readonly Tokens[]): boolean {
  const exclusion = exclusionOf(excluded);
  const width = b.length + 1;
  const size = (a.length + 1) * width * 2;
  const seen = new Set<number>();
  const open: number[] = [];
  const visit = (inA: number, inB: number, filled: 0 | 1, gone: number): void => {
    const state = gone * size + (inA * width + inB) * 2 + filled;
    if (seen.has(state)) return;
    seen.add(state);
    open.push(state);
  };
  const stepsA = stepTable(a);
  const stepsB = stepTable(b);
  visit(0, 0, 0, exclusion.start);
  while (open.length > 0) {
    if (seen.size > maxStates) return true;
    const state = open.pop() as number;
    // A path has no empty segments, so a slash or the end needs a segment with something in it.
    const filled = (state % 2) as 0 | 1;
    const gone = Math.floor(state / size);
    const inB = ((state % size) >> 1) % width;
    const inA = Math.floor(((state % size) >> 1) / width);
    if (inA === a.length && inB === b.length && filled === 1 && !exclusion.ends(gone)) return true;
    const skipA = skipTo(a, inA);
    const skipB = skipTo(b, inB);
    if (skipA !== undefined) visit(skipA, inB, filled, gone);
    if (skipB !== undefined) visit(inA, skipB, filled, gone);
    for (const stepA of stepsA[inA] as readonly Step[]) {
      for (const stepB of stepsB[inB] as readonly Step[]) {
        const reads = common(stepA.reads, stepB.reads);
        if (reads === undefined || (reads === slash && filled === 0)) continue;
        const next = reads === slash ? 0 : 1;
        for (const to of exclusion.after(gone, reads)) visit(stepA.to, stepB.to, next, to);
      }
    }
  }
  return false;
}

function skipTo(tokens: Tokens, at: number): number | undefined {
  const token = tokens[at];
  if (token === anyRun) return at + 1;
  return token === deep ? at + 2 : undefined;
}

const stepTables = new WeakMap<Tokens, readonly (readonly Step[])[]>();

/** The steps from each state, the end included. Kept with the tokens, since one glob is compared with many. */
function stepTable(tokens: Tokens): readonly (readonly Step[])[] {
  const known = stepTables.get(tokens);
  if (known !== undefined) return known;
  const table = Array.from({ length: tokens.length + 1 }, (_, at) => stepsFrom(tokens, at));
  stepTables.set(tokens, table);
  return table;
}

function stepsFrom(tokens: Tokens, at: number): readonly Step[] {
  const token = tokens[at];
  if (token === undefined || token === excludedEnd) return [];
  if (token === anyRun) return [{ reads: anyOne, to: at }];
  if (token === deep) return [{ reads: anyOne, to: at + 1 }];
  if (token !== insideDeep) return [{ reads: token, to: at + 1 }];
  return [
    { reads: anyOne, to: at },
    { reads: slash, to: at - 1 },
  ];
}

/** What both read: a character, any but a slash, or nothing at all. */
function common(a: number, b: number): number | undefined {
  if (a === b) return a;
  if (a === anyOne) return b === slash ? undefined : b;
  if (b === anyOne) return a === slash ? undefined : a;
  return undefined;
}

/** The excluded automata run side by side as one deterministic automaton, whose states are numbered as they are met. */
interface Exclusion {
  readonly start: number;
  ends(state: number): boolean;
  /** Where it may be after what is read: several states when `anyOne` is, since it tells some characters apart. */
  after(state: number, reads: number): readonly number[];
}

const onlyState: readonly number[] = [0];
const noExclusion: Exclusion = { start: 0, ends: () => false, after: () => onlyState };

function exclusionOf(excluded: readonly Tokens[]): Exclusion {
  if (excluded.length === 0) return noExclusion;
  const tokens = excluded.flatMap((each) => [...each, excludedEnd]);
  const letters = [...new Set(tokens.filter((token) => token >= 0 && token !== slash)), someOther];
  const sets: (readonly number[])[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (positions: Iterable<number>): number => {
    const set = closure(tokens, positions);
    const key = set.join();
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, sets.length);
    return sets.push(set) - 1;
  };
  return {
    start: numberOf([0, ...tokens.flatMap((token, at) => (token === excludedEnd ? [at + 1] : []))]),
    ends: (state) => (sets[state] as readonly number[]).some((at) => tokens[at] === excludedEnd),
    after: (state, reads) => {
      const steps = (sets[state] as readonly number[]).flatMap((at) => stepsFrom(tokens, at));
      const told = reads === anyOne ? letters : [reads];
      return told.map((letter) => numberOf(steps.filter((step) => reading(step.reads, letter)).map((step) => step.to)));
    },
  };
}

const reading = (reads: number, letter: number): boolean => reads === letter || (reads === anyOne && letter !== slash);

/** The positions and all that can be reached from them without reading, in ascending order. */
function closure(tokens: Tokens, positions: Iterable<number>): readonly number[] {
  const all = new Set(positions);
  for (const at of all) {
    const skip = skipTo(tokens, at);
    if (skip !== undefined) all.add(skip);
  }
  return [...all].sort((one, other) => one - other);
}
