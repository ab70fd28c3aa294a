import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareWorktree } from '../../src/agents/index.ts';
import type { Git } from '../../src/git/index.ts';
import { opened } from '../git/opened.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';

let repo: TempRepo;
let git: Git;
let base: string;
let path: string;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n', '.gitignore': '.worktrees/\n' });
  git = await opened(repo);
  base = await repo.git(['rev-parse', 'main']);
  path = join(repo.root, '.worktrees/bot-A-1');
});
afterEach(async () => await repo.dispose());

const plan = () => ({ task: 'A-1', path, branch: 'wt-orch/A-1', commit: base, exclude: ['agent-status.json'] });
const prepare = async () => await prepareWorktree(git, plan());

test('what another agent left in a worktree of its own is set aside', async () => {
  await prepare();
  await repo.write({ 'left.txt': 'left\n' }, path);
  const other = { ...plan(), path: join(repo.root, '.worktrees/other-A-1') };
  expect(await prepareWorktree(git, other)).toEqual({ ok: true, value: 'refs/wt-orch/attempts/A-1/1' });
  expect(await repo.git(['show', 'refs/wt-orch/attempts/A-1/1:left.txt'])).toBe('left');
  expect((await repo.git(['worktree', 'list'])).split('\n')).toHaveLength(2);
  expect(await repo.git(['status', '--porcelain', '--branch'], other.path)).toBe('## wt-orch/A-1');
});

test('where somebody has the branch of an earlier attempt checked out, nothing moves', async () => {
  await repo.git(['branch', 'wt-orch/A-1', base]);
  const theirs = join(repo.folder, 'theirs');
  await repo.git(['worktree', 'add', '-q', theirs, 'wt-orch/A-1']);
  const tip = await repo.commit({ 'a.txt': 'by hand\n' }, 'by hand', theirs);
  expect(await prepare()).toMatchObject({ ok: false, error: { kind: 'worktreeFailed' } });
  expect(await repo.ref('refs/heads/wt-orch/A-1')).toBe(tip);
  expect(await repo.git(['status', '--porcelain'], theirs)).toBe('');
  await repo.git(['worktree', 'remove', theirs]);
  await repo.git(['switch', '-q', 'wt-orch/A-1']);
  expect(await prepare()).toMatchObject({ ok: false, error: { kind: 'worktreeFailed' } });
  expect(await repo.git(['status', '--porcelain', '--branch'])).toBe('## wt-orch/A-1');
});
