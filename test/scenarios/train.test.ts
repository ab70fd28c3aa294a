import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { differences, redCommits } from './evidence.ts';
import { type Project, project } from './project.ts';

const typesOf = (lines: readonly { readonly type: string }[], type: string) =>
  lines.filter((line) => line.type === type);

/** Ready branches of these tasks, made by a run that lands nothing. */
async function finished(p: Project, ...tasks: readonly string[]): Promise<void> {
  const made = await p.wtOrch(['run', '--no-land', ...tasks]);
  expect(made.code, made.output).toBe(0);
}

test('a main that is red before anything lands blames nobody: all are held, and every face says so', async () => {
  await using p = await project({ tasks: ['T-1', 'T-2', 'T-3'], test: 'echo "the database is away"; exit 1\n' });
  const before = await p.git(['rev-parse', 'main']);
  const file = await p.tasksFile();
  const run = await p.runJson('T-1', 'T-2', 'T-3');
  expect(run.code, run.output).toBe(4);
  expect(run.summary.tasks.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['T-1 held', 'T-2 held', 'T-3 held']);
  expect(await p.git(['rev-parse', 'main'])).toBe(before);
  expect(differences(file, await p.tasksFile())).toEqual(['3:   -> ?', '4:   -> ?', '5:   -> ?']);
  const held = typesOf(run.lines, 'held')[0] as unknown as { reason: { kind: string; log: string } };
  expect(held.reason.kind).toBe('mainRed');
  expect(await p.read(held.reason.log, '/')).toContain('the database is away');

  const said = 'The tests do not pass on the target branch itself, without it: sh test.sh';
  const why = await p.wtOrch(['why', 'T-2']);
  expect(why.stdout).toContain(said);
  expect(why.stdout).toContain('Mend the target branch. Then: `wt-orch land T-2`');
  expect((await p.wtOrch(['status'])).stdout).toContain(said.slice(0, 50));
  expect((await p.wtOrch(['report'])).stdout).toContain(said);

  await p.commit({ 'test.sh': 'exit 0\n' }, 'mended');
  const landed = await p.wtOrch(['land', 'T-1', 'T-2', 'T-3']);
  expect(landed.code, landed.output).toBe(0);
  expect((await p.mainLine()).toSorted()).toEqual(['T-1: Do T-1', 'T-2: Do T-2', 'T-3: Do T-3', 'first', 'mended']);
});

test('finished branches land side by side from two checkouts, each as a commit of its own', async () => {
  const places = 'echo "$PWD $WT_ORCH_SLOT" >> "$HOME/../stage/places"\n';
  const landing = { test: [['sh', 'test.sh']], slots: 2 };
  const tasks = ['T-1', 'T-2', 'T-3', 'T-4'];
  await using p = await project({ tasks, test: places, config: { landing } });
  await finished(p, ...tasks);
  const run = await p.wtOrch(['land', '--json', ...tasks]);
  expect(run.code, run.output).toBe(0);
  expect((await p.mainLine()).toSorted()).toEqual([
    'T-1: Do T-1',
    'T-2: Do T-2',
    'T-3: Do T-3',
    'T-4: Do T-4',
    'first',
  ]);
  const slots = join(p.root, '.worktrees/.slots');
  const used = new Set((await p.heard('places')).trim().split('\n'));
  expect([...used].every((line) => [`${slots}/1 1`, `${slots}/2 2`].includes(line))).toBe(true);
  expect((await readdir(slots)).filter((name) => /^\d+$/.test(name))).toEqual(['1', '2']);
  expect(await redCommits(p)).toEqual([]);
});

test('a bad branch among good ones is found, gets its second chance and is dropped with both logs; the good ones land', async () => {
  const tasks = ['T-1', 'T-2', 'T-3', 'T-4'];
  await using p = await project({
    tasks,
    test: 'echo "looking"; test ! -e broken\n',
    agents: { 'T-2': 'put broken yes' },
    config: { landing: { test: [['sh', 'test.sh']], slots: 2 } },
  });
  await finished(p, ...tasks);
  const run = await p.wtOrch(['land', ...tasks]);
  expect(run.code, run.output).toBe(1);
  expect((await p.mainLine()).toSorted()).toEqual(['T-1: Do T-1', 'T-3: Do T-3', 'T-4: Do T-4', 'first']);
  expect(await redCommits(p)).toEqual([]);
  const why = await p.wtOrch(['why', 'T-2']);
  expect(why.stdout).toContain('second chance');
  const report = JSON.parse((await p.wtOrch(['report', '--json'])).stdout) as {
    readonly tests: readonly { readonly task: string; readonly verdict: string; readonly log: string }[];
  };
  const reds = report.tests.filter(({ task, verdict }) => task === 'T-2' && verdict === 'red');
  expect(reds.length).toBeGreaterThanOrEqual(2);
  for (const { log } of reds) expect(await p.read(log, '/')).toContain('looking');
  expect(await p.ref('wt-orch/T-2')).toBeDefined();
});

test('a set-up that was ended halfway is made again, whatever was set up before it', async () => {
  const setUp =
    'if [ -e break ]; then : > node_modules/half; exit 1; fi; mkdir -p node_modules; rm -f node_modules/half; : > node_modules/whole';
  await using p = await project({
    tasks: ['T-1', 'T-2', 'T-3'],
    test: 'test -e node_modules/whole && test ! -e node_modules/half\n',
    agents: { 'T-2': 'put break yes; put package-lock.json other' },
    files: { '.gitignore': '*.ignored\nnode_modules\n' },
    config: { landing: { test: [['sh', 'test.sh']], slots: 1, mode: 'strict' }, worktrees: { setup: [setUp] } },
  });
  await finished(p, 'T-1', 'T-2', 'T-3');
  const run = await p.wtOrch(['land', 'T-1', 'T-2', 'T-3']);
  expect(run.code, run.output).toBe(1);
  expect((await p.mainLine()).toSorted()).toEqual(['T-1: Do T-1', 'T-3: Do T-3', 'first']);
});
