import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseTasks } from '../../src/tasks/index.ts';
import { exampleFolder } from './ledger-repository.ts';

const folder = fileURLToPath(new URL('../../.worktrees.example', import.meta.url));
const worktrees = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== '.slots')
  .map((entry) => entry.name);
const reports = worktrees.map((name) => ({
  name,
  report: JSON.parse(readFileSync(join(folder, name, 'agent-status.json'), 'utf8')),
}));

test('the copy of a worktree folder shows every status that an agent may report', () => {
  const shown = new Set(reports.map(({ report }) => report.status));
  expect([...shown].sort()).toEqual(['completed', 'failed', 'in_progress', 'needs_input', 'no_change']);
});

test('each folder has the name of its agent and task, and the example has that task for that agent', () => {
  const { tasks } = parseTasks(readFileSync(join(exampleFolder, 'TASKS.md')), 'TASKS.md');
  for (const { name, report } of reports) {
    expect(name).toBe(`${report.agentId}-${report.taskId}`);
    expect(tasks.find(({ id }) => id === report.taskId)?.agent, name).toBe(report.agentId);
  }
});

test('the page beside the folders explains each of them and no other', () => {
  const page = readFileSync(join(folder, 'README.md'), 'utf8');
  const explained = [...page.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]);
  expect(explained.sort()).toEqual([...worktrees, '.slots/1'].sort());
});
