import { afterEach, beforeEach, expect, test } from 'vitest';
import { blob, forecast, type Git, isAncestor, type MergePlan, mergeOnto } from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

let repo: TempRepo;
let git: Git;
const lines = (...changed: readonly [number, string][]) => {
  const all = Array.from({ length: 12 }, (_, index) => `line ${index}`);
  for (const [index, text] of changed) all[index] = text;
  return `${all.join('\n')}\n`;
};
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': lines(), 'TASKS.md': '- [ ] T-1\n', 'dir/one.txt': '1\n', 'gone.txt': 'gone\n' });
  git = await opened(repo);
});
afterEach(async () => await repo.dispose());

const onto = async (base: string, tip: string, more: Partial<MergePlan> = {}) =>
  await mergeOnto(git, { base, tip, keepFromBase: ['TASKS.md'], message: 'land', strategy: 'merge', ...more });
const parentsOf = async (commit: string) => await repo.git(['log', '-1', '--format=%P', commit]);
const show = async (commit: string, path: string) => {
  const bytes = await blob(git, commit, path, 1_000_000);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
};

test('a merge has the base and the tip as parents and the work of both, and touches no ref and no file', async () => {
  const tip = await repo.commitOn('side', 'main', { 'a.txt': lines([10, 'side']), 'sp ace/[x]\n🎈.txt': 'new\n' });
  const base = await repo.commit({ 'a.txt': lines([1, 'main']) });
  const { commit, tree } = held(await onto(base, tip));
  expect(await parentsOf(commit)).toBe(`${base} ${tip}`);
  expect(await show(commit, 'a.txt')).toBe(lines([1, 'main'], [10, 'side']));
  expect(await show(commit, 'sp ace/[x]\n🎈.txt')).toBe('new\n');
  expect(await repo.git(['rev-parse', `${commit}^{tree}`])).toBe(tree);
  expect(await repo.git(['log', '-1', '--format=%an %ae|%cn|%B', commit])).toBe(
    'Una User una@example.com|Una User|land\n',
  );
  expect([await repo.ref('main'), await repo.git(['status', '--porcelain'])]).toEqual([base, '']);
});

test('a chain of merges holds the work of all', async () => {
  let tip = (await repo.ref('main')) ?? '';
  const start = tip;
  for (const index of [1, 5, 9]) {
    const branch = await repo.commitOn(`side-${index}`, start, { 'a.txt': lines([index, `by ${index}`]) });
    tip = held(await onto(tip, branch)).commit;
  }
  expect(await show(tip, 'a.txt')).toBe(lines([1, 'by 1'], [5, 'by 5'], [9, 'by 9']));
  expect(await repo.git(['rev-list', '--first-parent', '--count', `${start}..${tip}`])).toBe('3');
});

test('a squash is one commit on the base, by the author of the tip', async () => {
  await repo.commitOn('side', 'main', { 'a.txt': lines([10, 'one']) });
  const tip = await repo.commitOn('side', 'side', { 'b.txt': 'two\n' });
  const base = await repo.commit({ 'c.txt': 'c\n' });
  const { commit } = held(await onto(base, tip, { strategy: 'squash' }));
  expect(await parentsOf(commit)).toBe(base);
  expect(await repo.git(['log', '-1', '--format=%an|%cn', commit])).toBe('Ada Author|Una User');
  expect([await show(commit, 'b.txt'), await show(commit, 'c.txt')]).toEqual(['two\n', 'c\n']);
});

test('a rebase lands each commit on its own, with its author, date and message, and leaves out what main has already', async () => {
  await repo.commitOn('side', 'main', { 'a.txt': lines([10, 'one']) }, 'first\n\nwith a body');
  await repo.commitOn('side', 'side', { 'c.txt': 'c\n' }, 'same as on main');
  const tip = await repo.commitOn('side', 'side', { 'a.txt': lines([10, 'two']), 'gone.txt': undefined }, 'second');
  const base = await repo.commit({ 'c.txt': 'c\n', 'a.txt': lines([1, 'main']) });
  const { commit } = held(await onto(base, tip, { strategy: 'rebase' }));
  expect(await repo.git(['log', '--format=%s|%b|%an|%aI', '--reverse', `${base}..${commit}`])).toBe(
    'first|with a body\n|Ada Author|2024-01-02T03:04:05+00:00\nsecond||Ada Author|2024-01-02T03:04:05+00:00',
  );
  expect(await repo.git(['rev-list', '--merges', '--count', commit])).toBe('0');
  expect(await show(commit, 'a.txt')).toBe(lines([1, 'main'], [10, 'two']));
  expect(await show(commit, 'gone.txt')).toBeUndefined();
});

