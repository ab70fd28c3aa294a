import { expect, test } from 'vitest';
import { userState } from './evidence.ts';
import { project } from './project.ts';

const poem = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', ''].join('\n');

test('what a person has staged, changed, added and ignored is the same byte for byte after a landing', async () => {
  await using p = await project({
    tasks: ['U-1'],
    files: { 'poem.txt': poem, 'other.txt': 'as it was\n' },
    agents: { 'U-1': 'put "new file.txt" landed; put other.txt landed; commit work' },
  });
  await p.write({ 'poem.txt': 'set aside\n' });
  await p.git(['stash', 'push', '--quiet']);
  await p.write({ 'poem.txt': poem.replace('two', 'TWO') });
  await p.git(['add', 'poem.txt']);
  await p.write({
    'poem.txt': poem.replace('two', 'TWO').replace('seven', 'SEVEN'),
    'notes.txt': 'mine\n',
    'a.ignored': 'mine\n',
  });
  const before = await userState(p);

  const run = await p.runJson('U-1');

  expect(run.code, run.output).toBe(0);
  expect(await userState(p)).toEqual(before);
  expect(before['stash']).not.toBe('');
  expect(before['staged']).toContain('+TWO');
  expect(before['unstaged']).toContain('+SEVEN');
  expect(await p.read('notes.txt')).toBe('mine\n');
  expect(await p.read('a.ignored')).toBe('mine\n');
  expect(await p.read('other.txt')).toBe('landed\n');
  expect(await p.git(['status', '--porcelain'])).toBe(' M TASKS.md\nMM poem.txt\n?? notes.txt');
});

test('a branch that brings a path which a person has ignored or untracked is held, and the file stays', async () => {
  await using p = await project({
    tasks: ['U-1', 'U-2', 'U-3'],
    agents: {
      'U-1': 'put a.ignored theirs; git add -f a.ignored; git commit -qm "ignored"',
      'U-2': 'put notes.txt theirs; commit "untracked"',
    },
  });
  await p.write({ 'notes.txt': 'mine\n', 'a.ignored': 'mine\n' });

  const run = await p.runJson('--all');

  expect(run.code, run.output).toBe(4);
  expect([run.outcome('U-1'), run.outcome('U-2'), run.outcome('U-3')]).toEqual(['held', 'held', 'landed']);
  expect(await p.read('notes.txt')).toBe('mine\n');
  expect(await p.read('a.ignored')).toBe('mine\n');
  expect(await p.mainLine()).toEqual(['U-3: Do U-3', 'first']);
  expect(await p.tasksFile()).toContain('- [?] U-1');
  expect((await p.wtOrch(['why', 'U-1'])).stdout).toContain('a.ignored');
});

test('a landing that would touch a changed file is held with its name, and lands later by `land`', async () => {
  await using p = await project({
    tasks: ['U-1'],
    files: { 'poem.txt': poem },
    agents: { 'U-1': 'sed -i s/seven/SEVEN/ poem.txt; commit work' },
  });
  await p.write({ 'poem.txt': poem.replace('one', 'ONE') });

  const run = await p.wtOrch(['run', 'U-1']);

  expect(run.code, run.output).toBe(4);
  expect(run.output).toContain('poem.txt');
  expect(await p.read('poem.txt')).toBe(poem.replace('one', 'ONE'));
  expect(await p.mainLine()).toEqual(['first']);
  expect(await p.tasksFile()).toContain('- [?] U-1');
  expect(await p.ref('wt-orch/U-1')).toBeDefined();

  await p.git(['commit', '--quiet', '-m', 'mine', 'poem.txt']);
  const landed = await p.wtOrch(['land', 'U-1']);

  expect(landed.code, landed.output).toBe(0);
  expect(await p.read('poem.txt')).toBe(poem.replace('one', 'ONE').replace('seven', 'SEVEN'));
  expect(await p.mainLine()).toEqual(['U-1: Do U-1', 'mine', 'first']);
  expect(await p.tasksFile()).toContain('- [x] U-1');
  expect((await p.status()).tasks).toMatchObject([{ id: 'U-1', state: 'landed' }]);
});

test('a target that is checked out nowhere moves as well, and the checkout of another branch is not touched', async () => {
  await using p = await project({ tasks: ['U-1'], config: { target: 'release' } });
  await p.git(['branch', 'release']);
  const before = await userState(p);
  const run = await p.runJson('U-1');
  expect(run.code, run.output).toBe(0);
  expect(await userState(p)).toEqual(before);
  expect(await p.read('U-1.txt')).toBeUndefined();
  expect(await p.git(['show', 'release:U-1.txt'])).toBe('done');
  expect(await p.mainLine()).toEqual(['first']);
});
