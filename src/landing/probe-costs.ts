/** Expected rounds of tests, for every state that a plan can get to. A place is a number of candidates from the front of the chain. */
export interface Costs {
  /**
   * The rounds still to come when all before `start` are settled and the first bad candidate from there on is known to stand before
   * `end`, times the chance of that. `end` is exclusive; one more than the number of candidates says that nothing is known (chance 1).
   */
  readonly rest: (start: number, end: number) => number;
  /** The chance that the candidates from `start` up to but without `end` are all good. */
  readonly passing: (start: number, end: number) => number;
}

/**
 * Solves the dynamic program of prefix probing: V(m, n) = 1 + the least, over at most `slots` prefix lengths, of the sum over the
 * segments between them of P(the first bad candidate is in this one) * V(its length, what is left then), where the first m of n
 * waiting candidates are known to hold a bad one. The sum is additive, so the best lengths come from a shortest path; with each V
 * weighted by its chance a state is a pair of places in the chain, and every candidate may have a chance of its own.
 * `failure` holds the chance of each that it is bad, 0 to 1. The time grows with slots * length^3.
 */
export function costsOf(failure: readonly number[], slots: number): Costs {
  const count = failure.length;
  const passing = passingOf(failure);
  const rest = new Grid(count + 2);
  // The least cost of what lies between two places, cut into at most one segment, at most two, and so on up to the slots.
  const cuts = [rest];
  while (cuts.length < Math.min(slots, count)) cuts.push(new Grid(count + 2));
  for (let start = count - 1; start >= 0; start -= 1) {
    const chance = failure[start] ?? 0;
    let bad = 0;
    for (let end = start + 1; end <= count + 1; end += 1) {
      bad = end > count ? 1 : bad + (failure[end - 1] ?? 0) * passing.at(start, end - 1);
      const alone = end === start + 1;
      const through = cuts.map((behind) => leastCut({ rest, passing, behind }, start, end));
      // A single suspect is guilty and leaves without a test.
      rest.set(start, end, alone ? chance * rest.at(start + 1, count + 1) : bad + Math.min(...through));
      cuts.forEach((grid, level) => {
        if (level > 0) grid.set(start, end, Math.min(rest.at(start, end), ...through.slice(0, level)));
      });
    }
  }
  return { rest: (start, end) => rest.at(start, end), passing: (start, end) => passing.at(start, end) };
}

/** The least cost when the first test is somewhere between `start` and `end` and what is behind it is cut as `behind` says. */
function leastCut(grids: { rest: Grid; passing: Grid; behind: Grid }, start: number, end: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let place = start + 1; place < end; place += 1) {
    const cost = grids.rest.at(start, place) + grids.passing.at(start, place) * grids.behind.at(place, end);
    if (cost < least) least = cost;
  }
  return least;
}

function passingOf(failure: readonly number[]): Grid {
  const passing = new Grid(failure.length + 1);
  for (let start = 0; start <= failure.length; start += 1) {
    let chance = 1;
    for (let end = start; end <= failure.length; end += 1) {
      passing.set(start, end, chance);
      chance *= 1 - (failure[end] ?? 0);
    }
  }
  return passing;
}

/** A square of numbers, zero until set. */
class Grid {
  private readonly size: number;
  private readonly numbers: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.numbers = new Float64Array(size * size);
  }

  at(row: number, column: number): number {
    return this.numbers[row * this.size + column] ?? 0;
  }

  set(row: number, column: number, value: number): void {
    this.numbers[row * this.size + column] = value;
  }
}
