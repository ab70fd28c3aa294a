import { expect, test } from 'vitest';
import type { Position, RunEvent } from '../../src/orchestrator/index.ts';
import { lifeOf, told } from './told.ts';

const position = (task: string): Position => ({ task, tip: `tip-${task}`, commit: `c-${task}`, tree: `tree-${task}` });
const starts = (task: string): RunEvent => ({ type: 'testStarted', position: position(task), log: 'l' });
const ends = (task: string, verdict: 'green' | 'red'): RunEvent => ({
  type: 'testEnded',
  position: position(task),
  verdict,
  ms: 1,
  log: 'l',
});
const lives = ['A', 'B', 'C'].flatMap((task) => lifeOf(task));

test('a verdict remembers how many tests went at the same time, those that had ended before it included', () => {
  const { train } = told(...lives, starts('A'), starts('B'), starts('C'), ends('C', 'green'), ends('A', 'red'));
  expect([train.verdicts.get('tree-A')?.together, train.verdicts.get('tree-C')?.together]).toEqual([3, 3]);
});

test('a test that goes alone after others knows nothing of them', () => {
  const before = [starts('A'), starts('B'), ends('A', 'green'), { type: 'testCancelled', position: position('B') }];
  const { train } = told(...lives, ...(before as RunEvent[]), starts('C'), ends('C', 'red'));
  expect(train.verdicts.get('tree-C')?.together).toBe(1);
});

test('slots are only ever lowered', () => {
  const lowered = (to: number): RunEvent => ({ type: 'slotsLowered', task: 'A', together: to + 1, to });
  expect(told(...lives, lowered(3), lowered(2)).train.slotsAtMost).toBe(2);
  expect(told(...lives, lowered(1), lowered(3)).train.slotsAtMost).toBe(1);
});
