import { existsSync } from 'node:fs';
import { readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addWorktree, checkouts, type Git, publish } from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

let repo: TempRepo;
let git: Git;
let main: string;
beforeEach(async () => {
  repo = await tempRepo({
    'a.txt': 'a\n',
    'b.txt': 'b\n',
    'dir/c.txt': 'c\n',
    'dir/d.txt': 'd\n',
    '.gitignore': '.env.local\nout/\n',
  });
  git = await opened(repo);
  main = (await repo.ref('main')) ?? '';
});
afterEach(async () => await repo.dispose());

const next = async (files: Record<string, string | undefined>) => await repo.commitOn('side', 'main', files);
const land = async (to: string, from = main) => await publish(git, { target: 'main', from, to });
const hold = (...paths: readonly string[]) => ({ ok: false, error: { kind: 'wouldOverwrite', paths } });
const status = async () => await repo.git(['status', '--porcelain', '--ignored']);
/** Every file of the main worktree with its bytes, and the whole index. */
async function everything(): Promise<Record<string, string>> {
  const all: Record<string, string> = { index: await repo.git(['ls-files', '--stage']) };
  for (const entry of await readdir(repo.root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !path.includes('/.git/')) all[path] = await readFile(path, 'latin1');
  }
  return all;
}

test('a target that is checked out nowhere moves by compare-and-swap, and no checkout is touched', async () => {
  await repo.git(['checkout', '-q', '--detach']);
  expect(await checkouts(git, 'main')).toEqual([]);
  const to = await next({ 'a.txt': 'landed\n' });
  const before = await everything();
  held(await land(to));
  expect(await repo.ref('main')).toBe(to);
  expect(await everything()).toEqual(before);
  expect(await land(to)).toEqual({ ok: false, error: { kind: 'targetMoved', now: to } });
});

test('a checked-out target moves with its files, index and log', async () => {
  const to = await next({ 'a.txt': 'landed\n', 'b.txt': undefined, 'new/n [x]\n.txt': 'n\n' });
  held(await land(to));
  expect([await repo.ref('main'), await repo.git(['symbolic-ref', 'HEAD'])]).toEqual([to, 'refs/heads/main']);
  expect(await status()).toBe('');
  expect(await repo.read('new/n [x]\n.txt')).toBe('n\n');
  expect(await repo.git(['reflog', '-1', '--format=%gs', 'main'])).toMatch(/^wt-orch: land/);
});

test('edits that have nothing to do with the landing, staged or not, and all other files stay byte for byte', async () => {
  const to = await next({ 'a.txt': 'landed\n', 'dir/c.txt': undefined });
  await repo.write({ 'b.txt': 'staged\n' });
  await repo.git(['add', 'b.txt']);
  await repo.write({ 'b.txt': 'staged, then edited\n', 'dir/d.txt': 'unstaged\n' });
  await repo.write({ 'untracked.txt': 'u', '.env.local': 'SECRET=1', 'out/x': 'x', 'staged-new.txt': 's\r\n' });
  await repo.git(['add', 'staged-new.txt']);
  const [files, stash, shown] = [await everything(), await repo.git(['stash', 'list']), await status()];
  held(await land(to));
  const after = await everything();
  expect(after[join(repo.root, 'a.txt')]).toBe('landed\n');
  expect(after[join(repo.root, 'dir/c.txt')]).toBeUndefined();
  const { index: _, [join(repo.root, 'a.txt')]: __, [join(repo.root, 'dir/c.txt')]: ___, ...others } = files;
  expect(after).toMatchObject(others);
  expect([await repo.git(['stash', 'list']), await status()]).toEqual([stash, shown]);
  expect(await repo.git(['diff', '--cached', '--name-only'])).toBe('b.txt\nstaged-new.txt');
});

