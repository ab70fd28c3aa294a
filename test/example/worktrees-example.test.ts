import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
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
  const tasks = readFileSync(join(exampleFolder, 'TASKS.md'), 'utf8').split(/^(?=###? |- \[)/m);
  for (const { name, report } of reports) {
    expect(name).toBe(`${report.agentId}-${report.taskId}`);
    const task = tasks.find((text) => text.includes(`] ${report.taskId}`));
    expect(task, name).toContain(`agent: ${report.agentId}`);
  }
});

test('the page beside the folders explains each of them and no other', () => {
  const page = readFileSync(join(folder, 'README.md'), 'utf8');
  const explained = [...page.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]);
  expect(explained.sort()).toEqual([...worktrees, '.slots/1'].sort());
});
