import { expect, test } from 'vitest';
import { type Project, project } from './project.ts';

/** An agent that removes the gates and the tests from the settings, and adds a file that both would refuse. */
const relax = `printf '{"version":1,"gates":{},"landing":{"test":[]},"agents":{"default":"a","a":{"driver":"command","command":["true"]}}}' > .wt-orch/config.yaml; put bad.txt bad; commit relax`;

const question = async (p: Project): Promise<string> => (await p.status()).questions[0]?.id ?? 'none';

test('a branch that changes the task file lands without that change, and it is said', async () => {
  await using p = await project({
    tasks: ['T-1', 'T-2'],
    agents: {
      'T-1': 'sed -i "s/\\[ \\]/[x]/; s/Do/Did/" TASKS.md; put work.txt done; commit both',
      'T-2': 'rm TASKS.md; put two.txt 2; commit gone',
    },
  });
  const tasks = await p.tasksFile();
  await p.write({ 'TASKS.md': `${tasks}\nA line that is not committed.\n` });
  const run = await p.wtOrch(['run', '--all']);
  expect(run.code, run.output).toBe(0);
  expect(await p.read('work.txt')).toBe('done\n');
  expect(await p.git(['show', 'main:TASKS.md'])).toBe(tasks.trimEnd());
  expect(await p.tasksFile()).toBe(`${tasks.replaceAll('[ ]', '[x]')}\nA line that is not committed.\n`);
  expect(run.output).toContain('TASKS.md');
});

test('a branch that changes only the task file has changed nothing', async () => {
  await using p = await project({ tasks: ['T-1'], agents: { 'T-1': 'sed -i "s/Do/Did/" TASKS.md; commit only' } });
  const run = await p.runJson('T-1');
  expect(run.outcome('T-1'), run.output).toBe('no_change');
  expect(await p.mainLine()).toEqual(['first']);
  expect(await p.tasksFile()).toContain('Do T-1');
});

test('a status report that an agent has committed by force does not land', async () => {
  await using p = await project({
    tasks: ['T-1'],
    agents: { 'T-1': `report '{"status":"completed"}'; git add -f agent-status.json; put work.txt done; commit both` },
  });
  const run = await p.runJson('T-1');
  expect(run.code, run.output).toBe(0);
  expect(await p.read('work.txt')).toBe('done\n');
  expect(await p.git(['ls-tree', '--name-only', 'main', 'agent-status.json'])).toBe('');
});

test("a branch that relaxes the settings is judged by the user's own and held; a yes lands it", async () => {
  await using p = await project({ tasks: ['R-1'], agents: { 'R-1': relax } });
  const run = await p.wtOrch(['run', 'R-1']);
  expect(run.code, run.output).toBe(4);
  expect(run.output).toContain('.wt-orch/config.yaml');
  expect(await p.mainLine()).toEqual(['first']);
  expect(await p.tasksFile()).toContain('- [?] R-1');
  const answered = await p.wtOrch(['answer', await question(p), 'approve']);
  expect(answered.code, answered.output).toBe(0);
  expect(await p.mainLine()).toEqual(['R-1: Do R-1', 'first']);
  expect(await p.tasksFile()).toContain('- [x] R-1');
});

test('a no leaves such a branch where it is', async () => {
  await using p = await project({ tasks: ['R-1'], agents: { 'R-1': relax } });
  await p.runJson('R-1');
  const answered = await p.wtOrch(['answer', await question(p), 'reject']);
  expect(answered.code, answered.output).toBe(0);
  expect(await p.mainLine()).toEqual(['first']);
  expect(await p.ref('wt-orch/R-1')).toBeDefined();
  expect((await p.status()).questions).toEqual([]);
});

test('an approved branch still has to pass the tests that the user has', async () => {
  await using p = await project({ tasks: ['R-1'], agents: { 'R-1': relax }, test: 'test ! -e bad.txt\n' });
  await p.runJson('R-1');
  const answered = await p.wtOrch(['answer', await question(p), 'approve']);
  expect(answered.code, answered.output).toBe(1);
  expect(await p.mainLine()).toEqual(['first']);
});

test('landing everything that is ready does not say yes to a branch that nobody has named', async () => {
  await using p = await project({ tasks: ['R-1', 'R-2'], agents: { 'R-1': relax } });
  const run = await p.runJson('--all', '--no-land');
  expect(run.code, run.output).toBe(0);
  const landed = await p.wtOrch(['land', '--json']);
  expect(landed.code, landed.output).toBe(4);
  expect(await p.mainLine()).toEqual(['R-2: Do R-2', 'first']);
});

test('a branch that redefines the script which the tests run is held; another script of the package is free', async () => {
  await using p = await project({
    tasks: ['P-1', 'P-2'],
    files: { 'package.json': JSON.stringify({ scripts: { test: 'sh test.sh', lint: 'true' } }, null, 2) },
    config: { landing: { test: [['npm', 'test']] } },
    agents: {
      'P-1': 'sed -i "s/sh test.sh/true/" package.json; commit cheat',
      'P-2': 'sed -i s/true/false/ package.json; commit lint',
    },
  });
  const run = await p.runJson('--all');
  expect(run.code, run.output).toBe(4);
  expect([run.outcome('P-1'), run.outcome('P-2')]).toEqual(['held', 'landed']);
  expect(JSON.parse((await p.read('package.json')) ?? '')).toEqual({ scripts: { test: 'sh test.sh', lint: 'false' } });
});
