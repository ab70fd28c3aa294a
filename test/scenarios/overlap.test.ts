import { expect, test } from 'vitest';
import { leftovers } from './evidence.ts';
import { project } from './project.ts';

const page = 'apps/web/src/app/(dashboard)/banking/accounts/page.tsx';
const tasks = [
  '### [ ] DEV-15: Transfers',
  `- files: apps/api/src/transfers/**, ${page}`,
  '',
  '### [ ] UX-19: Balance',
  `- files: ${page}`,
  '',
].join('\n');
const files = { [page]: 'top\n\n\n\n\nmiddle\n\n\n\n\nbottom\n' };
const agents = {
  'DEV-15': `sed -i "s/top/TOP/" "${page}"; commit transfers`,
  'UX-19': `say ux "$(head -1 "${page}")"; sed -i "s/bottom/BOTTOM/" "${page}"; commit balance`,
};

test('tasks that overlap run one after the other, and the second starts from a main that has the first', async () => {
  await using p = await project({ tasks, files, agents });
  const run = await p.runJson('DEV-15', 'UX-19', '--on-conflict', 'sequential');
  expect(run.code, run.output).toBe(0);
  expect(await p.heard('ux')).toBe('TOP');
  expect(await p.mainLine()).toEqual(['UX-19: Balance', 'DEV-15: Transfers', 'first']);
  expect(await p.read(page)).toContain('BOTTOM');
});

test('without a terminal nobody is asked: overlapping tasks run one after the other', async () => {
  await using p = await project({ tasks, files, agents });
  const run = await p.runJson('DEV-15', 'UX-19');
  expect(run.code, run.output).toBe(0);
  expect(await p.heard('ux')).toBe('TOP');
  expect(run.lines.find((line) => line.type === 'overlapsDecided')).toMatchObject({
    choice: 'sequential',
    by: 'noTerminal',
  });
});

test('cancelled at an overlap, nothing is made: no worktree, no branch, no mark', async () => {
  await using p = await project({ tasks, files, agents });
  const run = await p.runJson('DEV-15', 'UX-19', '--on-conflict', 'cancel');
  expect(run.code, run.output).toBe(3);
  expect([run.outcome('DEV-15'), run.outcome('UX-19')]).toEqual(['cancelled', 'cancelled']);
  expect(await leftovers(p)).toEqual([]);
  expect(await p.tasksFile()).toBe(tasks);
});

test('at the same time by choice, tasks whose texts go together both land', async () => {
  await using p = await project({
    tasks,
    files,
    agents: {
      'DEV-15': `say dev; wait_for ux-there; ${agents['DEV-15']}`,
      'UX-19': `say ux-there; wait_for dev; ${agents['UX-19']}`,
    },
  });
  const run = await p.runJson('DEV-15', 'UX-19', '--on-conflict', 'parallel');
  expect(run.code, run.output).toBe(0);
  expect(await p.heard('ux')).toBe('top');
  expect(await p.read(page)).toMatch(/^TOP[\s\S]*BOTTOM\n$/);
});

test('at the same time by choice, a text that collides is a conflict: main keeps the first, the second waits for a person', async () => {
  await using p = await project({
    tasks,
    files,
    agents: {
      'DEV-15': `wait_for ux-there; ${agents['DEV-15']}`,
      'UX-19': `say ux-there; wait_for dev-landed; sed -i "s/top/Top/" "${page}"; commit balance`,
    },
  });
  const run = p.start(['run', '--json', 'DEV-15', 'UX-19', '--on-conflict', 'parallel']);
  await run.line('landed', 'DEV-15');
  await p.say('dev-landed');
  const ended = await run.ended;
  expect(ended.code, ended.output).toBe(1);
  expect(run.lines().at(-1)).toMatchObject({
    tasks: [
      { id: 'DEV-15', outcome: 'landed' },
      { id: 'UX-19', outcome: 'conflict' },
    ],
  });
  expect(await p.mainLine()).toEqual(['DEV-15: Transfers', 'first']);
  expect(await p.read(page)).toBe(files[page]?.replace('top', 'TOP'));
  expect(await p.tasksFile()).toBe(tasks.replace('[ ] DEV', '[x] DEV').replace('[ ] UX', '[?] UX'));
  expect(await p.ref('wt-orch/UX-19')).toBeDefined();
  expect((await p.wtOrch(['why', 'UX-19'])).stdout).toContain(page);
});

test('a plan names the overlap and does nothing', async () => {
  await using p = await project({ tasks, files, agents });
  const before = await p.git(['for-each-ref']);
  const plan = await p.wtOrch(['plan', '--json', 'dev-15', 'UX-19']);
  expect(plan.code, plan.output).toBe(0);
  expect(JSON.parse(plan.stdout)).toMatchObject({
    overlaps: [{ tasks: ['DEV-15', 'UX-19'], paths: [page] }],
    order: ['DEV-15', 'UX-19'],
  });
  expect(await p.git(['for-each-ref'])).toBe(before);
  expect(await leftovers(p)).toEqual([]);
});
