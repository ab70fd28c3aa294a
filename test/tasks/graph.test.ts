import { expect, test } from 'vitest';
import {
  dependencyOrder,
  dependentsOf,
  indexTasks,
  type Problem,
  readinessOf,
  ringsOf,
  taskReadiness,
} from '../../src/tasks/index.ts';
import { read, short } from './reading.ts';

function errorsOf(problems: readonly Problem[]): readonly string[] {
  return problems
    .filter(({ severity }) => severity === 'error')
    .map((problem) => `${short(problem)}: ${problem.tasks}`);
}

test('a ring is shown, and stops only those in it', () => {
  const file = read('- [ ] A1 a — depends: B2', '- [ ] B2 b — needs: C3, A1', '- [ ] C3 c', '- [ ] D4 d — depends: D4');
  expect(errorsOf(file.problems)).toEqual(['1:23 dependencyCycle: A1,B2', '4:23 dependencyCycle: D4']);
  expect(file.problems[0]?.message).toContain('A1 -> B2 -> A1');
  const answer = readinessOf(indexTasks(file), new Set());
  expect(['A1', 'B2', 'C3', 'D4'].map((id) => answer(id)?.state)).toEqual(['blocked', 'blocked', 'ready', 'blocked']);
  expect(dependencyOrder(file.tasks)).toEqual(['C3']);
});

test('rings that hang together are one, shown by a shortest way', () => {
  const file = read('- [ ] A1 a — depends: B2', '- [ ] B2 b — depends: C3, A1', '- [ ] C3 c — depends: A1');
  expect(ringsOf(file.tasks)).toEqual([{ path: ['A1', 'B2', 'A1'], members: ['A1', 'B2', 'C3'] }]);
});

test('a ring is found behind tasks that it waits for', () => {
  const file = read('- [ ] A1 a', '- [ ] B2 b — depends: C3, A1', '- [ ] C3 c — depends: A1, B2');
  expect(ringsOf(file.tasks)).toEqual([{ path: ['B2', 'C3', 'B2'], members: ['B2', 'C3'] }]);
});

test('a finished task breaks a ring', () => {
  const file = read('- [x] A1 a — depends: B2', '- [ ] B2 b — depends: A1');
  expect(file.problems).toEqual([]);
  expect(taskReadiness(file, 'B2', new Set())).toEqual({ state: 'ready', reasons: [] });
});

test('a duplicate id names both lines and stops both, in whatever case', () => {
  const file = read('- [x] A1 a', '', '### [ ] a1: b', '', '## [ ] C-3: c');
  expect(errorsOf(file.problems)).toEqual(['3:9 duplicateId: A1,a1']);
  expect(file.problems[0]?.message).toContain('line 1 and line 3');
  expect(file.tasks).toHaveLength(3);
  expect(taskReadiness(file, 'A1', new Set())?.reasons).toEqual([{ kind: 'problem', problem: file.problems[0] }]);
  expect(taskReadiness(file, 'C-3', new Set())?.state).toBe('ready');
});

test('an unknown dependency stops its task, with a guess at what was meant', () => {
  const file = read('- [ ] DEV-15 a', '- [ ] B2 b — depends: DEV-16', '- [x] C3 c — depends: GONE-1');
  expect(errorsOf(file.problems)).toEqual(['2:23 unknownDependency: B2']);
  expect(file.problems[0]?.message).toContain('DEV-15');
  expect(file.problems.map(({ severity }) => severity)).toEqual(['error', 'warning']);
  expect(taskReadiness(file, 'B2', new Set(['B2']))?.reasons).toEqual([{ kind: 'problem', problem: file.problems[0] }]);
});

test('a dependency on a cancelled task is told of and blocks', () => {
  const file = read('- [-] A1 a', '- [ ] B2 b — depends: A1');
  expect(file.problems.map(short)).toEqual(['2:23 dependsOnCancelled']);
  expect(taskReadiness(file, 'B2', new Set(['A1', 'B2']))).toEqual({
    state: 'blocked',
    reasons: [{ kind: 'dependencyCancelled', id: 'A1' }],
  });
});

