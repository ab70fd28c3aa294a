import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loweredSlots, slotCount } from '../../src/landing/index.ts';

test.each([
  ['a number is taken as it is', 3, 2, 2, 3],
  ['one test per core that no agent is busy on', 'auto', 4, 1, 3],
  ['never more than four', 'auto', 64, 0, 4],
  ['and never none', 'auto', 2, 5, 1],
] as const)('%s', (_, setting, cores, agents, slots) => {
  expect(slotCount(setting, cores, agents)).toBe(slots);
});

test.each([
  ['red beside three others and green without them: three at a time', 4, 4, 3],
  ['red beside one other: one at a time', 2, 2, 1],
  ['red alone the first time too: the tests are flaky, and no fewer of them would help', 4, 1, undefined],
  ['red when more went than go now: that has been drawn already', 2, 3, undefined],
  ['red beside one other while three may go: that is too many as well', 3, 2, 1],
  ['one at a time stays one', 1, 2, undefined],
] as const)('%s', (_, slots, together, lowered) => {
  expect(loweredSlots(slots, together)).toBe(lowered);
});

test('whatever is lowered, at least one is left, and fewer than before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (slots, together) => {
      const to = loweredSlots(slots, together);
      if (to !== undefined) expect(to >= 1 && to < slots && to < together).toBe(true);
    }),
  );
});
