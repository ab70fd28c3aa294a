import { expect, test } from 'vitest';
import { carriers } from '../support/processes.ts';
import { onTerminal } from '../support/terminal.ts';
import { leftovers } from './evidence.ts';
import { project } from './project.ts';

const page = 'apps/web/src/app/(dashboard)/banking/accounts/page.tsx';
const overlapping = {
  tasks: `- [ ] DEV-15 Transfers — files: ${page}\n- [ ] UX-19 Balance — files: ${page}\n`,
  files: { [page]: 'top\n' },
  agents: { 'DEV-15': 'put dev.txt dev', 'UX-19': 'ls > seen.txt' },
};
const prompt = [
  'Potential file conflicts:',
  `  DEV-15 and UX-19 both modify ${page}`,
  '  1. Run sequentially (DEV-15 first, then UX-19)   2. Continue anyway (risk merge conflicts)   3. Cancel',
].join('\n');

test('on a terminal a person is asked about overlapping tasks, and 1 runs them one after the other', async () => {
  await using p = await project(overlapping);
  const run = onTerminal(p, ['run', 'DEV-15', 'UX-19']);
  expect(await run.shows('3. Cancel')).toContain(prompt);
  expect(await leftovers(p)).toEqual([]);
  run.type('1\r');
  expect(await run.ended, run.screen()).toBe(0);
  expect(await p.read('seen.txt')).toContain('dev.txt');
});

test('a key that is no answer is asked again; 2 runs them at the same time', async () => {
  await using p = await project({
    ...overlapping,
    agents: { 'DEV-15': 'say dev; wait_for ux; put dev.txt dev', 'UX-19': 'say ux; wait_for dev; put ux.txt ux' },
  });
  const run = onTerminal(p, ['run', 'DEV-15', 'UX-19']);
  await run.shows('3. Cancel');
  run.type('7\r');
  run.type('2\r');
  expect(await run.ended, run.screen()).toBe(0);
  expect(await p.read('ux.txt')).toBe('ux\n');
});

test('3 at the question cancels, and nothing was made', async () => {
  await using p = await project(overlapping);
  const run = onTerminal(p, ['run', 'DEV-15', 'UX-19']);
  await run.shows('3. Cancel');
  run.type('3\r');
  expect(await run.ended, run.screen()).toBe(3);
  expect(await leftovers(p)).toEqual([]);
  expect(await p.tasksFile()).toBe(overlapping.tasks);
});

test('Ctrl-C at the question is exit code 130, and leaves nothing', async () => {
  await using p = await project(overlapping);
  const run = onTerminal(p, ['run', 'DEV-15', 'UX-19']);
  await run.shows('3. Cancel');
  run.type('\u0003');
  expect(await run.ended, run.screen()).toBe(130);
  expect(await leftovers(p)).toEqual([]);
  expect(await p.tasksFile()).toBe(overlapping.tasks);
});

test('Ctrl-C while agents run ends them, and the screen says that their worktrees are kept', async () => {
  await using p = await project({ tasks: ['A-1'], agents: { 'A-1': 'put half half; say here; wait_for never' } });
  const run = onTerminal(p, ['run', 'A-1']);
  await p.heard('here').catch((problem: unknown) => {
    throw new Error(`${String(problem)}\n${run.screen()}`);
  });
  run.type('\u0003');
  expect(await run.ended, run.screen()).toBe(130);
  expect(run.screen()).toContain('.worktrees/scripted-A-1');
  expect(carriers('/A-1/')).toEqual([]);
  expect(await p.read('half', p.worktree('A-1'))).toBe('half\n');
});

test('on a terminal an approval is asked for, and a yes lands the branch', async () => {
  await using p = await project({ tasks: '- [ ] P-1 Careful — approve: always\n' });
  const run = onTerminal(p, ['run', 'P-1']);
  await run.shows('P-1 asks for approval');
  run.type('approve\r');
  expect(await run.ended, run.screen()).toBe(0);
  expect(await p.mainLine()).toEqual(['P-1: Careful', 'first']);
});
