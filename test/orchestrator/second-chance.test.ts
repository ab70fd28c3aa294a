import { expect, test } from 'vitest';
import type { Position, RunEvent } from '../../src/orchestrator/index.ts';
import { lifeOf, told } from './told.ts';

const position = (task: string, tree: string, commit = `c-${task}-${tree}`): Position => ({
  task,
  tip: `tip-${task}`,
  commit,
  tree,
});
const builds = (alone: boolean, ...positions: readonly Position[]): RunEvent => ({
  type: 'chainBuilt',
  base: 'main-0',
  positions,
  conflicts: [],
  alone,
});
const ends = (on: Position, verdict: 'green' | 'red'): readonly RunEvent[] => [
  { type: 'testStarted', position: on, log: 'l' },
  { type: 'testEnded', position: on, verdict, ms: 1, log: 'l' },
];
const lives = ['A', 'B'].flatMap((task) => lifeOf(task));
/** A is red, and so is B on top of it; without A, B is green and lands. What A alone on the new main is was red before. */
const [a, both, b] = [position('A', 'a'), position('B', 'ab'), position('B', 'b')];
const again = position('A', 'ab');
const first: readonly RunEvent[] = [
  ...lives,
  builds(false, a, both),
  ...ends(both, 'red'),
  ...ends(a, 'red'),
  { type: 'accused', task: 'A', position: a, verdict: { verdict: 'red', log: 'l' } },
  builds(false, b),
  ...ends(b, 'green'),
  { type: 'landingIntended', tasks: ['B'], from: 'main-0', to: b.commit },
  { type: 'landed', task: 'B', from: 'main-0', commit: b.commit, tested: true },
];

test('a second chance is a new test, although the chain was red on the same tree', () => {
  const { train } = told(...first, builds(true, again));
  expect(train.verdicts.has('ab')).toBe(false);
  expect(train.verdicts.get('b')?.verdict).toBe('green');
});

test('the verdict of a second chance stays when another is built beside it', () => {
  const { train } = told(
    ...first,
    builds(true, again),
    ...ends(again, 'red'),
    builds(true, again, position('C', 'abc')),
  );
  expect(train.verdicts.get('ab')?.verdict).toBe('red');
});

test('a tree that was green needs no second look', () => {
  const { train } = told(...lives, builds(false, a, both), ...ends(both, 'green'), builds(true, position('A', 'ab')));
  expect(train.verdicts.get('ab')?.verdict).toBe('green');
});
