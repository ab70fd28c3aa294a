import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changedPaths, type Git, mergeOnto, openGit, openRepository } from '../../src/git/index.ts';
import type { TrainEvent } from '../../src/landing/index.ts';
import { land } from '../../src/landing/land.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';

/*
 * What a merge queue once did to thousands of pull requests: it computed a landing from an old merge base, so that the landing
 * held the tree of the branch as it was and quietly took back everything that had landed since. The tests were green, because
 * what was taken back was consistent with itself.
 */

let repo: TempRepo;
let git: Git;
/** Where the branch began; a hundred files have landed since. */
let old: string;
let main: string;
let tip: string;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n', 'shared.txt': 'one\ntwo\nthree\nfour\nfive\n' });
  old = (await repo.ref('main')) ?? '';
  const landed = Array.from({ length: 100 }, (_, index) => [`landed/${index}.txt`, `${index}\n`]);
  main = await repo.commit({ ...Object.fromEntries(landed), 'a.txt': undefined }, 'a hundred files');
  await repo.commitOn('wt-orch/A', old, { 'A.txt': 'one\n' });
  tip = await repo.commitOn('wt-orch/A', 'wt-orch/A', { 'A.txt': 'two\n' });
  const repository = await openRepository(repo.root, repo.env);
  if (!repository.ok) throw new Error(JSON.stringify(repository.error));
  git = await openGit(repository.value, repo.env);
});
afterEach(async () => await repo.dispose());

/** Lands commits, each as what a branch comes to on top of the one before it, and gives what was told. */
async function landing(...links: readonly (readonly [task: string, commit: string])[]): Promise<readonly TrainEvent[]> {
  const told: TrainEvent[] = [];
  const parts = links.map(async ([task, commit]) => {
    const [own = '', tree] = [await repo.ref(`wt-orch/${task}`), await repo.git(['rev-parse', `${commit}^{tree}`])];
    const paths = (await changedPaths(git, await repo.git(['merge-base', main, own]), own)).map(({ path }) => path);
    const candidate = { task, title: task, branch: `wt-orch/${task}`, tip: own, paths, failure: 0.1, accused: false };
    return { candidate, position: { task, tip: own, commit, tree } };
  });
  const all = await Promise.all(parts);
  const plan = {
    target: 'main',
    main,
    positions: all.map(({ position }) => position),
    candidates: all.map(({ candidate }) => candidate),
    tested: true,
  };
  await land(git, plan, async (event) => {
    told.push(event);
    return { train: { landing: links.map(([task]) => task) } };
  });
  return told;
}

const rightly = async (strategy: 'merge' | 'squash' | 'rebase'): Promise<string> => {
  const made = await mergeOnto(git, { base: main, tip, keepFromBase: [], message: 'A', strategy });
  if (!made.ok) throw new Error(made.error.kind);
  return made.value.commit;
};

const treeOfBranch = (commit: string, ...parents: readonly string[]) =>
  repo.git(['commit-tree', `${commit}^{tree}`, ...parents.flatMap((parent) => ['-p', parent]), '-m', 'A']);

/** The landing as it comes out when the branch is taken for one that stands on main already. */
const wrong = {
  merge: async () => await treeOfBranch(tip, main, tip),
  squash: async () => await treeOfBranch(tip, main),
  rebase: async () => await treeOfBranch(tip, await treeOfBranch(`${tip}^`, main)),
};

describe.each(['merge', 'squash', 'rebase'] as const)('with the strategy %s', (strategy) => {
  test('a landing from a wrong merge base is stopped, and all that it would take back is named', async () => {
    const told = await landing(['A', await wrong[strategy]()]);
    expect(told).toHaveLength(1);
    const [event] = told;
    expect(event).toMatchObject({ type: 'held', task: 'A', reason: { kind: 'foreignPaths' } });
    const paths = event?.type === 'held' ? event.reason.paths : undefined;
    expect(paths).toHaveLength(101);
    expect(paths).toEqual(expect.arrayContaining(['a.txt', 'landed/0.txt', 'landed/99.txt']));
    expect(paths).not.toContain('A.txt');
    expect([await repo.ref('main'), await repo.read('landed/99.txt')]).toEqual([main, '99\n']);
    expect(await repo.git(['status', '--porcelain'])).toBe('');
  });
  test('the landing from the right one brings the branch and keeps the rest', async () => {
    const told = await landing(['A', await rightly(strategy)]);
    expect(told.map(({ type }) => type)).toEqual(['landingIntended', 'landed']);
    expect([await repo.read('A.txt'), await repo.read('landed/99.txt')]).toEqual(['two\n', '99\n']);
  });
});

test('one foreign path beside its own is enough', async () => {
  const sneaked = await repo.commitOn('sneaked', await rightly('squash'), { 'landed/7.txt': 'not seven\n' });
  expect(await landing(['A', sneaked])).toMatchObject([{ type: 'held', reason: { paths: ['landed/7.txt'] } }]);
  expect(await repo.ref('main')).toBe(main);
});

test('a landing that takes back the one before it in the same move is stopped, and neither lands', async () => {
  const first = await rightly('squash');
  await repo.commitOn('wt-orch/B', main, { 'B.txt': 'b\n' });
  const second = await treeOfBranch('wt-orch/B', first);
  const told = await landing(['A', first], ['B', second]);
  expect(told).toMatchObject([{ type: 'held', task: 'B', reason: { kind: 'foreignPaths', paths: ['A.txt'] } }]);
  expect(await repo.ref('main')).toBe(main);
});
