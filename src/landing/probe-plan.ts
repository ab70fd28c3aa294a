import { type Costs, costsOf } from './probe-costs.ts';

/** What is known of the candidates that wait, in chain order. */
export interface ProbeInput {
  /** Per candidate the chance, 0 to 1, that it is bad: that a chain which holds it is red. */
  readonly failure: readonly number[];
  /** How many of the first candidates are known to hold a bad one. 0: nothing is known. 1: the first is guilty. */
  readonly suspects: number;
  /** How many tests go at the same time; at least 1. */
  readonly slots: number;
  /** Prefix lengths whose tests are under way. One that can tell nothing any more is left out of account: its run may end. */
  readonly running?: readonly number[];
}

/** So many candidates are planned on at once, or as many as are suspected or being tested; the rest wait. Time grows with the cube. */
const HORIZON = 48;

/**
 * Answers with the prefix lengths (from 1, ascending) to test next, besides those that are running; at most one per free slot.
 * A prefix of length x is the chain of the first x candidates. It is red if one of them is bad, so all up to the largest green
 * prefix may land, and the first red one bounds the suspects. The lengths are those that bring the fewest expected rounds of
 * tests until every candidate landed or is accused alone. Nothing is to be tested when a single suspect is left: it is guilty.
 * With a slot for each length that can tell something, each is tested, so that every commit that lands has a verdict of its own.
 * Pure, and the same input gives the same answer.
 */
export function planProbes(input: ProbeInput): readonly number[] {
  const known = requireSound(input);
  const end = known.suspects > 0 ? known.suspects : known.failure.length + 1;
  const running = new Set(known.running.filter((length) => length < end));
  const free = known.slots - running.size;
  if (end <= 1 || free <= 0) return [];
  if (end - 1 - running.size <= free)
    return Array.from({ length: end - 1 }, (_, index) => index + 1).filter((length) => !running.has(length));
  return cheapestProbes(costsOf(known.failure, known.slots), end, free, running);
}

/**
 * The expected number of rounds until every candidate landed or is accused alone, when each round tests what `planProbes` says
 * and its tests all end together. Runs that are under way count for nothing here. Of a queue longer than one plan, only the
 * candidates of this plan (48, or the suspects if they are more) are counted.
 */
export function expectedRounds(input: Omit<ProbeInput, 'running'>): number {
  const { failure, suspects, slots } = requireSound(input);
  const costs = costsOf(failure, slots);
  if (suspects === 0) return costs.rest(0, failure.length + 1);
  let bad = 0;
  for (let place = 0; place < suspects; place += 1) bad += costs.passing(0, place) * (failure[place] ?? 0);
  return costs.rest(0, suspects) / bad;
}

/** The cheapest way from the front of the chain to `end` over at most `free` new probes and all that are running. */
function cheapestProbes(costs: Costs, end: number, free: number, running: ReadonlySet<number>): readonly number[] {
  const ways: Way[][] = [];
  for (let place = end - 1; place >= 0; place -= 1) {
    ways[place] = Array.from({ length: free + 1 }, (_, left) =>
      cheapestWay({ costs, end, running, ways }, place, left),
    );
  }
  const probes: number[] = [];
  let left = free;
  for (let place = ways[0]?.[left]?.next; place !== undefined; place = ways[place]?.[left]?.next) {
    if (running.has(place)) continue;
    probes.push(place);
    left -= 1;
  }
  return probes;
}

interface Way {
  readonly cost: number;
  /** The next length that is tested; undefined when there is none before the end. */
  readonly next: number | undefined;
}

interface Search {
  readonly costs: Costs;
  readonly end: number;
  readonly running: ReadonlySet<number>;
  /** The ways from every place behind this one, by the number of new probes that are left. */
  readonly ways: readonly (readonly Way[])[];
}

/** Of equal costs the way with fewer tests wins, then the one whose next test is longer. */
function cheapestWay({ costs, end, running, ways }: Search, place: number, left: number): Way {
  let best: Way = { cost: costs.rest(place, end), next: undefined };
  for (let next = end - 1; next > place; next -= 1) {
    // A test that is running takes none of the free slots, so no cheapest way leaves it out.
    const behind = ways[next]?.[running.has(next) ? left : left - 1];
    if (behind === undefined) continue;
    const cost = costs.rest(place, next) + costs.passing(place, next) * behind.cost;
    if (cost < best.cost) best = { cost, next };
  }
  return best;
}

/** What is planned on. Numbers outside their range are a mistake of the caller and throw. */
function requireSound({ failure, suspects, slots, running = [] }: ProbeInput): Required<ProbeInput> {
  const whole = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  if (!failure.every((chance) => chance >= 0 && chance <= 1)) throw new RangeError('a chance of failure is 0 to 1');
  if (!whole(suspects, 0, failure.length)) throw new RangeError(`${suspects} suspects of ${failure.length}`);
  if (!whole(slots, 1, Number.MAX_SAFE_INTEGER)) throw new RangeError(`${slots} slots`);
  if (!running.every((length) => whole(length, 1, failure.length))) throw new RangeError(`running: ${running}`);
  const planned = failure.slice(0, Math.max(HORIZON, suspects, ...running));
  // One of the suspects is bad. When each was thought to be surely good, none is likelier than another.
  const deceived = suspects > 0 && planned.slice(0, suspects).every((chance) => chance === 0);
  return {
    failure: deceived ? planned.map((chance, index) => (index < suspects ? 1e-6 : chance)) : planned,
    suspects,
    slots,
    running,
  };
}