test('a branch that merged for itself is rebased as one commit, with its resolution', async () => {
  await repo.commitOn('side', 'main', { 'a.txt': lines([5, 'side']) });
  const base = await repo.commit({ 'a.txt': lines([5, 'main']) });
  await repo.git(['switch', '-q', 'side']);
  await repo.git(['merge', 'main']).catch(() => undefined);
  const tip = await repo.commit({ 'a.txt': lines([5, 'both']) }, 'resolved');
  const { commit } = held(await onto(base, tip, { strategy: 'rebase' }));
  expect(await parentsOf(commit)).toBe(base);
  expect(await show(commit, 'a.txt')).toBe(lines([5, 'both']));
});

test.each(['merge', 'squash', 'rebase'] as const)(
  '%s: a conflict names its paths, of text, of folders against files, of types',
  async (strategy) => {
    const first = (await repo.ref('main')) ?? '';
    const base = await repo.commit({ 'a.txt': lines([5, 'main']), 'dir/one.txt': 'changed\n', 'gone.txt': 'edited\n' });
    const conflict = async (files: Record<string, string | undefined>) =>
      await onto(base, await repo.commitOn('side', first, files), { strategy });
    const failure = (paths: readonly string[]) => ({ ok: false, error: { kind: 'textConflict', paths } });
    expect(await conflict({ 'a.txt': lines([5, 'side']) })).toEqual(failure(['a.txt']));
    expect(await conflict({ 'gone.txt': undefined })).toEqual(failure(['gone.txt']));
    expect(await conflict({ dir: 'a file now\n' })).toEqual(failure(['dir/one.txt', 'dir']));
    await repo.git(['checkout', '-q', '--detach', first]);
    await repo.write({ 'a.txt': undefined });
    await repo.link('a.txt', 'dir/one.txt');
    expect(await onto(base, await repo.commit({}, 'a link now'), { strategy })).toEqual(failure(['a.txt']));
  },
);

test('two histories with nothing in common are a conflict without paths', async () => {
  const base = (await repo.ref('main')) ?? '';
  const tree = await repo.git(['rev-parse', 'main^{tree}']);
  const alone = await repo.git(['commit-tree', tree, '-m', 'alone']);
  expect(await onto(base, alone)).toEqual({ ok: false, error: { kind: 'textConflict', paths: [] } });
});

test.each(['merge', 'squash', 'rebase'] as const)('%s: what brings nothing new is not landed', async (strategy) => {
  const first = (await repo.ref('main')) ?? '';
  const base = await repo.commit({ 'a.txt': lines([5, 'main']) });
  const nothing = { ok: false, error: { kind: 'nothingToLand' } };
  expect(await onto(base, first, { strategy })).toEqual(nothing);
  expect(await onto(base, base, { strategy })).toEqual(nothing);
  expect(await onto(base, await repo.commitOn('same', first, { 'a.txt': lines([5, 'main']) }), { strategy })).toEqual(
    nothing,
  );
  expect(await onto(base, await repo.commitOn('task', first, { 'TASKS.md': '- [x] T-1\n' }), { strategy })).toEqual(
    nothing,
  );
});

test.each(['merge', 'squash', 'rebase'] as const)(
  '%s: the task file stays as main has it, edited, deleted, or made a folder by the branch',
  async (strategy) => {
    const first = (await repo.ref('main')) ?? '';
    const base = await repo.commit({ 'TASKS.md': '- [x] T-1\n' });
    for (const files of [
      { 'TASKS.md': '- [~] T-1\n', 'n.txt': 'n\n' },
      { 'TASKS.md': undefined, 'n.txt': 'n\n' },
      { 'TASKS.md': undefined, 'TASKS.md/deep/x.txt': 'x\n', 'n.txt': 'n\n' },
    ]) {
      const tip = await repo.commitOn('side', first, files);
      const { commit } = held(await onto(base, tip, { strategy }));
      expect(await repo.git(['ls-tree', '-r', '--name-only', commit])).toBe(
        'TASKS.md\na.txt\ndir/one.txt\ngone.txt\nn.txt',
      );
      expect(await show(commit, 'TASKS.md')).toBe('- [x] T-1\n');
    }
  },
);

