import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkouts, type Git, publish } from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

/*
 * Where the target can be when something lands, and the test of it:
 *
 * | the target is                                          | test                                                           |
 * |--------------------------------------------------------|----------------------------------------------------------------|
 * | checked out, clean                                     | publish.test.ts: "a checked-out target moves with its files"   |
 * | with unrelated edits, staged or not                    | publish.test.ts: "edits that have nothing to do with ..."      |
 * | with untracked files, no collision                     | the same                                                       |
 * | with an edit in a file that the landing touches        | publish.test.ts: "%s in the way is a hold"                     |
 * | with an untracked or ignored file that collides        | the same, and "an ignored file that a branch added by force"   |
 * | in the middle of a merge, rebase, bisect, a git        | publish.test.ts: "the user's own git at work is waited for"    |
 * | in the middle of a conflict, a cherry-pick, a revert   | here                                                           |
 * | checked out elsewhere: clean                           | publish.test.ts: "a target in the user's own linked worktree"  |
 * | checked out elsewhere: dirty, in the way, mid-merge    | here                                                           |
 * | checked out in a worktree that is gone                 | here                                                           |
 * | checked out twice, or in the worktree of an agent      | publish.test.ts: "a target in the user's own linked worktree"  |
 * | checked out nowhere: HEAD detached                     | publish.test.ts: "a target that is checked out nowhere", here  |
 * | checked out nowhere: another branch                    | here                                                           |
 * | moved by a person during the tests                     | publish.test.ts: "a main that moved meanwhile",                |
 * |                                                        | landing.test.ts: "a candidate whose main moved is tested again"|
 * | moved by a person between the last look and the move   | here                                                           |
 * | deleted                                                | here, landing.test.ts: "a target that is gone holds it"        |
 */

let repo: TempRepo;
let git: Git;
let main: string;
let to: string;
let theirs: string;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  git = await opened(repo);
  main = (await repo.ref('main')) ?? '';
  to = await repo.commitOn('side', 'main', { 'a.txt': 'landed\n', 'n.txt': 'n\n' });
  theirs = join(repo.folder, 'theirs');
});
afterEach(async () => await repo.dispose());

const land = async (with_ = git) => await publish(with_, { target: 'main', from: main, to });
const elsewhere = async () => {
  await repo.git(['switch', '-q', '-c', 'work']);
  await repo.git(['worktree', 'add', '-q', theirs, 'main']);
};
const busy = (operation: string) => ({ ok: false, error: { kind: 'targetBusy', operation } });

describe("in a linked worktree of the user's", () => {
  beforeEach(elsewhere);
  test('edits and new files that the landing does not touch stay as they are', async () => {
    await repo.write({ 'b.txt': 'mine\n', 'mine.txt': 'mine\n' }, theirs);
    await repo.git(['add', 'b.txt'], theirs);
    held(await land());
    expect(await repo.ref('main')).toBe(to);
    expect(await repo.git(['status', '--porcelain'], theirs)).toBe('M  b.txt\n?? mine.txt');
    expect([await repo.read('a.txt', theirs), await repo.read('a.txt')]).toEqual(['landed\n', 'a\n']);
  });
  test.each(['a.txt', 'n.txt'])('an edit or a new file in the way, %s, is a hold, and nothing moves', async (path) => {
    await repo.write({ [path]: 'mine\n' }, theirs);
    expect(await land()).toEqual({ ok: false, error: { kind: 'wouldOverwrite', paths: [path] } });
    expect([await repo.ref('main'), await repo.read(path, theirs)]).toEqual([main, 'mine\n']);
  });
  test('a merge under way there is waited for', async () => {
    await repo.git(['merge', '--no-commit', '--no-ff', 'side'], theirs);
    expect(await land()).toEqual(busy(`merge in ${theirs}`));
    expect(await repo.ref('main')).toBe(main);
  });
  test('when its folder is gone the branch moves alone', async () => {
    await rm(theirs, { recursive: true });
    expect(await checkouts(git, 'main')).toEqual([]);
    held(await land());
    expect([await repo.ref('main'), await repo.read('a.txt')]).toEqual([to, 'a\n']);
  });
});