test('each status has its state and its reason', () => {
  const file = read(
    ...['[ ] A1 a', '[x] A2 a', '[!] A3 a', '[?] A4 a', '[~] A5 a', '[-] A6 a', '[z] A7 a'].map((line) => `- ${line}`),
    '- [ ] A8 a — status: draft',
    '- [ ] A9 a — status: blocked',
  );
  const answer = readinessOf(indexTasks(file), new Set());
  const shown = file.tasks.map(({ id }) => `${answer(id)?.state} ${answer(id)?.reasons.map(({ kind }) => kind)}`);
  expect(shown).toEqual([
    'ready ',
    'done ',
    'blocked failedBefore',
    'blocked needsPerson',
    'blocked inProgress',
    'unscheduled cancelled',
    'unscheduled unknownStatus',
    'unscheduled draft',
    'blocked blockedByStatus',
  ]);
  expect(answer('A7')?.reasons).toEqual([{ kind: 'unknownStatus', text: 'z' }]);
  expect(answer('A10')).toBeUndefined();
});

test('a chosen dependency does not block, unless something blocks it in turn', () => {
  const file = read(
    '- [ ] A1 a',
    '- [ ] B2 b — depends: A1',
    '- [ ] C3 c — depends: B2',
    '- [!] D4 d',
    '- [ ] E5 e — depends: D4, c3',
  );
  const reasons = (id: string, ...chosen: string[]) => taskReadiness(file, id, new Set(chosen))?.reasons;
  expect(reasons('C3', 'a1', 'b2', 'c3')).toEqual([]);
  expect(reasons('C3', 'B2', 'C3')).toEqual([{ kind: 'dependencyNotDone', id: 'B2' }]);
  expect(reasons('E5', 'A1', 'B2', 'C3', 'D4', 'E5')).toEqual([{ kind: 'dependencyNotDone', id: 'D4' }]);
});

test('dependents are found through others, finished ones aside', () => {
  const file = read(
    '- [ ] A1 a',
    '- [ ] B2 b — depends: A1',
    '- [ ] C3 c — depends: B2',
    '- [x] D4 d — depends: A1',
    '- [ ] E5 e — depends: D4',
    '- [ ] F6 f — depends: a1, C3',
  );
  expect(dependentsOf(indexTasks(file), 'a1')).toEqual(['B2', 'F6', 'C3']);
  expect(dependentsOf(indexTasks(file), 'F6')).toEqual([]);
});

test('the order follows dependencies, then priority, then the file', () => {
  const file = read(
    '- [ ] A1 a',
    '- [ ] B2 b — prio: low',
    '- [ ] C3 c — prio: P0; depends: B2',
    '- [ ] D4 d',
    '- [ ] E5 e — prio: high',
  );
  expect(dependencyOrder(file.tasks)).toEqual(['E5', 'A1', 'D4', 'B2', 'C3']);
});

test('a chain of ten thousand tasks is ordered, and every task in it answered', () => {
  const lines = Array.from(
    { length: 10_000 },
    (_, n) => `- [ ] T${n} t — depends: ${n === 0 ? 'none' : `T${n - 1}`}`,
  ).reverse();
  const file = read(...lines);
  expect(file.problems).toEqual([]);
  const order = dependencyOrder(file.tasks);
  expect(order).toEqual(Array.from({ length: 10_000 }, (_, n) => `T${n}`));
  const answer = readinessOf(indexTasks(file), new Set(order));
  expect(order.filter((id) => answer(id)?.state !== 'ready')).toEqual([]);
  const closed = read(...lines.map((line) => line.replace('none', 'T9999')));
  expect(closed.problems.map(({ code, tasks }) => `${code} ${tasks.length}`)).toEqual(['dependencyCycle 10000']);
});
