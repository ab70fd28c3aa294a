import { describe, expect, test } from 'vitest';
import type { Position, RunEvent } from '../../src/orchestrator/index.ts';
import { lifeOf, told } from './told.ts';

const position = (task: string, onto: string): Position => ({
  task,
  tip: `tip-${task}`,
  commit: `${onto}+${task}`,
  tree: `tree ${onto} ${task}`,
});
const chain = [position('A', 'main-0'), position('B', 'main-0+A')];
const built: RunEvent = {
  type: 'chainBuilt',
  base: 'main-0',
  positions: chain,
  conflicts: [{ task: 'C', onto: 'main-0+A', paths: ['x'] }],
};
const landed = (task: string, commit: string): RunEvent => ({
  type: 'landed',
  task,
  from: 'main-0',
  commit,
  tested: true,
});

describe('the train', () => {
  test('behind a landed commit the chain stands as it was built', () => {
    const { train } = told(built, landed('A', 'main-0+A'));
    expect(train).toMatchObject({ main: 'main-0+A', chainBase: 'main-0+A', positions: [chain[1]] });
    expect(train.conflicts).toHaveLength(1);
  });
  test('a target that moved takes the whole chain away', () => {
    expect(told(built, { type: 'targetMoved', to: 'x' }).train).toEqual({
      main: 'x',
      alone: false,
      positions: [],
      conflicts: [],
      verdicts: new Map(),
      testing: [],
      landing: [],
    });
  });
  test.each<RunEvent>([
    { type: 'stepEnded', task: 'A', outcome: 'tests_failed' },
    { type: 'held', task: 'A', reason: { kind: 'branchMoved' } },
  ])('a candidate that leaves ($type) takes those behind it along, and the test of it', (event) => {
    const [first = position('A', 'main-0')] = chain;
    const { train } = told(built, { type: 'testStarted', position: first, log: 'l' }, event);
    expect(train).toMatchObject({ positions: [], chainBase: 'main-0' });
    expect(train.testing).toEqual([]);
    expect(told(built, { ...event, task: 'B' } as RunEvent).train.positions).toEqual([first]);
  });
  test('a verdict is kept by tree', () => {
    const [first = position('A', 'main-0')] = chain;
    const tested: RunEvent = { type: 'testEnded', position: first, verdict: 'red', ms: 5, log: 'l' };
    const state = told(built, { type: 'testStarted', position: first, log: 'l' }, tested);
    expect(state.train.verdicts.get(first.tree)).toMatchObject({ verdict: 'red', log: 'l' });
    expect(state.train.testing).toEqual([]);
    expect(state.steps.get('A')).toMatchObject({ testLog: 'l', busyMs: 5 });
  });
  test('only candidates that all wait in the queue can be about to land', () => {
    const intent = (...tasks: readonly string[]): RunEvent => ({
      type: 'landingIntended',
      tasks,
      from: 'main-0',
      to: 'c',
    });
    expect(told(intent('A')).train.landing).toEqual([]);
    expect(told(...lifeOf('A'), intent('A', 'B')).train.landing).toEqual([]);
    const both = [...lifeOf('A'), ...lifeOf('B'), intent('A', 'B')];
    expect(told(...both).train.landing).toEqual(['A', 'B']);
    expect(told(...both, landed('A', 'c')).train.landing).toEqual(['B']);
    expect(told(...both, { type: 'held', task: 'B', reason: { kind: 'internal' } }).train.landing).toEqual([]);
    expect(told(...both, { type: 'targetMoved', to: 'x' }).train.landing).toEqual([]);
  });
  test('several are tested at once, and one whose run was ended has no verdict', () => {
    const starts = chain.map((position): RunEvent => ({ type: 'testStarted', position, log: 'l' }));
    const [, second = position('B', 'main-0')] = chain;
    expect(told(built, ...starts).train.testing).toEqual(['A', 'B']);
    const { train } = told(built, ...starts, { type: 'testCancelled', position: second });
    expect([train.testing, train.verdicts.size]).toEqual([['A'], 0]);
    expect(told(built, ...starts, built).train.testing).toEqual([]);
  });
  test('a green verdict of an earlier run counts like one of this run', () => {
    const [first = position('A', 'main-0')] = chain;
    const { train } = told(built, { type: 'verdictRecalled', position: first, log: 'old', from: 'r0' });
    expect(train.verdicts).toEqual(new Map([[first.tree, { verdict: 'green', log: 'old' }]]));
  });
});

