import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addedLines,
  blob,
  changedPaths,
  commitsBetween,
  currentBranch,
  diffSummary,
  diffText,
  type Git,
  isAncestor,
  listRefs,
  logSummary,
  mergeBase,
  moveRefs,
  pinCommit,
  resolveCommit,
  tipOf,
  trackedPathList,
} from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

let repo: TempRepo;
let git: Git;
let first: string;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': '1\n2\n3\n4\n5\n', 'gone.txt': 'x\n', 'type.txt': 't\n', 'same.txt': 's\n' });
  git = await opened(repo);
  first = (await repo.ref('main')) ?? '';
});
afterEach(async () => await repo.dispose());
const odd = 'sp ace/"quote"\\ [x] \t ü🎈\nline.txt';

test('changed paths are told with their kind, a rename as two, odd names letter for letter', async () => {
  await repo.write({ 'type.txt': undefined });
  await repo.link('type.txt', 'a.txt');
  const to = await repo.commit({ 'a.txt': '1\n', 'gone.txt': undefined, 'moved.txt': 'x\n', [odd]: 'o\n' });
  expect(await changedPaths(git, first, to)).toEqual([
    { path: 'a.txt', status: 'M' },
    { path: 'gone.txt', status: 'D' },
    { path: 'moved.txt', status: 'A' },
    { path: odd, status: 'A' },
    { path: 'type.txt', status: 'T' },
  ]);
  expect(await trackedPathList(git, to)).toEqual(['a.txt', 'moved.txt', 'same.txt', odd, 'type.txt']);
});

test('added lines are ranges of the new file; what only looks like a header is none', async () => {
  const to = await repo.commit({
    'a.txt': '0\n1\n2\nnew\nnew\n4\n5\nno end',
    [odd]: '+++ b/fake.txt\n@@ -1 +1,9 @@\n',
    'fake -- ++.txt': '-- a/x\n++ b/y\n',
    'gone.txt': undefined,
    'sp ace.txt': 'x',
  });
  expect(Object.fromEntries(await addedLines(git, first, to))).toEqual({
    'a.txt': [
      { first: 1, last: 1 },
      { first: 4, last: 5 },
      { first: 8, last: 8 },
    ],
    [odd]: [{ first: 1, last: 2 }],
    'fake -- ++.txt': [{ first: 1, last: 2 }],
    'sp ace.txt': [{ first: 1, last: 1 }],
  });
});

test('the added lines of any edit are those that the new file has and a line count proves', async () => {
  const line = fc.constantFrom('a', 'b', '+++ b/x', '--- a/x', '@@ -1 +1 @@', '\\ No newline', '');
  const file = fc
    .tuple(fc.array(line, { maxLength: 8 }), fc.boolean())
    .map(([all, end]) => all.join('\n') + (end ? '\n' : ''));
  await fc.assert(
    fc.asyncProperty(file, file, async (before, after) => {
      const from = await repo.commit({ 'p.txt': before });
      const to = await repo.commit({ 'p.txt': after });
      const ranges = (await addedLines(git, from, to)).get('p.txt') ?? [];
      const counted = (await repo.git(['diff', '--numstat', from, to])).split('\t')[0];
      expect(ranges.reduce((sum, range) => sum + range.last - range.first + 1, 0)).toBe(Number(counted));
      const length = after === '' ? 0 : after.replace(/\n$/, '').split('\n').length;
      expect(Math.max(0, ...ranges.map((range) => range.last))).toBeLessThanOrEqual(length);
    }),
    { numRuns: 15 },
  );
});

test('the bytes of a file come as they are; a missing, a too large one and a folder do not come', async () => {
  const to = await repo.commit({ 'deep/b.txt': 'ä\0\r\n', [odd]: 'odd' });
  expect(Buffer.from((await blob(git, to, 'deep/b.txt', 100)) ?? []).toString()).toBe('ä\0\r\n');
  expect(Buffer.from((await blob(git, to, odd, 100)) ?? []).toString()).toBe('odd');
  for (const [path, limit] of [
    ['nope.txt', 100],
    ['deep', 100],
    ['a.txt', 3],
  ] as const) {
    expect(await blob(git, to, path, limit)).toBeUndefined();
  }
});