test.each([
  ['an unstaged edit', { 'a.txt': 'landed\n' }, { 'a.txt': 'mine\n' }, [], ['a.txt']],
  ['a staged edit', { 'a.txt': 'landed\n' }, { 'a.txt': 'mine\n' }, ['add', 'a.txt'], ['a.txt']],
  ['an edit of a file that goes', { 'a.txt': undefined }, { 'a.txt': 'mine\n' }, [], ['a.txt']],
  ['a deletion', { 'a.txt': 'landed\n' }, { 'a.txt': undefined }, [], ['a.txt']],
  ['an untracked file', { 'n.txt': 'landed\n' }, { 'n.txt': 'mine\n' }, [], ['n.txt']],
  ['a staged new file', { 'n.txt': 'landed\n' }, { 'n.txt': 'mine\n' }, ['add', 'n.txt'], ['n.txt']],
  ['a file with the same content as what lands', { 'n.txt': 'same\n' }, { 'n.txt': 'same\n' }, [], ['n.txt']],
  ['an untracked file where a folder comes', { 'n/x.txt': 'landed\n' }, { n: 'mine\n' }, [], ['n']],
  [
    'an untracked folder where a file comes',
    { n: 'landed\n' },
    { 'n/deep/x': 'mine', 'n/y': 'y' },
    [],
    ['n/deep/x', 'n/y'],
  ],
  [
    'an untracked file in a folder that becomes a file',
    { dir: 'landed\n' },
    { 'dir/mine.txt': 'mine' },
    [],
    ['dir/mine.txt'],
  ],
  ['a file with an odd name', { 'x\n 🎈.txt': 'landed\n' }, { 'x\n 🎈.txt': 'mine\n' }, [], ['x\n 🎈.txt']],
] as const)('%s in the way is a hold that names it, and nothing moves', async (_, lands, mine, args, paths) => {
  const to = await next(lands);
  await repo.write(mine);
  if (args.length > 0) await repo.git(args);
  const [before, shown] = [await everything(), await status()];
  expect(await land(to)).toEqual(hold(...paths));
  expect([await repo.ref('main'), await everything(), await status()]).toEqual([main, before, shown]);
});

test('an edit of the same length in the second of the last commit is named, alone and among touched files', async () => {
  const to = await next({ 'a.txt': 'landed\n', 'b.txt': 'landed\n' });
  await repo.git(['reset', '--hard', '-q']);
  await writeFile(join(repo.root, 'a.txt'), 'z\n');
  expect(await land(to)).toEqual(hold('a.txt'));
  await utimes(join(repo.root, 'b.txt'), 1, 1);
  expect(await land(to)).toEqual(hold('a.txt'));
  await repo.git(['add', 'a.txt']);
  await writeFile(join(repo.root, 'a.txt'), 'a\n');
  expect(await land(to)).toEqual(hold('a.txt'));
});

test('an ignored file that a branch added by force is never overwritten', async () => {
  await repo.git(['switch', '-q', '-c', 'forced']);
  await repo.write({ '.env.local': 'theirs', 'out/x/y': 'theirs' });
  await repo.git(['add', '--force', '.env.local', 'out/x/y']);
  const to = await repo.commit({}, 'forced');
  await repo.git(['switch', '-q', 'main']);
  await repo.write({ '.env.local': 'SECRET=mine', 'out/x': 'mine' });
  const before = await everything();
  expect(await land(to)).toEqual(hold('.env.local', 'out/x'));
  await rm(join(repo.root, 'out'), { recursive: true });
  await rm(join(repo.root, '.env.local'));
  await symlink('nowhere', join(repo.root, '.env.local'));
  expect(await land(to)).toEqual(hold('.env.local'));
  await rm(join(repo.root, '.env.local'));
  await repo.write({ '.env.local': 'SECRET=mine', 'out/x': 'mine' });
  expect(await everything()).toEqual(before);
});

test('a folder of the user reached through a link is not written into', async () => {
  const outside = join(repo.folder, 'outside');
  await repo.write({ 'x.txt': 'outside\n' }, outside);
  await symlink(outside, join(repo.root, 'linked'));
  expect(await land(await next({ 'linked/x.txt': 'landed\n' }))).toEqual(hold('linked'));
  expect(await repo.read('x.txt', outside)).toBe('outside\n');
});

test('a file that was only touched, or is only gone in name, does not hold anything up', async () => {
  const to = await next({
    'a.txt': 'landed\n',
    dir: 'a file now\n',
    'b.txt': undefined,
    'b.txt/x.txt': 'a folder now\n',
  });
  await utimes(join(repo.root, 'a.txt'), 1, 1);
  held(await land(to));
  expect([await repo.read('a.txt'), await repo.read('dir'), await repo.read('b.txt/x.txt')]).toEqual([
    'landed\n',
    'a file now\n',
    'a folder now\n',
  ]);
  expect(await status()).toBe('');
});

test('a main that moved meanwhile is said, with where it is, and left there', async () => {
  const to = await next({ 'a.txt': 'landed\n' });
  const moved = await repo.commit({ 'b.txt': 'the user went on\n' });
  expect(await land(to)).toEqual({ ok: false, error: { kind: 'targetMoved', now: moved } });
  expect(await land(to, moved)).toMatchObject({ ok: false });
  expect([await repo.ref('main'), await status()]).toEqual([moved, '']);
  // Taken back by the user: moving forward from there would bring back what they took.
  await repo.git(['reset', '-q', '--hard', main]);
  const further = await repo.commitOn('side', moved, { 'a.txt': 'further\n' });
  expect(await land(further, moved)).toEqual({ ok: false, error: { kind: 'targetMoved', now: main } });
  expect(await repo.ref('main')).toBe(main);
});

