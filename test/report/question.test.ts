import { expect, test } from 'vitest';
import type { Overlap, Question } from '../../src/orchestrator/index.ts';
import { questionText } from '../../src/report/index.ts';
import { fold, passes, queues, recorded, runs, started } from './story.ts';

const page = 'apps/web/src/app/(dashboard)/banking/accounts/page.tsx';
const overlapping: Question = {
  id: 'q1',
  kind: 'select',
  about: 'overlaps',
  prompt: 'Potential file conflicts',
  options: ['sequential', 'parallel', 'cancel'],
};
const asked = (overlaps: readonly Overlap[], tasks = ['DEV-15', 'UX-19', 'DB-3']) =>
  questionText(overlapping, fold(recorded(started(tasks, { overlaps }))));

test('the conflict prompt names the pair, the path and the order', () => {
  expect(asked([{ tasks: ['DEV-15', 'UX-19'], paths: [page] }])).toBe(
    [
      'Potential file conflicts:',
      `  DEV-15 and UX-19 both modify ${page}`,
      '  1. Run sequentially (DEV-15 first, then UX-19)   2. Continue anyway (risk merge conflicts)   3. Cancel',
    ].join('\n'),
  );
});

test('which task goes first follows from the order of the run, not of the pair', () => {
  const text = asked([{ tasks: ['DEV-15', 'UX-19'], paths: ['a'] }], ['UX-19', 'DEV-15']);
  expect(text).toContain('(UX-19 first, then DEV-15)');
});

test('several pairs are listed one by one, and the sequence is named in general', () => {
  const text = asked([
    { tasks: ['DEV-15', 'UX-19'], paths: ['a', 'b', 'c', 'd', 'e'] },
    { tasks: ['DB-3', 'UX-19'], paths: ['x', 'y'] },
  ]);
  expect(text).toBe(
    [
      'Potential file conflicts:',
      '  DEV-15 and UX-19 both modify a, b, c and 2 more',
      '  DB-3 and UX-19 both modify x and y',
      '  1. Run sequentially (tasks that overlap one after the other)   2. Continue anyway (risk merge conflicts)   3. Cancel',
    ].join('\n'),
  );
});

test('a hold says why and names the files', () => {
  const state = fold(
    recorded(started(['DEV-15']), runs('DEV-15'), queues('DEV-15'), {
      type: 'held',
      task: 'DEV-15',
      reason: { kind: 'wouldOverwrite', paths: ['.env.local', 'notes.md'] },
    }),
  );
  const question: Question = {
    id: 'q2',
    kind: 'select',
    about: 'hold',
    prompt: 'DEV-15 is finished and cannot land now. Try again, or leave it for later?',
    options: ['land', 'later'],
    task: 'DEV-15',
  };
  expect(questionText(question, state)).toBe(
    [
      'DEV-15 is finished and cannot land now. Try again, or leave it for later?',
      '  It is finished, but landing it would touch files of yours that are not committed: .env.local and notes.md.',
      '    .env.local',
      '    notes.md',
      '  1. Land (try again now)   2. Later (keep the branch)',
    ].join('\n'),
  );
});

const approval = (about: 'ownRules' | 'approval', paths: readonly string[]) => {
  const over = about === 'ownRules' ? { rules: paths } : { paths };
  const state = fold(
    recorded(started(['DEV-15']), runs('DEV-15'), passes('DEV-15', over), {
      type: 'personAwaited',
      task: 'DEV-15',
      question: 'q1',
    }),
  );
  const options = ['approve', 'reject'];
  return questionText({ id: 'q1', kind: 'approve', about, prompt: 'Land it?', options, task: 'DEV-15' }, state);
};

test('an approval lists what the branch changes, and a change of rules lists those alone', () => {
  const options = '  1. Approve (land it)   2. Reject (keep the branch, land nothing)';
  expect(approval('approval', ['a.ts', 'b.ts'])).toBe(`Land it?\n    a.ts\n    b.ts\n${options}`);
  expect(approval('ownRules', ['package.json'])).toBe(`Land it?\n    package.json\n${options}`);
});

test('of very many files the first twenty are listed', () => {
  const lines = approval(
    'approval',
    Array.from({ length: 23 }, (_, number) => `f${number}`),
  ).split('\n');
  expect(lines.slice(20, 22)).toEqual(['    f19', '    and 3 more']);
});

test('what an agent asks is shown as its words, on one safe line', () => {
  const question: Question = {
    id: 'q1',
    kind: 'input',
    about: 'needsInput',
    prompt: 'Which\n\u001b[31mtable?',
    options: [],
    task: 'DEV-15',
  };
  expect(questionText(question, fold(recorded(started(['DEV-15']))))).toBe('DEV-15 asks: Which table?');
});
