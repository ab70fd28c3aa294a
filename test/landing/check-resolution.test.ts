import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Conflict, editTree, type Git, type TreeEdit } from '../../src/git/index.ts';
import { explanationsIn, flawIn, settleByRules } from '../../src/landing/index.ts';
import { opened } from '../git/opened.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';

let repo: TempRepo;
let git: Git;
let conflict: Conflict;
beforeEach(async () => {
  const binary = (letter: string) => `\0${letter}`;
  repo = await tempRepo({ 'a.txt': 'one\n', 'gone.txt': 'g\n', 'clean.txt': 'c\n', 'logo.png': binary('a') });
  git = await opened(repo);
  const first = (await repo.ref('main')) ?? '';
  const own = { 'a.txt': 'one\nmine\n', 'gone.txt': undefined, 'logo.png': binary('b') };
  const tip = await repo.commitOn('wt-orch/T', first, own);
  const main = { 'a.txt': 'one\ntheirs\n', 'gone.txt': 'changed\n', 'logo.png': binary('c') };
  const onto = await repo.commitOn('moved', first, main);
  const names = { own: 'wt-orch/T', main: 'main' };
  const settled = await settleByRules(git, { tip, onto, keepFromMain: [], names }, () => ({ rule: 'manual' }));
  if (settled === 'unrelated') throw new Error('they have a common ancestor');
  conflict = settled.conflict;
});
afterEach(async () => await repo.dispose());

/** What an agent would leave: files of the merge, some of them written anew (undefined: deleted). */
async function flaw(
  files: Readonly<Record<string, string | undefined>>,
  more: { readonly unsettled?: readonly string[]; readonly free?: readonly string[]; readonly said?: string } = {},
) {
  const edits: TreeEdit[] = [];
  for (const [path, text] of Object.entries(files)) {
    const id = text === undefined ? undefined : await written(text);
    edits.push({ path, entry: id === undefined ? undefined : { mode: '100644', id } });
  }
  return await flawIn(git, conflict, {
    tree: await editTree(git, conflict.tree, edits),
    unsettled: more.unsettled ?? [],
    free: more.free ?? [],
    explanations: explanationsIn([more.said ?? '']),
  });
}

async function written(text: string): Promise<string> {
  await repo.write({ 'blob.tmp': text });
  const id = await repo.git(['hash-object', '-w', 'blob.tmp']);
  await repo.write({ 'blob.tmp': undefined });
  return id;
}

const both = { 'a.txt': 'one\ntheirs\nmine\n' };
const logo = 'Dropped: logo.png: the new logo is that of main';

test('both sides in every file is a resolution', async () => {
  expect(await flaw(both, { said: logo })).toBeUndefined();
});

test.each([
  ['markers that are left', {}, {}, { kind: 'conflictMarkers', paths: ['a.txt'] }],
  ['another file', { ...both, 'clean.txt': 'x\n' }, {}, { kind: 'conflictForeign', paths: ['clean.txt'] }],
  ['a new file', { ...both, 'new.txt': 'x\n' }, {}, { kind: 'conflictForeign', paths: ['new.txt'] }],
  [
    'a deletion that nobody has decided',
    both,
    { unsettled: ['gone.txt', 'a.txt'] },
    { kind: 'conflictUndecided', paths: ['gone.txt'] },
  ],
  ['a line', { 'a.txt': 'one\nmine\n' }, {}, { kind: 'conflictLost', paths: ['a.txt'], detail: 'a.txt: theirs' }],
  [
    'a file that main has changed',
    { ...both, 'gone.txt': undefined },
    {},
    { kind: 'conflictLost', paths: ['gone.txt'], detail: 'gone.txt: changed' },
  ],
])('%s is a flaw', async (_, files, more, found) => {
  expect(await flaw(files, { ...more, said: logo })).toEqual(found);
});

test('of a binary file one version goes, and that has to be said', async () => {
  expect(await flaw(both)).toEqual({
    kind: 'conflictLost',
    paths: ['logo.png'],
    detail: 'logo.png: the other version of it',
  });
});

test('what is explained is no loss, and a file that a program writes may be anything', async () => {
  const said = `${logo}\nDropped: gone.txt: it is not needed any more`;
  expect(await flaw({ ...both, 'gone.txt': undefined }, { said })).toBeUndefined();
  expect(await flaw({ ...both, 'clean.txt': 'x\n' }, { said, free: ['clean.txt'] })).toBeUndefined();
});
