import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { addWorktree, excludeLines, locateState, openRepository } from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

const repos: TempRepo[] = [];
afterEach(async () => {
  for (const repo of repos.splice(0)) await repo.dispose();
});
async function fresh(...args: Parameters<typeof tempRepo>): Promise<TempRepo> {
  const repo = await tempRepo(...args);
  repos.push(repo);
  return repo;
}
const refusal = async (repo: TempRepo, cwd = repo.root, env = repo.env) => {
  const found = await openRepository(cwd, env);
  return found.ok ? 'opened' : found.error;
};

test('a repository is found from any folder inside it, by its real path', async () => {
  const repo = await fresh({ 'deep/er/a.txt': 'a\n' });
  await repo.link('../linked', repo.root);
  for (const cwd of [repo.root, join(repo.root, 'deep/er'), join(repo.folder, 'linked/deep')]) {
    const found = held(await openRepository(cwd, repo.env));
    expect(found).toMatchObject({ root: repo.root, commonDir: join(repo.root, '.git'), objectFormat: 'sha1' });
    expect(await locateState(cwd)).toEqual({ root: repo.root, stateDir: join(repo.root, '.git/wt-orch') });
  }
});

test('a call inside a worktree of ours, or of the user, acts on the main one', async () => {
  const repo = await fresh();
  const git = await opened(repo);
  const ours = join(repo.root, '.worktrees/a-T-1');
  held(await addWorktree(git, { path: ours, branch: 'wt-orch/T-1', commit: (await repo.ref('main')) ?? '' }));
  const theirs = join(repo.folder, 'theirs');
  await repo.git(['worktree', 'add', '-q', '-b', 'other', theirs]);
  for (const cwd of [ours, theirs]) {
    expect(held(await openRepository(cwd, repo.env)).root).toBe(repo.root);
    expect(await locateState(cwd)).toEqual({ root: repo.root, stateDir: git.repository.stateDir });
  }
});

test('variables that a hook or an agent leaves behind do not redirect the search', async () => {
  const repo = await fresh();
  const other = await fresh();
  const env = { ...repo.env, GIT_DIR: join(other.root, '.git'), GIT_WORK_TREE: other.root, GIT_INDEX_FILE: '/nowhere' };
  expect(held(await openRepository(repo.root, env)).root).toBe(repo.root);
});

test('what is not supported is refused by name', async () => {
  const repo = await fresh();
  expect(await refusal(repo, repo.folder)).toEqual({ kind: 'notARepository' });
  expect(await refusal(repo, join(repo.folder, 'missing'))).toEqual({ kind: 'notARepository' });
  await repo.git(['clone', '-q', '--bare', repo.root, join(repo.folder, 'bare.git')]);
  expect(await refusal(repo, join(repo.folder, 'bare.git'))).toEqual({ kind: 'bare' });
  await repo.git(['--git-dir', join(repo.folder, 'bare.git'), 'worktree', 'add', '-q', join(repo.folder, 'of-bare')]);
  expect(await refusal(repo, join(repo.folder, 'of-bare'))).toEqual({ kind: 'bare' });
  expect(await refusal(await fresh({}, { empty: true }))).toEqual({ kind: 'noCommit' });
});

test('a repository that sends git to files which are not its own is refused', async () => {
  const repo = await fresh();
  for (const elsewhere of [repo.folder, join(repo.folder, 'home')]) {
    await repo.git(['config', 'core.worktree', elsewhere]);
    expect(await refusal(repo)).toEqual({ kind: 'filesElsewhere', path: elsewhere });
  }
  await repo.git(['config', 'core.worktree', repo.root]);
  expect(await refusal(repo)).toBe('opened');
});

test('a repository whose administration lies elsewhere is opened by its real folder', async () => {
  const repo = await fresh();
  const apart = join(repo.folder, 'apart');
  await repo.git(['clone', '-q', `--separate-git-dir=${join(repo.folder, 'admin')}`, repo.root, apart]);
  expect(held(await openRepository(apart, repo.env))).toMatchObject({
    root: apart,
    commonDir: join(repo.folder, 'admin'),
  });
});

test('submodules are refused, as entries and as a promise in .gitmodules', async () => {
  const repo = await fresh();
  const head = await repo.ref('HEAD');
  await repo.git(['update-index', '--add', '--cacheinfo', `160000,${head},lib`]);
  await repo.git(['commit', '-q', '-m', 'a submodule']);
  expect(await refusal(repo)).toEqual({ kind: 'submodules' });
  const promised = await fresh({ '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ../lib\n' });
  expect(await refusal(promised)).toEqual({ kind: 'submodules' });
  const empty = await fresh({ '.gitmodules': '# none any more\n' });
  expect(await refusal(empty)).toBe('opened');
});

test.each([
  ['merge', ['merge', 'side']],
  ['rebase', ['rebase', 'side']],
  ['cherry-pick', ['cherry-pick', 'side']],
] as const)('a repository in the middle of a %s is refused', async (operation, args) => {
  const repo = await fresh({ 'a.txt': 'one\n' });
  await repo.commitOn('side', 'main', { 'a.txt': 'two\n' });
  await repo.commit({ 'a.txt': 'three\n' });
  await repo.git(args).catch(() => undefined);
  expect(await refusal(repo)).toEqual({ kind: 'midOperation', operation });
});

test('a revert and a bisect that are not finished are refused too', async () => {
  const repo = await fresh({ 'a.txt': 'one\n' });
  const second = await repo.commit({ 'a.txt': 'two\n' });
  await repo.commit({ 'a.txt': 'three\n' });
  await repo.git(['revert', second]).catch(() => undefined);
  expect(await refusal(repo)).toEqual({ kind: 'midOperation', operation: 'revert' });
  await repo.git(['revert', '--abort']);
  await repo.git(['bisect', 'start']);
  expect(await refusal(repo)).toEqual({ kind: 'midOperation', operation: 'bisect' });
});

test('no git, and one that is too old, are told apart', async () => {
  const repo = await fresh();
  const empty = join(repo.folder, 'empty');
  await mkdir(empty);
  expect(await refusal(repo, repo.root, { ...repo.env, PATH: empty })).toEqual({ kind: 'gitMissing' });
  await writeFile(join(empty, 'git'), '#!/bin/sh\necho git version 2.37.9\n');
  await chmod(join(empty, 'git'), 0o755);
  expect(await refusal(repo, repo.root, { ...repo.env, PATH: empty })).toEqual({
    kind: 'gitTooOld',
    found: '2.37.9',
    needed: '2.38',
  });
});

test('our lines in info/exclude come and change without touching any other byte', async () => {
  const repo = await fresh();
  const git = await opened(repo);
  const path = join(repo.root, '.git/info/exclude');
  const users = Buffer.from('# mine\r\nbuild\xff/\nlast-line-without-end', 'latin1');
  await writeFile(path, users);
  await excludeLines(git, ['/.worktrees/', 'agent-status.json']);
  await excludeLines(git, ['/.worktrees/']);
  const once = await repo.read('.git/info/exclude');
  await excludeLines(git, ['/.worktrees/']);
  expect(await repo.read('.git/info/exclude')).toBe(once);
  const text = Buffer.from(`${users.toString('latin1')}\n# wt-orch: begin\n/.worktrees/\n# wt-orch: end\n`, 'latin1');
  expect(once).toBe(text.toString('utf8'));
  await repo.write({ '.worktrees/x': 'x' });
  expect(await repo.git(['status', '--porcelain'])).toBe('');
});