test("the user's own git at work is waited for: a lock, a merge, a rebase, a bisect", async () => {
  const to = await next({ 'a.txt': 'landed\n' });
  for (const name of ['index.lock', 'HEAD.lock', 'refs/heads/main.lock']) {
    const lock = join(repo.root, '.git', name);
    await repo.write({ [`.git/${name}`]: '' });
    expect(await land(to)).toEqual({ ok: false, error: { kind: 'targetBusy', operation: `git command (${lock})` } });
    expect(existsSync(lock)).toBe(true);
    await rm(lock);
  }
  const other = await repo.commitOn('other', 'main', { 'b.txt': 'other\n' });
  await repo.commitOn('third', 'main', { 'b.txt': 'third\n' });
  await repo.git(['merge', '--no-commit', '--no-ff', other]);
  expect(await land(to)).toEqual({ ok: false, error: { kind: 'targetBusy', operation: `merge in ${repo.root}` } });
  await repo.git(['merge', '--abort']);
  await repo.git(['bisect', 'start']);
  expect(await land(to)).toEqual({ ok: false, error: { kind: 'targetBusy', operation: `bisect in ${repo.root}` } });
  await repo.git(['bisect', 'reset']);
  const own = await repo.commit({ 'b.txt': 'own\n' });
  const after = await repo.commitOn('side', 'main', { 'a.txt': 'landed\n' });
  await repo.git(['rebase', 'third']).catch(() => undefined);
  expect(await checkouts(git, 'main')).toEqual([repo.root]);
  expect(await land(after, own)).toEqual({
    ok: false,
    error: { kind: 'targetBusy', operation: `rebase in ${repo.root}` },
  });
  expect(await repo.ref('main')).toBe(own);
});

test("a target in the user's own linked worktree moves there; in an agent's, or in two, it does not", async () => {
  const to = await next({ 'a.txt': 'landed\n' });
  await repo.git(['switch', '-q', '-c', 'work']);
  const theirs = join(repo.folder, 'their worktree');
  await repo.git(['worktree', 'add', '-q', theirs, 'main']);
  expect(await checkouts(git, 'main')).toEqual([theirs]);
  held(await land(to));
  expect([await repo.read('a.txt', theirs), await repo.git(['status', '--porcelain'], theirs)]).toEqual([
    'landed\n',
    '',
  ]);
  expect(await repo.read('a.txt')).toBe('a\n');
  const agents = join(repo.root, '.worktrees/agent-T-1');
  held(await addWorktree(git, { path: agents, branch: 'wt-orch/T-1', commit: main }));
  await repo.git(['worktree', 'remove', theirs]);
  await repo.git(['checkout', '-q', 'main'], agents);
  const further = await repo.commitOn('side', 'main', { 'b.txt': 'further\n' });
  expect(await land(further, to)).toMatchObject({ ok: false, error: { kind: 'targetElsewhere' } });
  await repo.git(['checkout', '-q', '--ignore-other-worktrees', 'main']);
  expect(await land(further, to)).toMatchObject({ ok: false, error: { kind: 'targetElsewhere' } });
  expect(await repo.ref('main')).toBe(to);
});

test('settings of the user that make a merge do more than move forward do not count', async () => {
  for (const [key, value] of [
    ['branch.main.mergeOptions', '--squash --no-ff'],
    ['merge.ff', 'false'],
    ['merge.autoStash', 'true'],
    ['merge.verifySignatures', 'true'],
  ] as const) {
    await repo.git(['config', key, value]);
  }
  const to = await next({ 'a.txt': 'landed\n' });
  held(await land(to));
  expect([await repo.ref('main'), await status()]).toEqual([to, '']);
});

test("files appear in the user's checkout as their own settings say", async () => {
  repo.env['GIT_CONFIG_GLOBAL'] = join(repo.folder, 'global');
  await repo.git(['config', '--global', 'core.autocrlf', 'true']);
  await repo.git(['config', '--global', 'filter.shout.smudge', 'tr a-z A-Z']);
  await repo.git(['config', '--global', 'filter.shout.clean', 'tr A-Z a-z']);
  git = await opened(repo, repo.root, ['shout']);
  const to = await next({ 'n.txt': 'n\n', 'x.shout': 'loud\n', '.gitattributes': '*.shout filter=shout\n' });
  held(await land(to));
  expect([await repo.read('n.txt'), await repo.read('x.shout')]).toEqual(['n\r\n', 'LOUD\r\n']);
  expect(await status()).toBe('');
});
