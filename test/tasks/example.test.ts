import { expect, test } from 'vitest';
import { indexTasks, readinessOf } from '../../src/tasks/index.ts';
import { acceptOf, claimsOf, dependsOf, read } from './reading.ts';

const example = `# Tasks

## Banking

### [ ] DEV-15: Transfer model between accounts
- agent: banking-agent
- priority: high
- depends: DB-3 (needs the accounts table)
- files: apps/api/src/transfers/**, apps/web/src/app/(dashboard)/banking/accounts/page.tsx
- tags: financial
- verify: npm test -- transfers
- accept:
  - [ ] a transfer between two accounts keeps the total

Free text, as much as you like. All of it goes to the agent.

### [x] DB-3: Accounts table

- [ ] UX-19 Show the balance in the header — files: apps/web/src/header.tsx; depends: DEV-15
`;

test('the example of the format is read field by field', () => {
  const file = read(example);
  const [transfers, accounts, header] = file.tasks;
  expect(file.problems).toEqual([]);
  expect(file.tasks.map(({ id }) => id)).toEqual(['DEV-15', 'DB-3', 'UX-19']);
  expect(transfers).toMatchObject({
    title: 'Transfer model between accounts',
    status: 'ready',
    at: { line: 5, column: 9 },
    agent: 'banking-agent',
    priority: 'high',
    tags: ['financial'],
    verify: 'npm test -- transfers',
    section: ['Tasks', 'Banking'],
  });
  expect(dependsOf(transfers)).toEqual(['DB-3 (needs the accounts table)']);
  expect(claimsOf(transfers)).toEqual([
    'edit apps/api/src/transfers/**',
    'edit apps/web/src/app/(dashboard)/banking/accounts/page.tsx',
  ]);
  expect(acceptOf(transfers)).toEqual(['  a transfer between two accounts keeps the total']);
  expect(transfers?.text).toMatch(/^### \[ \] DEV-15[\s\S]*All of it goes to the agent\.$/);
  expect(accounts).toMatchObject({ title: 'Accounts table', status: 'done', text: '### [x] DB-3: Accounts table' });
  expect(header).toMatchObject({ title: 'Show the balance in the header', section: ['Tasks', 'Banking'] });
  expect(claimsOf(header)).toEqual(['edit apps/web/src/header.tsx']);
  expect(dependsOf(header)).toEqual(['DEV-15']);
});

test('in the example the first task is ready and the last waits for it', () => {
  const answer = readinessOf(indexTasks(read(example)), new Set());
  expect(answer('DEV-15')).toEqual({ state: 'ready', reasons: [] });
  expect(answer('DB-3')).toEqual({ state: 'done', reasons: [] });
  expect(answer('UX-19')).toEqual({ state: 'blocked', reasons: [{ kind: 'dependencyNotDone', id: 'DEV-15' }] });
});
