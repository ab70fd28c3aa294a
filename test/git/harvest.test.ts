import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addWorktree,
  type Git,
  type HarvestPlan,
  harvest,
  isAncestor,
  listRefs,
  openGit,
  unsavedWork,
} from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

let repo: TempRepo;
let git: Git;
let main: string;
let at: string;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'dir/c.txt': 'c\n', '.gitignore': 'ignored.txt\nbuild/\n' });
  git = await opened(repo);
  main = (await repo.ref('main')) ?? '';
  at = join(repo.root, '.worktrees/agent-T-1');
  held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: main }));
});
afterEach(async () => await repo.dispose());

const collect = async (more: Partial<HarvestPlan> = {}) =>
  await harvest(git, { path: at, branch: 'wt-orch/T-1', base: main, message: 'left over', exclude: [], ...more });
const treeOf = async (commit: string) =>
  (await repo.git(['ls-tree', '-r', '-z', '--name-only', commit])).split('\0').slice(0, -1);

test('edited, new, deleted and strangely named files become one commit on the branch', async () => {
  await repo.write({ 'a.txt': 'changed\n', 'b.txt': undefined, 'n w/[x] 🎈\n.txt': 'new\n' }, at);
  await repo.link('link', 'a.txt', at);
  const found = held(await collect());
  expect(found).toMatchObject({ harvested: true, nested: [], gitlinks: [] });
  expect(found.paths).toEqual(['a.txt', 'b.txt', 'link', 'n w/[x] 🎈\n.txt']);
  expect(await repo.ref('wt-orch/T-1')).toBe(found.tip);
  expect(await treeOf(found.tip)).toEqual(['.gitignore', 'a.txt', 'dir/c.txt', 'link', 'n w/[x] 🎈\n.txt']);
  expect(await repo.git(['ls-tree', found.tip, 'link'])).toMatch(/^120000 blob/);
  expect(await repo.git(['log', '-1', '--format=%P|%an|%s', found.tip])).toBe(`${main}|Una User|left over`);
  expect(held(await collect())).toMatchObject({ tip: found.tip, harvested: false, paths: [] });
});

test('what an agent committed itself stays, and only the rest is harvested on top', async () => {
  const own = await repo.commit({ 'a.txt': 'by the agent\n' }, 'own work', at);
  expect(held(await collect())).toMatchObject({ tip: own, harvested: false });
  await repo.write({ 'b.txt': 'more\n' }, at);
  const found = held(await collect());
  expect(found.paths).toEqual(['b.txt']);
  expect(await repo.git(['log', '--format=%s', found.tip])).toBe('left over\nown work\nfirst');
});

test('ignored files stay out, whoever ignores them, and so does what is excluded', async () => {
  await repo.write({ '.config/git/ignore': '*.global\n' }, join(repo.folder, 'home'));
  await repo.write({ '.git/info/exclude': 'by-repo.txt\n' });
  git = await openGit(git.repository, repo.env);
  await repo.write(
    {
      'ignored.txt': 'i',
      'build/x': 'x',
      'x.global': 'g',
      'by-repo.txt': 'r',
      'agent-status.json': '{}',
      'a.txt': 'no\n',
    },
    at,
  );
  expect(held(await collect({ exclude: ['agent-status.json', 'a.txt'] }))).toMatchObject({
    tip: main,
    harvested: false,
  });
  await repo.write({ 'n.txt': 'n' }, at);
  expect(held(await collect({ exclude: ['agent-status.json', 'a.txt'] })).paths).toEqual(['n.txt']);
});

test('a file that is both ignored and left out does not stop the harvest of the others', async () => {
  await repo.write({ 'ignored.txt': 'a report\n', 'build/x': 'x\n', 'new.txt': 'new\n' }, at);
  const found = held(await collect({ exclude: ['ignored.txt', 'build'] }));
  expect(found).toMatchObject({ harvested: true, paths: ['new.txt'] });
});

test('work that is not to be committed stays in the files', async () => {
  await repo.write({ 'n.txt': 'n' }, at);
  expect(held(await collect({ commitLeftovers: false }))).toMatchObject({ tip: main, harvested: false, paths: [] });
  expect(await repo.read('n.txt', at)).toBe('n');
});

test('an index that was told to overlook files does not hide them', async () => {
  await repo.write({ 'a.txt': 'hidden\n', 'b.txt': 'hidden\n' }, at);
  await repo.git(['update-index', '--assume-unchanged', 'a.txt'], at);
  await repo.git(['update-index', '--skip-worktree', 'b.txt'], at);
  expect(held(await collect()).paths).toEqual(['a.txt', 'b.txt']);
  await repo.write({ 'a.txt': 'again\n' }, at);
  await writeFile(join(repo.root, '.git/worktrees/agent-T-1/index'), 'no index at all');
  expect(held(await collect()).paths).toEqual(['a.txt']);
});

test('a damaged index of our own is done without', async () => {
  const folder = join(git.repository.stateDir, 'worktrees');
  const own = (await readdir(folder)).filter((name) => name.endsWith('.index'));
  expect(own).toHaveLength(1);
  await writeFile(join(folder, own[0] ?? ''), 'no index at all');
  await repo.write({ 'n.txt': 'n\n' }, at);
  expect(held(await collect()).paths).toEqual(['n.txt']);
});

