import { expect, it } from 'vitest';
import { serialOrder } from '../../src/conflicts/index.ts';

const overlap = (one: string, other: string) => ({ tasks: [one, other] as const });
const never = () => false;

it('the task that comes first in the run order goes first, whichever way the overlap was found', () => {
  const overlaps = [overlap('A', 'C'), overlap('B', 'C'), overlap('A', 'B')];
  expect(serialOrder(overlaps, ['C', 'A', 'B'], never)).toEqual([
    { earlier: 'C', later: 'A' },
    { earlier: 'C', later: 'B' },
    { earlier: 'A', later: 'B' },
  ]);
});

it('pairs are listed by the task that waits', () => {
  const overlaps = [overlap('B', 'C'), overlap('A', 'C'), overlap('A', 'B')];
  expect(serialOrder(overlaps, ['A', 'B', 'C'], never)).toEqual([
    { earlier: 'A', later: 'B' },
    { earlier: 'A', later: 'C' },
    { earlier: 'B', later: 'C' },
  ]);
});

it('a pair that already waits for each other, either way, is left out', () => {
  const overlaps = [overlap('A', 'B'), overlap('A', 'C'), overlap('B', 'C')];
  const reaches = (from: string, to: string) => (from === 'A' && to === 'B') || (from === 'C' && to === 'A');
  expect(serialOrder(overlaps, ['A', 'B', 'C'], reaches)).toEqual([{ earlier: 'B', later: 'C' }]);
});

it('a pair with a task that does not run is left out', () => {
  expect(serialOrder([overlap('A', 'B')], ['A'], never)).toEqual([]);
});
