import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addWorktree,
  advance,
  beginMerge,
  bothSides,
  type Colliding,
  type Conflict,
  commitTree,
  editTree,
  type Git,
  readConflict,
  resumeMerge,
  type Station,
  treeOfFiles,
  unsettledPaths,
  worktreeIntegrity,
  youngerSide,
} from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

let repo: TempRepo;
let git: Git;
let first: string;
const base = {
  'a.txt': 'one\ntwo\nthree\n',
  'gone.txt': 'g\n',
  'clean.txt': 'c\n',
  'TASKS.md': '- [ ] T\n',
  'log.md': '# Log\n',
};
beforeEach(async () => {
  repo = await tempRepo(base);
  git = await opened(repo);
  first = (await repo.ref('main')) ?? '';
});
afterEach(async () => await repo.dispose());

const folder = () => join(repo.root, '.worktrees/T');
const colliding = (tip: string, onto: string): Colliding => ({
  tip,
  onto,
  keepFromMain: ['TASKS.md'],
  names: { own: 'wt-orch/T', main: 'main' },
});
const textIn = async (tree: string, path: string) => await repo.git(['show', `${tree}:${path}`]);

/** A worktree with a commit of its own, and a main that has moved on in the same lines. */
async function collide(): Promise<{ station: Station; sides: Colliding; conflict: Conflict }> {
  held(await addWorktree(git, { path: folder(), branch: 'wt-orch/T', commit: first }));
  const own = { 'a.txt': 'one\nTWO of T\nthree\n', 'gone.txt': undefined, 'log.md': '# Log\n- T\n', 'own.txt': 'o\n' };
  const tip = await repo.commit({ ...own, 'TASKS.md': '- [x] T\n' }, 'own', folder());
  const main = { 'a.txt': 'one\nTWO of main\nthree\n', 'gone.txt': 'changed\n', 'log.md': '# Log\n- main\n' };
  const onto = await repo.commitOn(
    'moved',
    first,
    { ...main, 'clean.txt': 'newer\n', 'TASKS.md': '- [-] T\n' },
    'main moved',
  );
  const sides = colliding(tip, onto);
  const conflict = await readConflict(git, sides);
  if (conflict === 'unrelated') throw new Error('they have a common ancestor');
  return { station: { path: folder(), branch: 'wt-orch/T', tip, exclude: ['agent-status.json'] }, sides, conflict };
}

const lay = async (it: Awaited<ReturnType<typeof collide>>) =>
  await beginMerge(git, it.station, { onto: it.sides.onto, name: 'main', conflict: it.conflict });

describe('a conflict', () => {
  test('has markers that name the sides, with what both started from; kept paths are as main has them', async () => {
    const { conflict } = await collide();
    expect(conflict.paths.map(({ path }) => path)).toEqual(['a.txt', 'gone.txt', 'log.md']);
    expect(await textIn(conflict.tree, 'a.txt')).toMatch(
      /^one\n<<<<<<< wt-orch\/T\nTWO of T\n\|{7} [0-9a-f]+\ntwo\n=======\nTWO of main\n>>>>>>> main\nthree$/,
    );
    expect(await textIn(conflict.tree, 'TASKS.md')).toBe('- [-] T');
    expect(await textIn(conflict.tree, 'clean.txt')).toBe('newer');
    const gone = conflict.paths.find(({ path }) => path === 'gone.txt');
    expect([gone?.base !== undefined, gone?.own, gone?.main !== undefined]).toEqual([true, undefined, true]);
  });

  test('of histories without a common ancestor is said to be one of those', async () => {
    const tree = await repo.git(['rev-parse', 'main^{tree}']);
    const root = await commitTree(git, { tree, parents: [], message: 'another root' });
    expect(await readConflict(git, colliding(root, first))).toBe('unrelated');
  });

  test('the lines of both sides are those of main and then those of the branch; a deletion has no both', async () => {
    const { conflict } = await collide();
    const entryOf = async (path: string) => {
      const one = conflict.paths.find((other) => other.path === path);
      return one === undefined ? undefined : await bothSides(git, one);
    };
    const both = await entryOf('log.md');
    expect(await repo.git(['cat-file', 'blob', both?.id ?? ''])).toBe('# Log\n- main\n- T');
    expect(await entryOf('gone.txt')).toBeUndefined();
  });

  test('the younger side is the one whose last commit on the path is younger, also where it deleted it', async () => {
    const { sides } = await collide();
    expect(await youngerSide(git, sides, 'a.txt')).toBe('main');
    const tree = await editTree(git, sides.tip, [{ path: 'a.txt', entry: undefined }]);
    // Commits of tests are all of one day in the past; this one is of now.
    const tip = await commitTree(git, { tree, parents: [sides.tip], message: 'later' });
    expect(await youngerSide(git, { ...sides, tip }, 'a.txt')).toBe('own');
    expect(await youngerSide(git, { ...sides, tip }, 'log.md')).toBe('main');
  });
});