test('an edit of the same length in the second in which the files were written is not overlooked', async () => {
  for (let round = 2; round < 8; round += 1) {
    const path = join(repo.root, `.worktrees/agent-T-${round}`);
    held(await addWorktree(git, { path, branch: `wt-orch/T-${round}`, commit: main }));
    // In place: a new inode would give the edit away.
    await writeFile(join(path, 'a.txt'), 'z\n');
    expect(await repo.git(['status', '--porcelain'], path)).toBe(' M a.txt');
    expect(held(await unsavedWork(git, { path, branch: `wt-orch/T-${round}` })).uncommitted).toEqual(['a.txt']);
    const plan = { path, branch: `wt-orch/T-${round}`, base: main, message: 'm', exclude: [] };
    expect(held(await harvest(git, plan)).paths).toEqual(['a.txt']);
    await writeFile(join(path, 'a.txt'), 'y\n');
    expect(await repo.git(['status', '--porcelain'], path)).toBe(' M a.txt');
    expect(held(await harvest(git, plan)).paths).toEqual(['a.txt']);
  }
});

test('a repository planted in the worktree stays on the disk and is said; its folder does not become a submodule', async () => {
  for (const folder of ['nested', 'dir/deeper', 'empty']) {
    await repo.git(['init', '-q', join(at, folder)]);
    if (folder !== 'empty') await repo.commit({ 'x.txt': 'x\n' }, 'inside', join(at, folder));
  }
  await repo.write({ 'a.txt': 'changed\n' }, at);
  const found = held(await collect());
  expect(found).toMatchObject({ paths: ['a.txt'], gitlinks: [] });
  expect([...found.nested].sort()).toEqual(['dir/deeper/', 'empty/', 'nested/']);
  expect(await repo.read('nested/x.txt', at)).toBe('x\n');
  expect(held(await unsavedWork(git, { path: at, branch: 'wt-orch/T-1' })).uncommitted.length).toBe(3);
});

test('a submodule entry that the agent committed itself is said', async () => {
  await repo.git(['init', '-q', join(at, 'nested')]);
  await repo.commit({ 'x.txt': 'x\n' }, 'inside', join(at, 'nested'));
  await repo.commit({}, 'adds a submodule', at);
  expect(held(await collect())).toMatchObject({ gitlinks: ['nested'] });
});

test('a folder replaced by a link is committed as the link, and nothing behind it is read', async () => {
  await repo.write({ 'secret.txt': 'secret\n' }, repo.folder);
  await rm(join(at, 'dir'), { recursive: true });
  await repo.link('dir', repo.folder, at);
  const { tip } = held(await collect());
  expect(await treeOf(tip)).toEqual(['.gitignore', 'a.txt', 'b.txt', 'dir']);
});

test('commits made beside the branch are pinned, and the files are harvested on the branch all the same', async () => {
  await repo.git(['checkout', '-q', '--detach'], at);
  const stray = await repo.commit({ 'a.txt': 'detached\n' }, 'beside', at);
  const found = held(await collect());
  expect(found.stray).toEqual({ commit: stray, ref: `refs/wt-orch/attempts/T-1/head-${stray.slice(0, 12)}` });
  expect(await listRefs(git, 'refs/wt-orch/attempts/T-1')).toEqual([{ commit: stray, ref: found.stray?.ref }]);
  expect(await repo.git(['show', `${found.tip}:a.txt`])).toBe('detached');
  expect(await isAncestor(git, main, found.tip)).toBe(true);
  await repo.git(['checkout', '-q', '-b', 'own-idea'], at);
  const second = await repo.commit({ 'a.txt': 'elsewhere\n' }, 'on another branch', at);
  expect(held(await collect()).stray?.commit).toBe(second);
});

test('a harvest without its branch, or without its .git, is refused, and main is not touched', async () => {
  await repo.write({ 'a.txt': 'changed\n' }, at);
  await repo.git(['update-ref', '-d', 'refs/heads/wt-orch/T-1']);
  expect(await collect()).toEqual({ ok: false, error: { kind: 'branchGone' } });
  await rm(join(at, '.git'));
  expect(await collect()).toEqual({ ok: false, error: { kind: 'gitGone' } });
  await repo.git(['init', '-q', at]);
  expect(await collect()).toEqual({ ok: false, error: { kind: 'gitElsewhere' } });
  expect(await repo.ref('main')).toBe(main);
  expect(await repo.git(['status', '--porcelain', '--untracked-files=no'])).toBe('');
});

test('a file that cannot be read is a failure with a reason, not a smaller harvest', async () => {
  await repo.write({ 'n.txt': 'n\n' }, at);
  await rm(join(at, 'a.txt'));
  await repo.git(['init', '-q', '--bare', join(repo.folder, 'x')]);
  const { execFileSync } = await import('node:child_process');
  execFileSync('mkfifo', [join(at, 'a.txt')]);
  const failed = await collect();
  expect(failed).toMatchObject({ ok: false, error: { kind: 'gitFailed' } });
  expect(await repo.ref('wt-orch/T-1')).toBe(main);
});
