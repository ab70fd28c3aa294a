import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addWorktree,
  finishRemovals,
  type Git,
  listWorktrees,
  removeStaleLocks,
  removeWorktree,
} from '../../src/git/index.ts';
import { readRecord, writeRecord } from '../../src/git/worktree-record.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

let repo: TempRepo;
let git: Git;
let main: string;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n' });
  git = await opened(repo);
  main = (await repo.ref('main')) ?? '';
  held(await addWorktree(git, { path: at('one'), branch: 'wt-orch/one', commit: main }));
});
afterEach(async () => await repo.dispose());
const at = (name: string) => join(repo.root, '.worktrees', name);
const inGit = (name: string) => join(repo.root, '.git', name);

const ours = [
  'refs/heads/wt-orch/one.lock',
  'refs/wt-orch/attempts/one/1.lock',
  'worktrees/one/index.lock',
  'wt-orch/control.git/HEAD.lock',
  'wt-orch/slots/1.index.lock',
];
const theirs = ['index.lock', 'HEAD.lock', 'packed-refs.lock', 'refs/heads/main.lock', 'refs/heads/mine/x.lock'];

test('locks that a killed git has left go from places that are ours, and from no other', async () => {
  for (const name of [...ours, ...theirs]) {
    await mkdir(join(inGit(name), '..'), { recursive: true });
    await writeFile(inGit(name), '');
  }
  const { removed, left } = await removeStaleLocks(git);
  expect([removed.toSorted(), left]).toEqual([ours.map(inGit).toSorted(), []]);
  expect(ours.filter((name) => existsSync(inGit(name)))).toEqual([]);
  expect(theirs.filter((name) => existsSync(inGit(name)))).toEqual(theirs);
});

test('as long as a git is at work on the repository, no lock goes', async () => {
  const waits = spawn('git', ['cat-file', '--batch'], {
    cwd: at('one'),
    env: repo.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  waits.stdin.write('HEAD\n');
  await once(waits.stdout, 'data');
  const lock = inGit('worktrees/one/index.lock');
  await writeFile(lock, '');
  expect(await removeStaleLocks(git)).toEqual({ removed: [], left: [lock] });
  expect(existsSync(lock)).toBe(true);
  waits.stdin.end();
  await once(waits, 'close');
  expect(await removeStaleLocks(git)).toEqual({ removed: [lock], left: [] });
});

/** The state in which a process is killed that has begun to remove the worktree. */
async function begin(tip: string): Promise<void> {
  const record = await readRecord(git, at('one'));
  if (record === undefined) throw new Error('no record');
  await writeRecord(git, { ...record, removing: { branch: 'wt-orch/one', tip } });
  await rm(join(at('one'), '.git'));
}

test.each(['by the next who takes over', 'by the same request again'])(
  'a removal that was cut short is finished %s, although half a worktree says nothing any more',
  async (how) => {
    await begin(main);
    if (how.startsWith('by the next')) await finishRemovals(git);
    else held(await removeWorktree(git, { path: at('one'), branch: 'wt-orch/one', expectTip: main }));
    expect((await listWorktrees(git)).length).toBe(1);
    expect([existsSync(at('one')), await repo.ref('wt-orch/one')]).toEqual([false, undefined]);
    expect(await readdir(inGit('wt-orch/worktrees'))).toEqual([]);
  },
);

test('a branch that has moved since the removal began stays', async () => {
  await begin(main);
  const more = await repo.commitOn('elsewhere', 'main', { 'b.txt': 'b\n' });
  await repo.git(['update-ref', 'refs/heads/wt-orch/one', more]);
  await finishRemovals(git);
  expect(await repo.ref('wt-orch/one')).toBe(more);
});

test('a removal that was refused is not finished by anybody', async () => {
  await writeFile(join(at('one'), 'b.txt'), 'b\n');
  expect(await removeWorktree(git, { path: at('one'), branch: 'wt-orch/one' })).toMatchObject({ ok: false });
  await finishRemovals(git);
  expect(existsSync(join(at('one'), 'b.txt'))).toBe(true);
});