test('commits, ancestry and common bases are those of the history', async () => {
  const one = await repo.commitOn('side', 'main', { 'n.txt': '1' });
  const two = await repo.commitOn('side', 'side', { 'n.txt': '2' });
  const main = await repo.commit({ 'm.txt': 'm' });
  expect(await commitsBetween(git, main, two)).toEqual([one, two]);
  expect([
    await isAncestor(git, first, two),
    await isAncestor(git, two, first),
    await isAncestor(git, one, one),
  ]).toEqual([true, false, true]);
  expect(await mergeBase(git, main, two)).toBe(first);
  const alone = await repo.git(['commit-tree', 'main^{tree}', '-m', 'alone']);
  expect(await mergeBase(git, main, alone)).toBeUndefined();
  await expect(isAncestor(git, main, '1'.repeat(40))).rejects.toThrow('merge-base');
});

test('summaries for people count lines and name commits', async () => {
  const one = await repo.commit({ 'a.txt': '1\n2\n', 'new file.txt': 'x\ny\n', 'bin.dat': '\0\x01' }, 'one: subject');
  const two = await repo.commit({ 'gone.txt': undefined }, 'two');
  const summary = await diffSummary(git, first, one);
  expect(summary.files.map(({ path, added, removed, binary }) => [path, added, removed, binary])).toEqual([
    ['a.txt', 0, 3, false],
    ['bin.dat', 0, 0, true],
    ['new file.txt', 2, 0, false],
  ]);
  expect([summary.added, summary.removed]).toEqual([2, 3]);
  expect(await logSummary(git, first, two)).toEqual([
    { commit: two, subject: 'two', author: 'Ada Author', date: '2024-01-02T03:04:05.000Z' },
    { commit: one, subject: 'one: subject', author: 'Ada Author', date: '2024-01-02T03:04:05.000Z' },
  ]);
  expect(await diffText(git, one, two)).toContain('deleted file mode 100644');
  await expect(diffSummary(git, first, '1'.repeat(40))).rejects.toThrow();
});

test('refs move together or not at all, each only from where it was', async () => {
  const next = await repo.commitOn('side', 'main', { 'n.txt': '1' });
  held(
    await moveRefs(git, [
      { ref: 'refs/wt-orch/landed/T-1', to: next, from: undefined },
      { ref: 'refs/heads/side', to: first, from: next },
    ]),
  );
  expect(await listRefs(git, 'refs/wt-orch/')).toEqual([{ ref: 'refs/wt-orch/landed/T-1', commit: next }]);
  const refused = await moveRefs(git, [
    { ref: 'refs/wt-orch/landed/T-1', to: undefined, from: next },
    { ref: 'refs/heads/side', to: next, from: next },
  ]);
  expect(refused).toMatchObject({ ok: false, error: { kind: 'refMoved' } });
  expect([await tipOf(git, 'refs/wt-orch/landed/T-1'), await tipOf(git, 'refs/heads/side')]).toEqual([next, first]);
  held(await pinCommit(git, 'refs/wt-orch/landed/T-1', next));
  expect(await pinCommit(git, 'refs/wt-orch/landed/T-1', first)).toMatchObject({ ok: false });
  held(await moveRefs(git, [{ ref: 'refs/wt-orch/landed/T-1', to: undefined, from: next }]));
  expect(await tipOf(git, 'refs/wt-orch/landed/T-1')).toBeUndefined();
});

test('names that people use for commits are resolved, and a detached HEAD is on no branch', async () => {
  await repo.git(['tag', '-a', 'v1', '-m', 'v1']);
  for (const name of ['main', 'HEAD', 'v1', first.slice(0, 8), 'refs/heads/main'])
    expect(await resolveCommit(git, name)).toBe(first);
  for (const name of ['nope', '--all', 'main:a.txt', '']) expect(await resolveCommit(git, name)).toBeUndefined();
  expect(await currentBranch(git)).toBe('main');
  await repo.git(['checkout', '-q', '--detach']);
  expect(await currentBranch(git)).toBeUndefined();
});

test('a repository that git cannot read any more is a failure, not one without branches', async () => {
  await repo.git(['config', 'core.repositoryFormatVersion', '1']);
  await repo.git(['config', 'extensions.bogus', 'true']);
  await expect(resolveCommit(git, 'main')).rejects.toThrow('unknown repository extension');
  await expect(currentBranch(git)).rejects.toThrow('unknown repository extension');
});
