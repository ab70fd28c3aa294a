import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Git, openSlot, pointSlot, type Slot, slotMatches } from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

let repo: TempRepo;
let git: Git;
let slot: Slot;
let main: string;
let next: string;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n', 'old/x.txt': 'x\n', '.gitignore': 'build/\nnode_modules/\n' });
  git = await opened(repo);
  main = (await repo.ref('main')) ?? '';
  next = await repo.commitOn('side', 'main', { 'a.txt': 'b\n', 'old/x.txt': undefined, 'new/y.txt': 'y\n' });
  slot = await openSlot(git, join(repo.root, '.worktrees/.slots'), '1');
});
afterEach(async () => await repo.dispose());
const point = async (commit: string) => await pointSlot(git, slot, commit, ['node_modules']);

test('a slot shows exactly the files of the commit it points to, and keeps only what it is told to keep', async () => {
  held(await point(main));
  expect(await repo.git(['status', '--porcelain', '--ignored'], slot.path)).toBe('');
  const junk = {
    'junk.txt': 'j',
    'build/out': 'o',
    'node_modules/m/i.js': 'm',
    'a.txt': 'edited',
    'old/x.txt': undefined,
  };
  await repo.write(junk, slot.path);
  await repo.git(['init', '-q', join(slot.path, 'nested')]);
  held(await point(next));
  expect(await repo.git(['ls-files'], slot.path)).toBe('.gitignore\na.txt\nnew/y.txt');
  expect(await repo.git(['status', '--porcelain', '--ignored'], slot.path)).toBe('!! node_modules/');
  const found = await Promise.all(
    ['junk.txt', 'build/out', 'nested/.git/HEAD', 'old/x.txt', 'a.txt'].map((path) => repo.read(path, slot.path)),
  );
  expect(found).toEqual([undefined, undefined, undefined, undefined, 'b\n']);
  expect(await slotMatches(git, slot, next)).toBe(true);
  expect(await slotMatches(git, slot, main)).toBe(false);
});

test('a slot that is opened again, in place or after a new start, is warm', async () => {
  held(await point(main));
  await repo.write({ 'node_modules/m/i.js': 'm' }, slot.path);
  slot = await openSlot(await opened(repo), join(repo.root, '.worktrees/.slots'), '1');
  held(await point(next));
  expect(await repo.read('node_modules/m/i.js', slot.path)).toBe('m');
});

test('tests that change a tracked file, hidden or not, or commit, do not go unnoticed', async () => {
  held(await point(main));
  await repo.write({ 'untracked.txt': 'fine' }, slot.path);
  expect(await slotMatches(git, slot, main)).toBe(true);
  // Of the same length, in place, in the same second: nothing but the content tells.
  await writeFile(join(slot.path, 'a.txt'), 'z\n');
  expect(await slotMatches(git, slot, main)).toBe(false);
  held(await point(main));
  expect(await repo.read('a.txt', slot.path)).toBe('a\n');
  await repo.git(['update-index', '--assume-unchanged', 'a.txt'], slot.path);
  await repo.write({ 'a.txt': 'tampered\n' }, slot.path);
  expect(await slotMatches(git, slot, main)).toBe(false);
  held(await point(main));
  expect(await repo.read('a.txt', slot.path)).toBe('a\n');
  await repo.commit({ 'a.txt': 'committed\n' }, 'by a test', slot.path);
  expect(await slotMatches(git, slot, main)).toBe(false);
  held(await point(main));
  expect(await slotMatches(git, slot, main)).toBe(true);
});

test('a slot whose .git is gone or points elsewhere is put right; one that became a link is not touched', async () => {
  held(await point(main));
  await rm(join(slot.path, '.git'));
  held(await point(next));
  await repo.write({ '.git': `gitdir: ${repo.root}/.git\n` }, slot.path);
  held(await point(main));
  expect(await repo.git(['rev-parse', '--git-dir'], slot.path)).toBe(slot.admin);
  await rename(slot.path, join(repo.folder, 'moved'));
  await repo.write({ 'mine.txt': 'mine' }, join(repo.folder, 'elsewhere'));
  await repo.link('.worktrees/.slots/1', join(repo.folder, 'elsewhere'));
  expect(await point(next)).toMatchObject({ ok: false, error: { kind: 'slotFailed' } });
  expect(await slotMatches(git, slot, main)).toBe(false);
  expect(await repo.read('mine.txt', join(repo.folder, 'elsewhere'))).toBe('mine');
});

test('the branch and the files of the user stay as they are while slots move', async () => {
  await repo.write({ 'a.txt': 'the user is at work\n' });
  held(await point(next));
  expect([await repo.ref('main'), await repo.read('a.txt')]).toEqual([main, 'the user is at work\n']);
  expect(await repo.git(['worktree', 'list'])).not.toContain('.slots');
});
