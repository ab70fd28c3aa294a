import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queueOrder, type Waiting } from '../../src/landing/queue-order.ts';

const waiting = (task: string, joined: number, more: Partial<Waiting> = {}): Waiting => ({
  task,
  after: [],
  priority: 1,
  failure: 0.1,
  joined,
  passed: 0,
  ...more,
});
const order = (queue: readonly Waiting[], mostPassed = 3) => queueOrder(queue, mostPassed).map(({ task }) => task);

test.each<[string, readonly Waiting[], readonly string[]]>([
  ['nobody waits, nobody goes', [], []],
  ['alike, the older goes first', [waiting('B', 2), waiting('A', 1)], ['A', 'B']],
  ['the safer goes first', [waiting('A', 1, { failure: 0.4 }), waiting('B', 2, { failure: 0.02 })], ['B', 'A']],
  [
    'the more urgent goes first, however risky',
    [waiting('A', 1, { failure: 0.02 }), waiting('B', 2, { priority: 0, failure: 0.8 })],
    ['B', 'A'],
  ],
  [
    'none goes before what it waits for',
    [waiting('A', 1, { after: ['B'] }), waiting('B', 2, { failure: 0.9 })],
    ['B', 'A'],
  ],
  [
    'what an urgent one waits for is as urgent',
    [waiting('A', 1), waiting('B', 2, { priority: 2 }), waiting('C', 3, { priority: 0, after: ['B'] })],
    ['B', 'C', 'A'],
  ],
  [
    'a task that is not in the queue holds nobody back',
    [waiting('A', 1, { after: ['Z'] }), waiting('B', 2)],
    ['A', 'B'],
  ],
  [
    'what an old one waits for is as old, and the older of two such goes first',
    [waiting('E', 5), waiting('D', 4), waiting('A', 1, { after: ['D', 'E'] }), waiting('B', 2)],
    ['D', 'E', 'A', 'B'],
  ],
  [
    'those that wait for each other go all the same',
    [waiting('A', 1, { after: ['B'] }), waiting('B', 2, { after: ['A'] }), waiting('C', 3, { failure: 0.5 })],
    ['C', 'A', 'B'],
  ],
])('%s', (_, queue, wanted) => {
  expect(order(queue)).toEqual(wanted);
});

describe('a candidate that was passed often enough', () => {
  const risky = waiting('A', 1, { failure: 0.8 });
  const safe = [2, 3, 4, 5, 6].map((joined) => waiting(`S${joined}`, joined, { failure: 0.01 }));

  test('is passed no more within one order', () => {
    expect(order([risky, ...safe], 3)).toEqual(['S2', 'S3', 'S4', 'A', 'S5', 'S6']);
  });

  test('was passed in earlier orders too', () => {
    expect(order([{ ...risky, passed: 2 }, ...safe], 3)).toEqual(['S2', 'A', 'S3', 'S4', 'S5', 'S6']);
    expect(order([{ ...risky, passed: 9 }, ...safe], 3)[0]).toBe('A');
  });

  test('is not passed by an urgent one either', () => {
    expect(order([{ ...risky, passed: 3 }, waiting('U', 2, { priority: 0 })], 3)).toEqual(['A', 'U']);
  });

  test('takes what it waits for along', () => {
    const stacked = { ...risky, after: ['S6'], passed: 3 };
    expect(order([stacked, ...safe], 3).slice(0, 2)).toEqual(['S6', 'A']);
  });
});

describe('any queue', () => {
  const size = 9;
  const member = fc.record({
    priority: fc.integer({ min: 0, max: 2 }),
    failure: fc.integer({ min: 0, max: 4 }).map((fifth) => fifth / 5),
    passed: fc.integer({ min: 0, max: 3 }),
    after: fc.subarray(
      Array.from({ length: size }, (_, index) => index),
      { maxLength: 2 },
    ),
    age: fc.integer({ min: 1, max: 100 }),
  });
  /** Waits only for members with a smaller number, so that there is no ring; ages have nothing to do with the numbers. */
  const queue = fc.array(member, { maxLength: size }).map((members) =>
    members.map(({ priority, failure, passed, after, age }, index) =>
      waiting(`T${index}`, age * size + index, {
        priority,
        failure,
        passed,
        after: after.filter((other) => other < index).map((other) => `T${other}`),
      }),
    ),
  );

  test('keeps everybody, and none goes before what it waits for', () => {
    fc.assert(
      fc.property(queue, fc.integer({ min: 0, max: 4 }), (all, mostPassed) => {
        const tasks = order(all, mostPassed);
        expect(tasks.toSorted()).toEqual(all.map(({ task }) => task).toSorted());
        for (const { task, after } of all)
          for (const other of after) expect(tasks.indexOf(other)).toBeLessThan(tasks.indexOf(task));
      }),
    );
  });

  test('passes none more often than allowed, but with what an older one waits for', () => {
    fc.assert(
      fc.property(queue, fc.integer({ min: 0, max: 4 }), (all, mostPassed) => {
        const ageOf = (one: Waiting): number =>
          Math.min(one.joined, ...all.filter(({ after }) => after.includes(one.task)).map(ageOf));
        const ordered = queueOrder(all, mostPassed);
        ordered.forEach((one, place) => {
          const younger = ordered.slice(0, place).filter((other) => ageOf(other) > ageOf(one)).length;
          expect(younger).toBeLessThanOrEqual(Math.max(0, mostPassed - one.passed));
        });
      }),
    );
  });

  test('is ordered the same however it is given', () => {
    fc.assert(
      fc.property(queue, fc.integer({ min: 0, max: 4 }), (all, mostPassed) => {
        expect(order(all.toReversed(), mostPassed)).toEqual(order(all, mostPassed));
      }),
    );
  });
});
