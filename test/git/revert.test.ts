import { afterEach, beforeEach, expect, test } from 'vitest';
import { blob, type Git, mergeOnto, type RevertPlan, revertOnto } from '../../src/git/index.ts';
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
  repo = await tempRepo({ 'a.txt': lines(), 'TASKS.md': '- [ ] T-1\n', 'gone.txt': 'gone\n' });
  git = await opened(repo);
});
afterEach(async () => await repo.dispose());

type Strategy = 'merge' | 'squash' | 'rebase';
const strategies: readonly Strategy[] = ['merge', 'squash', 'rebase'];
const keepFromBase = ['TASKS.md'];
const main = async () => (await repo.ref('main')) ?? '';
const show = async (commit: string, path: string) => {
  const bytes = await blob(git, commit, path, 1_000_000);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
};

/** Lands a branch of two commits, as the train does, and gives what it moved main from and to. */
async function landed(strategy: Strategy): Promise<RevertPlan['landing']> {
  const from = await main();
  await repo.commitOn('side', from, { 'a.txt': lines([5, 'landed']), 'TASKS.md': '- [x] T-1\n' }, 'one');
  const tip = await repo.commitOn('side', 'side', { 'new.txt': 'new\n', 'gone.txt': undefined }, 'two');
  const { commit: to } = held(await mergeOnto(git, { base: from, tip, keepFromBase, message: 'T-1: land', strategy }));
  await repo.git(['reset', '--hard', '--quiet', to]);
  return { from, to };
}
const revert = async (landing: RevertPlan['landing'], base?: string) =>
  await revertOnto(git, { base: base ?? (await main()), landing, keepFromBase, message: 'Undo T-1: land\n' });

test.each(strategies)('a landing by %s is taken out of the middle, and what landed later stays', async (strategy) => {
  const landing = await landed(strategy);
  const later = await repo.commit({ 'a.txt': lines([5, 'landed'], [10, 'later']), 'later.txt': 'later\n' });
  const { commit, tree, paths } = held(await revert(landing));
  expect(await repo.git(['log', '-1', '--format=%P|%an|%cn|%B', commit])).toBe(
    `${later}|Una User|Una User|Undo T-1: land\n`,
  );
  expect(await repo.git(['rev-parse', `${commit}^{tree}`])).toBe(tree);
  expect(paths).toEqual(['a.txt', 'gone.txt', 'new.txt']);
  expect(await show(commit, 'a.txt')).toBe(lines([10, 'later']));
  expect([await show(commit, 'gone.txt'), await show(commit, 'new.txt')]).toEqual(['gone\n', undefined]);
  expect(await show(commit, 'later.txt')).toBe('later\n');
  expect([await main(), await repo.git(['status', '--porcelain'])]).toEqual([later, '']);
});

test.each(strategies)(
  'what later work changed of a landing by %s is a conflict that names the paths',
  async (strategy) => {
    const landing = await landed(strategy);
    await repo.commit({ 'a.txt': lines([5, 'later']), 'new.txt': 'edited\n', 'other.txt': 'other\n' });
    const refused = await revert(landing);
    expect(refused).toEqual({ ok: false, error: { kind: 'textConflict', paths: ['a.txt', 'new.txt'] } });
  },
);

test('a landing that nothing is left of has nothing to take back', async () => {
  const landing = await landed('merge');
  const nothing = { ok: false, error: { kind: 'nothingToTakeBack' } };
  const undone = held(await revert(landing)).commit;
  expect(await revert(landing, undone)).toEqual(nothing);
  const byHand = await repo.commit({ 'a.txt': lines(), 'new.txt': undefined, 'gone.txt': 'gone\n' });
  expect(await revert(landing, byHand)).toEqual(nothing);
});

test('the task file stays as main has it, although the landing changed it and later work changed it again', async () => {
  const from = await main();
  const to = await repo.commit({ 'TASKS.md': '- [x] T-1\n', 'n.txt': 'n\n' });
  const base = await repo.commit({ 'TASKS.md': '- [x] T-1 and more\n' });
  const { commit, paths } = held(await revert({ from, to }));
  expect(paths).toEqual(['n.txt']);
  expect(await show(commit, 'TASKS.md')).toBe('- [x] T-1 and more\n');
  expect(await revertOnto(git, { base, landing: { from, to }, keepFromBase: [], message: 'm' })).toMatchObject({
    error: { kind: 'textConflict', paths: ['TASKS.md'] },
  });
});

test('a revert follows the attributes of the base, not those of the checkout', async () => {
  await repo.commit({ '.gitattributes': '*.md merge=union\n', 'log.md': 'start\n' });
  const from = await main();
  const to = await repo.commit({ 'log.md': 'start\nlanded\n' });
  await repo.commit({ 'log.md': 'start\nlanded\nlater\n' });
  await repo.write({ '.gitattributes': undefined });
  // A union keeps the lines of both sides, and so takes nothing away.
  expect(await revert({ from, to })).toEqual({ ok: false, error: { kind: 'nothingToTakeBack' } });
  // Now the base has no such rule any more, whatever lies in the checkout.
  const base = await repo.commit({ '.gitattributes': '' });
  await repo.write({ '.gitattributes': '*.md merge=union\n' });
  expect(await revert({ from, to }, base)).toMatchObject({ ok: false, error: { paths: ['log.md'] } });
});