test('a task file that main has not stays absent', async () => {
  const base = await repo.commit({ 'TASKS.md': undefined });
  const tip = await repo.commitOn('side', 'main', { 'TASKS.md': 'mine\n', 'n.txt': 'n\n' });
  expect(await show(held(await onto(base, tip)).commit, 'TASKS.md')).toBeUndefined();
});

test('a merge follows the attributes of the base, not those of the checkout or the branch', async () => {
  const first = (await repo.ref('main')) ?? '';
  const withUnion = await repo.commit({ 'dir/.gitattributes': '*.md merge=union\n', 'dir/log.md': 'start\n' });
  const a = await repo.commitOn('a', withUnion, { 'dir/log.md': 'start\nby a\n' });
  const b = await repo.commitOn('b', withUnion, { 'dir/log.md': 'start\nby b\n', 'dir/.gitattributes': '' });
  await repo.write({ 'dir/.gitattributes': undefined });
  const { commit } = held(await onto(held(await onto(withUnion, a)).commit, b));
  expect((await show(commit, 'dir/log.md'))?.split('\n').sort()).toEqual(['', 'by a', 'by b', 'start']);
  // Now the base has no such rule any more, whatever lies in the checkout.
  await repo.write({ 'dir/.gitattributes': '*.md merge=union\n' });
  const c = await repo.commitOn('c', first, { 'dir/log.md': 'by c\n' });
  expect(await onto(commit, c)).toMatchObject({ ok: false, error: { kind: 'textConflict' } });
});

test('a forecast names the tips that conflict with main and the pairs that conflict with each other', async () => {
  const first = (await repo.ref('main')) ?? '';
  const a = await repo.commitOn('a', first, { 'a.txt': lines([5, 'a']) });
  const b = await repo.commitOn('b', first, { 'a.txt': lines([5, 'b']) });
  const c = await repo.commitOn('c', first, { 'gone.txt': 'c\n' });
  const d = await repo.commitOn('d', first, { 'd.txt': 'd\n' });
  const main = await repo.commit({ 'gone.txt': 'main\n' });
  expect(await forecast(git, main, [a, b, c, d])).toEqual([
    { a: c, b: main, paths: ['gone.txt'] },
    { a, b, paths: ['a.txt'] },
  ]);
});

test('a repository that borrows its objects, one cut off at a depth, and one with the other hash are merged alike', async () => {
  await repo.commit({ 'b.txt': 'b\n' });
  for (const args of [
    ['clone', '-q', '--shared'],
    ['clone', '-q', '--depth=1', '--no-local'],
  ]) {
    const copy = await tempRepo({}, { empty: true });
    await using _ = copy;
    const place = `${copy.folder}/copy-of`;
    await copy.git([...args, repo.root, place]);
    const own = await opened(copy, place);
    const base = await copy.git(['rev-parse', 'HEAD'], place);
    await copy.git(['checkout', '-q', '--detach'], place);
    const tip = await copy.commit({ 'n.txt': 'n\n' }, 'n', place);
    const plan = { base, tip, keepFromBase: [], message: 'm', strategy: 'merge' } as const;
    const { commit } = held(await mergeOnto(own, plan));
    expect(await isAncestor(own, tip, commit)).toBe(true);
    expect(await copy.git(['cat-file', '-t', commit], place)).toBe('commit');
  }
  await using other = await tempRepo({ 'a.txt': 'a\n' }, { initArgs: ['--object-format=sha256'] });
  const own = await opened(other);
  const base = (await other.ref('main')) ?? '';
  const tip = await other.commitOn('side', 'main', { 'n.txt': 'n\n' });
  const { commit } = held(await mergeOnto(own, { base, tip, keepFromBase: [], message: 'm', strategy: 'rebase' }));
  expect(commit).toHaveLength(64);
});