test.each([
  ['merge', ['merge', 'other']],
  ['cherry-pick', ['cherry-pick', 'other']],
  ['revert', ['revert', '--no-edit', 'HEAD^']],
] as const)('a %s that stopped at a conflict is waited for', async (operation, args) => {
  await repo.commitOn('other', 'main', { 'b.txt': 'other\n' });
  await repo.commit({ 'b.txt': 'second\n' });
  main = await repo.commit({ 'b.txt': 'third\n' });
  to = await repo.commitOn('side', 'main', { 'a.txt': 'landed\n' });
  await repo.git(args).catch(() => undefined);
  expect(await repo.git(['status', '--porcelain'])).toContain('UU b.txt');
  expect(await land()).toEqual(busy(`${operation} in ${repo.root}`));
  expect(await repo.ref('main')).toBe(main);
});

test.each([
  ['detached', ['checkout', '-q', '--detach']],
  ['on another branch', ['switch', '-q', '-c', 'work']],
])('a HEAD that is %s, with edits in files that land, is left alone: the branch moves', async (_, args) => {
  await repo.git(args);
  await repo.write({ 'a.txt': 'mine\n', 'n.txt': 'mine\n' });
  await repo.git(['add', 'a.txt']);
  const before = [await repo.git(['status', '--porcelain']), await repo.ref('HEAD')];
  held(await land());
  expect([await repo.git(['status', '--porcelain']), await repo.ref('HEAD')]).toEqual(before);
  expect([await repo.ref('main'), await repo.read('a.txt'), await repo.read('n.txt')]).toEqual([
    to,
    'mine\n',
    'mine\n',
  ]);
});

test('a target that was deleted is said to be gone, and is not made again', async () => {
  await repo.git(['checkout', '-q', '--detach']);
  await repo.git(['branch', '-D', 'main']);
  expect(await land()).toEqual({ ok: false, error: { kind: 'targetMoved', now: 'gone' } });
  expect(await repo.ref('main')).toBeUndefined();
});

describe('a person who is quicker, between the last look and the move', () => {
  /** Git with something that a person does right before a command of ours. */
  const interrupted = async (command: string, deed: string): Promise<Git> => {
    const real = join(await repo.git(['--exec-path']), 'git');
    const env = 'env -u GIT_DIR -u GIT_WORK_TREE -u GIT_COMMON_DIR';
    const script = `case " $* " in *" ${command} "*) cd '${repo.root}' && ${env} sh -c '${deed}' > /dev/null;; esac`;
    await repo.write({ 'quick/git': '' }, repo.folder);
    await writeFile(join(repo.folder, 'quick/git'), `#!/bin/sh\n(${script})\nexec '${real}' "$@"\n`);
    await chmod(join(repo.folder, 'quick/git'), 0o755);
    const path = `${join(repo.folder, 'quick')}:${git.env['PATH']}`;
    return { ...git, env: { ...git.env, ...repo.env, PATH: path } };
  };
  const real = async () => join(await repo.git(['--exec-path']), 'git');

  test('and commits, keeps that commit: nothing lands', async () => {
    const commit = `${await real()} commit -q --allow-empty -m theirs`;
    const landed = await land(await interrupted('merge', commit));
    const now = await repo.ref('main');
    expect(landed).toEqual({ ok: false, error: { kind: 'targetMoved', now } });
    expect(await repo.git(['log', '--format=%s', '-2', 'main'])).toBe('theirs\nfirst');
    expect([await repo.read('a.txt'), await repo.git(['status', '--porcelain'])]).toEqual(['a\n', '']);
  });
  test('and edits a file that lands, keeps the edit: nothing lands', async () => {
    const landed = await land(await interrupted('merge', 'echo mine > a.txt'));
    expect(landed).toMatchObject({ ok: false, error: { kind: 'targetElsewhere' } });
    expect([await repo.ref('main'), await repo.read('a.txt')]).toEqual([main, 'mine\n']);
  });
  test('and moves a branch that is checked out nowhere, keeps that move', async () => {
    await repo.git(['checkout', '-q', '--detach']);
    const other = await repo.commitOn('other', 'main', { 'b.txt': 'other\n' });
    const landed = await land(await interrupted('update-ref', `${await real()} branch -f main ${other}`));
    expect(landed).toEqual({ ok: false, error: { kind: 'targetMoved', now: other } });
    expect(await repo.ref('main')).toBe(other);
  });
  test('and leaves the branch, does not see it moved without its files', async () => {
    const landed = await land(await interrupted('merge', `${await real()} switch -q --detach`));
    expect(landed).toMatchObject({ ok: false });
    expect(await repo.ref('main')).toBe(main);
  });
});