describe('a merge in a worktree', () => {
  test('waits there as git leaves one: markers, three versions, and a commit that ends it', async () => {
    const it = await collide();
    expect(await lay(it)).toEqual({ ok: true, value: 'begun' });
    const shown = (await repo.git(['status', '--porcelain'], folder())).split('\n').sort();
    expect(shown).toEqual(['DU gone.txt', 'M  TASKS.md', 'M  clean.txt', 'UU a.txt', 'UU log.md']);
    expect(await repo.read('own.txt', folder())).toBe('o\n');
  });

  test('is ended by add and commit, with both as parents', async () => {
    const it = await collide();
    held(await lay(it));
    await repo.commit({ 'a.txt': 'one\nboth\nthree\n', 'log.md': 'x\n' }, 'merged', folder());
    expect(await repo.git(['log', '-1', '--format=%P'], folder())).toBe(`${it.station.tip} ${it.sides.onto}`);
    expect(await worktreeIntegrity(git, folder())).toBe('intact');
    expect(await repo.git(['show', 'HEAD:clean.txt'], folder())).toBe('newer');
  });

  test('that waits already is left as it is; one with another commit, or work without a commit, is not touched', async () => {
    const it = await collide();
    await repo.write({ 'draft.txt': 'd\n' }, folder());
    expect(await lay(it)).toEqual({ ok: false, error: { kind: 'dirty', paths: ['draft.txt'] } });
    await repo.write({ 'draft.txt': undefined }, folder());
    held(await lay(it));
    await repo.write({ 'a.txt': 'half\n' }, folder());
    expect(await lay(it)).toEqual({ ok: true, value: 'underWay' });
    expect(await repo.read('a.txt', folder())).toBe('half\n');
    const other = { ...it, sides: { ...it.sides, onto: first } };
    expect(await lay(other)).toEqual({ ok: false, error: { kind: 'otherMerge' } });
  });

  test('is there again after somebody ended it wrongly; the commit is kept, the files stay', async () => {
    const it = await collide();
    held(await lay(it));
    const wrong = await repo.commit({ 'a.txt': 'wrong\n' }, 'wrong', folder());
    const merge = { onto: it.sides.onto, name: 'main', conflict: it.conflict };
    held(await resumeMerge(git, it.station, merge));
    expect(await repo.ref('wt-orch/T')).toBe(it.station.tip);
    expect(await repo.read('a.txt', folder())).toBe('wrong\n');
    expect(await unsettledPaths(git, it.station)).toEqual(['a.txt', 'gone.txt', 'log.md']);
    expect(await repo.git(['rev-parse', `refs/wt-orch/attempts/T/merge-${wrong.slice(0, 12)}`])).toBe(wrong);
    expect(await repo.git(['rev-parse', 'MERGE_HEAD'], folder())).toBe(it.sides.onto);
  });

  test('what lies in the files is read without index or commits of the agent, and the report is no part of it', async () => {
    const it = await collide();
    held(await lay(it));
    await repo.write({ 'a.txt': 'done\n', 'agent-status.json': '{}', 'new.txt': 'n\n' }, folder());
    const tree = held(await treeOfFiles(git, it.station, it.conflict.tree));
    const changed = await repo.git(['diff', '--name-only', it.conflict.tree, tree]);
    expect(changed).toBe('a.txt\nnew.txt');
  });
});

describe('a branch that moves to a merge', () => {
  test('takes its files along, and nothing waits there any more', async () => {
    const it = await collide();
    held(await lay(it));
    await repo.write({ 'a.txt': 'done\n', 'log.md': 'l\n' }, folder());
    const files = held(await treeOfFiles(git, it.station, it.conflict.tree));
    const tree = await editTree(git, files, [{ path: 'gone.txt', entry: undefined }]);
    const commit = await commitTree(git, { tree, parents: [it.station.tip, it.sides.onto], message: 'm' });
    held(await advance(git, it.station, { commit, files, from: it.station.tip }));
    expect(await repo.git(['status', '--porcelain', '--branch'], folder())).toBe('## wt-orch/T');
    expect(await repo.read('gone.txt', folder())).toBeUndefined();
    expect(await repo.ref('wt-orch/T')).toBe(commit);
  });

  test('does not move when a file there is neither the one nor the other', async () => {
    const it = await collide();
    await repo.write({ 'clean.txt': 'mine, not saved\n' }, folder());
    const commit = await commitTree(git, { tree: it.conflict.tree, parents: [it.station.tip], message: 'm' });
    const moved = await advance(git, it.station, { commit, files: it.station.tip, from: it.station.tip });
    expect(moved).toMatchObject({ ok: false, error: { kind: 'gitFailed' } });
    expect(await repo.ref('wt-orch/T')).toBe(it.station.tip);
    expect(await repo.read('clean.txt', folder())).toBe('mine, not saved\n');
  });

  test('moves without a worktree where there is none', async () => {
    const it = await collide();
    const commit = await commitTree(git, { tree: it.conflict.tree, parents: [it.station.tip], message: 'm' });
    const away = { ...it.station, path: join(repo.root, '.worktrees/away') };
    held(await advance(git, away, { commit, files: it.station.tip, from: it.station.tip }));
    expect(await repo.ref('wt-orch/T')).toBe(commit);
  });
});
