import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addWorktree,
  type Git,
  harvest,
  listWorktrees,
  pinCommit,
  removeWorktree,
  unsavedWork,
  worktreeIntegrity,
} from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

let repo: TempRepo;
let git: Git;
let main: string;
beforeEach(async () => {
  repo = await tempRepo({
    'a.txt': 'a\n',
    'deep/b [x] 🎈.txt': 'b\n',
    '.gitattributes': '*.crlf text eol=crlf\n',
    'x.crlf': 'x\n',
  });
  git = await opened(repo);
  main = (await repo.ref('main')) ?? '';
});
afterEach(async () => await repo.dispose());
const at = (name: string) => join(repo.root, '.worktrees', name);
const add = async (name: string) => await addWorktree(git, { path: at(name), branch: `wt-orch/${name}`, commit: main });
const leftovers = async () => ({
  branches: await repo.git(['branch', '--list', 'wt-orch/*']),
  worktrees: (await listWorktrees(git)).length,
});

test('a new worktree is on its own branch, complete and clean, and an agent can commit there', async () => {
  held(await add('T-1'));
  expect(await repo.git(['status', '--porcelain=v1', '--branch'], at('T-1'))).toBe('## wt-orch/T-1');
  expect(await repo.read('deep/b [x] 🎈.txt', at('T-1'))).toBe('b\n');
  expect(await repo.read('x.crlf', at('T-1'))).toBe('x\r\n');
  const made = await repo.commit({ 'new.txt': 'n\n' }, 'work', at('T-1'));
  expect(await repo.ref('wt-orch/T-1')).toBe(made);
  expect(await repo.git(['log', '--format=%s'], at('T-1'))).toBe('work\nfirst');
  expect(await worktreeIntegrity(git, at('T-1'))).toBe('intact');
});

test('sixteen at once, from two processes, give sixteen worktrees', async () => {
  const script = `
    const { openGit, openRepository, addWorktree } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/git/index.ts'))});
    const git = await openGit((await openRepository(process.argv[1], process.env)).value, process.env);
    const made = await Promise.all(process.argv.slice(3).map((name) =>
      addWorktree(git, { path: process.argv[1] + '/.worktrees/' + name, branch: 'wt-orch/' + name, commit: process.argv[2] })));
    process.exitCode = made.every((one) => one.ok) ? 0 : 1;`;
  const other = spawn(
    process.execPath,
    ['--input-type=module', '-e', script, repo.root, main, ...Array.from({ length: 8 }, (_, n) => `P-${n}`)],
    { env: repo.env, stdio: 'inherit' },
  );
  const ended = once(other, 'exit');
  const own = await Promise.all(Array.from({ length: 8 }, (_, n) => add(`T-${n}`)));
  expect(own.filter((one) => !one.ok)).toEqual([]);
  expect(await ended).toEqual([0, null]);
  const listed = await listWorktrees(git);
  expect(listed.filter((one) => one.branch?.startsWith('wt-orch/')).length).toBe(16);
  expect(new Set(listed.map((one) => one.branch)).size).toBe(17);
});

test('a branch or a path that exists is refused and nothing is left behind', async () => {
  await repo.git(['branch', 'wt-orch/T-1']);
  expect(await add('T-1')).toEqual({ ok: false, error: { kind: 'branchExists', branch: 'wt-orch/T-1', tip: main } });
  await repo.write({ '.worktrees/T-2/mine.txt': 'mine' });
  expect(await add('T-2')).toEqual({ ok: false, error: { kind: 'pathTaken', path: at('T-2') } });
  expect(await add('bad..name')).toEqual({ ok: false, error: { kind: 'badBranch', branch: 'wt-orch/bad..name' } });
  expect(await repo.read('.worktrees/T-2/mine.txt')).toBe('mine');
  expect(await leftovers()).toEqual({ branches: '  wt-orch/T-1', worktrees: 1 });
});

test('a failure half way takes the branch, the folder and the administration back', async () => {
  const broken = await addWorktree(git, { path: at('T-1'), branch: 'wt-orch/T-1', commit: '1'.repeat(40) });
  expect(broken).toMatchObject({ ok: false, error: { kind: 'gitFailed' } });
  // The branch `wt-orch/T-2` cannot exist beside a branch `wt-orch/T-2/deeper`.
  await repo.git(['branch', 'wt-orch/T-2/deeper']);
  expect(await add('T-2')).toMatchObject({ ok: false, error: { kind: 'gitFailed' } });
  // The tree of this commit is missing, so the failure comes after the branch was made.
  const tree = await repo.git(['rev-parse', 'main:deep']);
  await rm(join(repo.root, '.git/objects', tree.slice(0, 2), tree.slice(2)));
  expect(await add('T-3')).toMatchObject({ ok: false, error: { kind: 'gitFailed' } });
  expect(await leftovers()).toEqual({ branches: '  wt-orch/T-2/deeper', worktrees: 1 });
  expect([await repo.read('.worktrees/T-1/a.txt'), await repo.read('.worktrees/T-3/a.txt')]).toEqual([
    undefined,
    undefined,
  ]);
});

test('a folder of worktrees that is a link to somewhere else is refused', async () => {
  const outside = join(repo.folder, 'outside');
  await mkdir(outside);
  await repo.link('.worktrees', outside);
  expect(await add('T-1')).toEqual({
    ok: false,
    error: { kind: 'pathUnsafe', path: at('T-1'), through: join(repo.root, '.worktrees') },
  });
  expect(await leftovers()).toEqual({ branches: '', worktrees: 1 });
});