describe('a second chance', () => {
  const red = { verdict: 'red', log: 'red.log' } as const;
  const [first = position('A', 'main-0'), second = position('B', 'main-0+A')] = chain;
  const tested = (at: Position, verdict: 'green' | 'red'): RunEvent => ({
    type: 'testEnded',
    position: at,
    verdict,
    ms: 1,
    log: 'red.log',
  });
  const accused: RunEvent = { type: 'accused', task: 'A', position: first, verdict: red };
  const queued = [...lifeOf('A'), ...lifeOf('B'), built, tested(first, 'red'), tested(second, 'red')];
  const mainTested: RunEvent = { type: 'mainTested', commit: 'main-0', verdict: red, ms: 1 };
  const redMain = [mainTested, mainTested];
  const alone: RunEvent = { type: 'chainBuilt', base: 'main-0', positions: [first], conflicts: [], alone: true };
  test('is another run, so the verdict that accused it is forgotten by the train and kept with the step', () => {
    const state = told(...queued, accused);
    expect(state.train).toMatchObject({ positions: [], accusedOn: 'main-0' });
    expect([...state.train.verdicts.keys()]).toEqual([second.tree]);
    expect(state.steps.get('A')).toMatchObject({ phase: { name: 'queued' }, accused: red, testLog: 'red.log' });
  });
  test('is judged against main as it is then, not as it was in the chain', () => {
    expect(told(...queued, accused, ...redMain, alone).train.mainTested).toBeUndefined();
    expect(told(...queued, accused, mainTested, alone, mainTested).train.mainTested).toBeUndefined();
    expect(told(...queued, accused, alone, ...redMain, alone).train.mainTested).toBeDefined();
  });
  test('is given to main as well: it is red when it was red twice, and green at once', () => {
    expect(told(mainTested).train.mainTested).toBeUndefined();
    expect(told(...redMain).train.mainTested).toEqual({ commit: 'main-0', verdict: red });
    expect(told({ ...mainTested, commit: 'other' }, mainTested).train.mainTested).toBeUndefined();
    const green = { verdict: 'green', log: 'l' } as const;
    const greenMain: RunEvent = { ...mainTested, verdict: green };
    expect(told(mainTested, greenMain).train.mainTested).toEqual({ commit: 'main-0', verdict: green });
  });
  test('of one does not depend on the others, and what lands is a new main for them', () => {
    const other = position('B', 'main-0');
    const both: RunEvent = {
      type: 'chainBuilt',
      base: 'main-0',
      positions: [first, other],
      conflicts: [],
      alone: true,
    };
    const end: RunEvent = { type: 'stepEnded', task: 'A', outcome: 'tests_failed' };
    expect(told(...queued, both, end).train.positions).toEqual([other]);
    expect(told(...queued, both, landed('A', first.commit)).train).toMatchObject({ main: first.commit, positions: [] });
  });
  test('when a person says that the red main is mended, all begins anew, and what was green stays green', () => {
    const held = (kind: 'mainRed' | 'wouldOverwrite'): RunEvent => ({ type: 'held', task: 'A', reason: { kind } });
    const lifted: RunEvent = { type: 'holdLifted', task: 'A' };
    const green = tested(position('C', 'main-0'), 'green');
    const until = [...queued, green, accused, ...redMain];
    const { train, steps } = told(...until, held('mainRed'), lifted);
    expect([train.mainTested, train.accusedOn, [...train.verdicts.keys()]]).toEqual([
      undefined,
      undefined,
      ['tree main-0 C'],
    ]);
    expect(steps.get('A')?.accused).toBeUndefined();
    const other = told(...until, held('wouldOverwrite'), lifted).train;
    expect([other.mainTested?.commit, other.verdicts.size]).toEqual(['main-0', 2]);
  });
});
