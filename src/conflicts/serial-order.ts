import type { Overlap } from './overlap.ts';

/** `later` waits until `earlier` is finished. */
export interface SerialPair {
  readonly earlier: string;
  readonly later: string;
}

/**
 * The pairs to run one after the other so that no two overlapping tasks run at once, in the order of the later and then the earlier one.
 * Takes the ids in run order, dependencies first; `reaches(from, to)` says whether `to` already waits for `from`, directly or not.
 * Left out are pairs that already wait for each other either way, and those with a task that is not in the order. Since every pair
 * follows the order, the pairs and the dependencies together have no cycle.
 */
export function serialOrder(
  overlaps: readonly Pick<Overlap, 'tasks'>[],
  order: readonly string[],
  reaches: (from: string, to: string) => boolean,
): readonly SerialPair[] {
  const places = new Map(order.map((id, place) => [id, place]));
  const place = (id: string): number => places.get(id) as number;
  return overlaps
    .filter(({ tasks: [one, other] }) => places.has(one) && places.has(other))
    .map(({ tasks: [one, other] }) => (place(one) < place(other) ? pair(one, other) : pair(other, one)))
    .filter(({ earlier, later }) => !reaches(earlier, later) && !reaches(later, earlier))
    .sort((a, b) => place(a.later) - place(b.later) || place(a.earlier) - place(b.earlier));
}

const pair = (earlier: string, later: string): SerialPair => ({ earlier, later });