test('what a killed process had begun is taken away by the next call', async () => {
  const begun = {
    path: at('T-1'),
    branch: 'wt-orch/T-1',
    commit: main,
    maker: { pid: 1, startTime: '1', bootId: 'gone' },
  };
  await repo.git(['worktree', 'add', '-q', '--no-checkout', '-b', 'wt-orch/T-1', at('T-1')]);
  await repo.write({ '.git/wt-orch/worktrees/T-1-begun.json': JSON.stringify(begun) });
  held(await add('T-2'));
  expect((await listWorktrees(git)).map((one) => one.branch)).toEqual(['main', 'wt-orch/T-2']);
  expect(await repo.ref('wt-orch/T-1')).toBeUndefined();
});

test('a worktree whose .git was deleted, rewritten or replaced is told apart from an intact one', async () => {
  held(await add('T-1'));
  held(await add('T-2'));
  const dotGit = join(at('T-1'), '.git');
  const [own, other] = [await repo.read('.git', at('T-1')), await repo.read('.git', at('T-2'))];
  await writeFile(dotGit, other ?? '');
  expect(await worktreeIntegrity(git, at('T-1'))).toBe('gitElsewhere');
  await writeFile(dotGit, own ?? '');
  expect(await worktreeIntegrity(git, at('T-1'))).toBe('intact');
  for (const [file, text] of [
    ['gitdir', join(at('T-2'), '.git')],
    ['commondir', repo.folder],
  ] as const) {
    const path = join(repo.root, '.git/worktrees/T-1', file);
    const before = await repo.read(path, '/');
    await writeFile(path, text);
    expect(await worktreeIntegrity(git, at('T-1'))).toBe('gitElsewhere');
    await writeFile(path, before ?? '');
  }
  await rm(dotGit);
  expect(await worktreeIntegrity(git, at('T-1'))).toBe('gitGone');
  await repo.git(['init', '-q', at('T-1')]);
  expect(await worktreeIntegrity(git, at('T-1'))).toBe('gitElsewhere');
  await rm(at('T-1'), { recursive: true });
  expect(await worktreeIntegrity(git, at('T-1'))).toBe('missing');
  await repo.link('.worktrees/T-1', at('T-2'));
  expect(await worktreeIntegrity(git, at('T-1'))).toBe('gitElsewhere');
  expect(await worktreeIntegrity(git, at('T-2'))).toBe('intact');
});

test('unsaved work is what is in no commit, and the commits that the target has not', async () => {
  held(await add('T-1'));
  const look = async () => held(await unsavedWork(git, { path: at('T-1'), branch: 'wt-orch/T-1' }));
  expect(await look()).toEqual({ uncommitted: [], unmerged: 0 });
  await repo.commit({ 'n.txt': 'n\n' }, 'work', at('T-1'));
  await repo.write({ 'a.txt': 'changed\n', 'new\nline.txt': 'x' }, at('T-1'));
  // An index can be told to overlook a file; it is not asked.
  await repo.git(['update-index', '--assume-unchanged', 'a.txt'], at('T-1'));
  expect(await look()).toEqual({ uncommitted: ['new\nline.txt', 'a.txt'], unmerged: 1 });
});

test('a worktree goes only when nothing would be lost with it', async () => {
  held(await add('T-1'));
  const plan = { path: at('T-1'), branch: 'wt-orch/T-1' };
  await repo.write({ 'a.txt': 'changed\n' }, at('T-1'));
  expect(await removeWorktree(git, plan)).toEqual({ ok: false, error: { kind: 'uncommitted', paths: ['a.txt'] } });
  const tip = await repo.commit({}, 'work', at('T-1'));
  expect(await removeWorktree(git, plan)).toEqual({ ok: false, error: { kind: 'unmerged', commits: 1 } });
  held(await pinCommit(git, 'refs/wt-orch/attempts/T-1/1', tip));
  expect(await removeWorktree(git, { ...plan, expectTip: main })).toEqual({
    ok: false,
    error: { kind: 'tipMoved', now: tip },
  });
  held(await removeWorktree(git, { ...plan, expectTip: tip }));
  expect(await leftovers()).toEqual({ branches: '', worktrees: 1 });
  expect(await repo.read('a.txt', at('T-1'))).toBeUndefined();
  expect(await repo.ref('refs/wt-orch/attempts/T-1/1')).toBe(tip);
});

test('a worktree that we did not make is never removed, and a broken one only by force', async () => {
  const theirs = join(repo.folder, 'theirs');
  await repo.git(['worktree', 'add', '-q', '-b', 'other', theirs]);
  expect(await removeWorktree(git, { path: theirs, force: true })).toEqual({ ok: false, error: { kind: 'notOurs' } });
  expect(await removeWorktree(git, { path: repo.root, force: true })).toEqual({
    ok: false,
    error: { kind: 'notOurs' },
  });
  held(await add('T-1'));
  await rm(join(at('T-1'), '.git'));
  const plan = { path: at('T-1'), branch: 'wt-orch/T-1' };
  expect(await removeWorktree(git, plan)).toEqual({
    ok: false,
    error: { kind: 'unreadable', why: { kind: 'gitGone' } },
  });
  held(await removeWorktree(git, { ...plan, force: true }));
  expect(await leftovers()).toEqual({ branches: '', worktrees: 2 });
});

test('after a harvest the worktree is clean for whoever goes on in it', async () => {
  held(await add('T-1'));
  await repo.write({ 'a.txt': 'changed\n', 'n.txt': 'n\n' }, at('T-1'));
  const plan = { path: at('T-1'), branch: 'wt-orch/T-1', base: main, message: 'left over', exclude: [] };
  held(await harvest(git, plan));
  expect(await repo.git(['status', '--porcelain'], at('T-1'))).toBe('');
});
