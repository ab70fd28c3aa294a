import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { differences } from './evidence.ts';
import { project } from './project.ts';

/** Every oddity that an editor leaves in a file, in one. */
const odd = [
  '\uFEFF# Tasks 🚀\r\n',
  '\r\n',
  '### [ ] DEV-1: Größe — 👩‍💻\t \r\n',
  '- priority: high  \r\n',
  '- agent:\tscripted\r\n',
  '\r\n',
  'Text with a - [ ] box and\ttabs.  \r\n',
  '\r\n',
  '* * *\n',
  '- [ ] DEV-2 Mixed line ends — files: "a, b.txt"\r\n',
  '-  [ ]  DEV-3 wide\n',
  '- [ ] DEV-4 no last newline',
].join('');

test('a task file of any make is read, and only its marks change', async () => {
  await using p = await project({ tasks: odd });
  const listed = JSON.parse((await p.wtOrch(['tasks', '--json'])).stdout) as { id: string }[];
  const ids = listed.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['DEV-1', 'DEV-2', 'DEV-4']));
  const run = await p.runJson(...ids);
  expect(run.code, run.output).toBe(0);
  const after = await readFile(join(p.root, 'TASKS.md'), 'utf8');
  expect(differences(odd, after).map((one) => one.replace(/^\d+/, ''))).toEqual(ids.map(() => ':   -> x'));
  expect(after.startsWith('\uFEFF')).toBe(true);
});

test('a status field is written where it stands, and the mark is left', async () => {
  const text = '### [ ] DEV-1: One\n- status: todo\n- priority: low\n';
  await using p = await project({ tasks: text });
  expect((await p.runJson('DEV-1')).code).toBe(0);
  expect(await p.tasksFile()).toBe(text.replace('todo', 'done'));
});

test('ten thousand tasks are listed and planned', async () => {
  const many = Array.from(
    { length: 10_000 },
    (_, at) => `- [ ] T-${at} Do it — files: src/f${at}.ts${at > 0 ? `; depends: T-${at - 1}` : ''}\n`,
  );
  await using p = await project({ tasks: `# Tasks\n\n${many.join('')}` });
  const listed = await p.wtOrch(['tasks', '--json']);
  expect(JSON.parse(listed.stdout)).toHaveLength(10_000);
  const plan = JSON.parse((await p.wtOrch(['plan', '--json'])).stdout) as { order: string[]; tasks: unknown[] };
  expect(plan.order).toHaveLength(10_000);
  expect(plan.order.slice(0, 2)).toEqual(['T-0', 'T-1']);
});

test('mistakes in the task file are told with their place, stop only their own tasks, and change no byte', async () => {
  const text = [
    '- [ ] OK-1 Fine',
    '- [ ] OK-2 Fine',
    '- [ ] DUP-1 Once',
    '- [ ] dup-1 Twice',
    '- [ ] RING-1 A — depends: RING-2',
    '- [ ] RING-2 B — depends: RING-1',
    '- [ ] GONE-1 C — depends: NOBODY-9',
    '### [ ] ODD-1: D',
    '- status: perhaps',
    '',
  ].join('\n');
  await using p = await project({ tasks: text });
  const check = await p.wtOrch(['tasks', 'check']);
  expect(check.code, check.output).toBe(1);
  for (const place of [
    /TASKS\.md:4:\d+.*dup-1/i,
    /TASKS\.md:[56]:\d+.*RING-1.*RING-2/,
    /TASKS\.md:7:\d+.*NOBODY-9/,
    /TASKS\.md:9:\d+.*perhaps/,
  ])
    expect(check.output).toMatch(place);
  const chosen = await p.runJson('OK-1', 'DUP-1', 'GONE-1');
  expect(chosen.code, chosen.output).toBe(1);
  expect(chosen.outcome('OK-1')).toBe('landed');
  const all = await p.runJson('--all');
  expect(all.outcome('OK-2'), all.output).toBe('landed');
  expect(['DUP-1', 'dup-1', 'RING-1', 'RING-2', 'GONE-1'].map(all.outcome)).toEqual(Array(5).fill('skipped'));
  expect(all.code).toBe(1);
  expect(await p.tasksFile()).toBe(text.replaceAll('[ ] OK', '[x] OK'));
});

test('a task that vanishes or changes its mark during the run is not written to, and that is said', async () => {
  await using p = await project({
    tasks: ['V-1', 'V-2'],
    agents: { 'V-1': 'put a a; say one; wait_for edited', 'V-2': 'put b b; say two; wait_for edited' },
  });
  const run = p.start(['run', '--json', '--all']);
  await p.heard('one');
  await p.heard('two');
  const edited = '# Tasks\n\n- [-] V-2 Do V-2, or rather not\n';
  await writeFile(join(p.root, 'TASKS.md'), edited);
  await p.say('edited');
  const ended = await run.ended;
  expect(await p.tasksFile(), ended.output).toBe(edited);
  expect(run.lines().filter((line) => line.type === 'taskMarkRefused')).toHaveLength(2);
  expect(await p.read('a')).toBe('a\n');
});

test('an id that no task has starts nothing', async () => {
  await using p = await project({ tasks: ['DEV-15', 'DEV-16'] });
  const run = await p.wtOrch(['run', 'DEV-16', 'DEV-51']);
  expect(run.code, run.output).toBe(2);
  expect(run.output).toMatch(/DEV-51.*\n?.*DEV-15/);
  expect(await p.mainLine()).toEqual(['first']);
  expect(await p.git(['branch', '--list', 'wt-orch/*'])).toBe('');
});
