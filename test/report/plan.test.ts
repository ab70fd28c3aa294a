import { expect, test } from 'vitest';
import { type Plan, planText, tasksText } from '../../src/report/index.ts';

const plan: Plan = {
  tasks: [
    {
      id: 'DEV-15',
      state: 'ready',
      reasons: [],
      title: 'Transfer model\u001b[31m',
      agent: 'bank',
      worktree: '/repo/.worktrees/bank-DEV-15',
      branch: 'wt-orch/DEV-15',
      gates: ['security', 'lint'],
      claims: 'known',
    },
    { id: 'UX-19', state: 'ready', reasons: [], title: 'Header', agent: 'ui', claims: 'unknown' },
    { id: 'DB-3', state: 'done', reasons: [], title: 'Table', claims: 'known' },
    { id: 'DEV-16', state: 'blocked', reasons: ['DEV-16 needs DB-9.', 'And more.'], title: 'Late', claims: 'known' },
  ],
  overlaps: [{ tasks: ['DEV-15', 'UX-19'], paths: ['a.tsx'] }],
  order: ['UX-19', 'DEV-15'],
  problems: [
    { code: 'unknownDependency', message: 'no task DB-9', file: 'TASKS.md', line: 9, column: 3, tasks: ['DEV-16'] },
  ],
};

test('the plan says what runs in which order, what does not and why, and what would meet', () => {
  expect(planText(plan)).toMatchInlineSnapshot(`
    "TASKS.md:9:3: no task DB-9

    2 tasks would run, in this order:
      1  UX-19   Header          ui                            files: unknown
      2  DEV-15  Transfer model  bank  .worktrees/bank-DEV-15  gates: security and lint

    Not run:
      DB-3    done
      DEV-16  blocked  DEV-16 needs DB-9. And more.

    Potential file conflicts:
      DEV-15 and UX-19 both modify a.tsx
    "
  `);
});

test('a plan of nothing says so', () => {
  expect(planText({ tasks: [], overlaps: [], order: [], problems: [] })).toBe('Nothing would run.\n');
});

test('tasks are listed one a line, with what keeps them from running below', () => {
  const text = tasksText([
    { id: 'DEV-15', status: 'ready', priority: 'high', title: 'Transfer model', line: 3, agent: 'bank', reasons: [] },
    { id: 'X-1', status: 'needs_person', priority: 'low', title: 'Other', line: 9, reasons: ['X-1 needs a person.'] },
  ]);
  expect(text).toBe(
    [
      'DEV-15  ready         high  bank  Transfer model',
      'X-1     needs person  low         Other',
      '    X-1 needs a person.',
      '',
    ].join('\n'),
  );
  expect(tasksText([])).toBe('No tasks.\n');
});
