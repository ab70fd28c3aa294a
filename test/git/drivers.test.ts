import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attributesNamedIn, driversIn, onlyAttributesOf } from '../../src/git/drivers.ts';
import {
  addWorktree,
  approveDrivers,
  approvedFile,
  type Git,
  harvest,
  mergeOnto,
  openSlot,
  pointSlot,
  publish,
  slotMatches,
  unsavedWork,
} from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

let repo: TempRepo;
let at: string;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n', 'x.loud': 'quiet\n', '.gitattributes': '*.loud filter=shout merge=take\n' });
  at = join(repo.root, '.worktrees/agent-T-1');
});
afterEach(async () => await repo.dispose());

const main = async () => (await repo.ref('main')) ?? '';
const open = async (...drivers: readonly string[]) => await opened(repo, repo.root, drivers);
const config = async (key: string, value: string) => await repo.git(['config', key, value]);
/** A filter that shouts on the disk and is quiet in the repository. */
async function shout(smudge = 'tr a-z A-Z'): Promise<void> {
  await config('filter.shout.smudge', smudge);
  await config('filter.shout.clean', 'tr A-Z a-z');
}
const refusedBy = async (git: Git) => {
  const approved = await approveDrivers(git, await main());
  return approved.ok ? [] : approved.error.map(({ kind, name, standing }) => `${kind} ${name} ${standing}`);
};

describe('what may run', () => {
  test('a driver that files of the commit belong to is refused until it is approved, with its settings', async () => {
    await shout();
    await config('merge.take.driver', 'true');
    const refused = await approveDrivers(await open(), await main());
    expect(refused).toMatchObject({
      ok: false,
      error: [
        {
          kind: 'filter',
          name: 'shout',
          settings: [
            ['filter.shout.smudge', 'tr a-z A-Z'],
            ['filter.shout.clean', 'tr A-Z a-z'],
          ],
        },
        { kind: 'merge', name: 'take', settings: [['merge.take.driver', 'true']] },
      ],
    });
    expect(await refusedBy(await open('shout'))).toEqual(['merge take unknown']);
    expect(await refusedBy(await open('shout', 'take'))).toEqual([]);
  });
  test('a driver that no attribute names, an attribute that nothing defines, and diff drivers need no approval', async () => {
    await repo.commit({ '.gitattributes': '*.loud filter=shout merge=take diff=shout\n' });
    await config('filter.unused.clean', 'cat');
    await config('merge.unused.driver', 'true');
    await config('filter.shout.required', 'true');
    await config('filter.shout.clean', '');
    await config('diff.shout.textconv', 'cat');
    expect(await refusedBy(await open())).toEqual([]);
  });
  test('attributes that are not tracked count too: of the repository, of the user, and merge.default', async () => {
    for (const name of ['one', 'two']) await config(`filter.${name}.clean`, 'cat');
    await config('merge.three.driver', 'true');
    expect(await refusedBy(await open())).toEqual([]);
    await repo.write({ '.git/info/attributes': '*.x filter=one\n' });
    await repo.write({ '.config/git/attributes': '*.y\tfilter=two\n' }, join(repo.folder, 'home'));
    await config('merge.default', 'three');
    expect(await refusedBy(await open())).toEqual(['filter one unknown', 'filter two unknown', 'merge three unknown']);
    await config('core.attributesFile', join(repo.folder, 'other-attributes'));
    expect(await refusedBy(await open('three'))).toEqual(['filter one unknown']);
  });
  test('another program under an approved name is refused, until what was approved is forgotten', async () => {
    await shout();
    const { repository } = await open('shout');
    expect(await refusedBy(await open('shout'))).toEqual([]);
    expect(await refusedBy(await open('shout'))).toEqual([]);
    await shout('tee /tmp/elsewhere');
    const refused = await approveDrivers(await open('shout'), await main());
    expect(refused).toMatchObject({
      error: [{ standing: 'changed', before: expect.arrayContaining([['filter.shout.smudge', 'tr a-z A-Z']]) }],
    });
    expect((await open('shout')).controlConfig).not.toContain('shout');
    await writeFile(approvedFile(repository.stateDir), 'no list');
    expect(await refusedBy(await open('shout'))).toEqual([]);
    expect(JSON.parse(await readFile(approvedFile(repository.stateDir), 'utf8'))).toMatchObject({
      'filter.shout': [
        ['filter.shout.smudge', 'tee /tmp/elsewhere'],
        ['filter.shout.clean', 'tr A-Z a-z'],
      ],
    });
  });
  test('Git LFS as it installs itself needs no approval, and any other program called lfs does', async () => {
    await repo.commit({ '.gitattributes': '*.bin filter=lfs\n' });
    await config('filter.lfs.clean', 'git-lfs clean -- %f');
    await config('filter.lfs.smudge', 'git-lfs smudge -- %f');
    await config('filter.lfs.process', 'git-lfs filter-process');
    await config('filter.lfs.required', 'true');
    expect(await refusedBy(await open())).toEqual([]);
    expect((await open()).controlConfig).toContain(join(repo.root, '.git/lfs'));
    await config('filter.lfs.clean', 'git-lfs clean -- %f; true');
    expect(await refusedBy(await open())).toEqual(['filter lfs unknown']);
    expect((await open()).controlConfig).not.toContain('lfs');
  });
});

describe('an approved driver', () => {
  test('smudges and cleans in worktrees, slots, the harvest and the checkout of the target', async () => {
    await shout();
    const git = await open('shout');
    held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: await main() }));
    expect(await repo.read('x.loud', at)).toBe('QUIET\n');
    expect(held(await unsavedWork(git, { path: at, branch: 'wt-orch/T-1' })).uncommitted).toEqual([]);
    await repo.write({ 'x.loud': 'CHANGED\n', 'n.loud': 'NEW\n' }, at);
    const plan = { path: at, branch: 'wt-orch/T-1', base: await main(), message: 'm', exclude: [] };
    const { tip } = held(await harvest(git, plan));
    expect(await repo.git(['cat-file', 'blob', `${tip}:n.loud`])).toBe('new');
    const slot = await openSlot(git, join(repo.root, '.worktrees/.slots'), '1');
    held(await pointSlot(git, slot, tip, []));
    expect([await repo.read('x.loud', slot.path), await slotMatches(git, slot, tip)]).toEqual(['CHANGED\n', true]);
    await repo.git(['checkout', '-q', '.']);
    held(await publish(git, { target: 'main', from: await main(), to: tip }));
    expect([await repo.read('x.loud'), await repo.read('n.loud')]).toEqual(['CHANGED\n', 'NEW\n']);
    expect(await repo.git(['status', '--porcelain', '--untracked-files=no'])).toBe('');
  });
  test('merges, where one that is not approved leaves a conflict', async () => {
    await config('merge.take.driver', 'cp %B %A');
    const base = await repo.commitOn('one', 'main', { 'x.loud': 'one\n' });
    const tip = await repo.commitOn('two', 'main', { 'x.loud': 'two\n' });
    const plan = { base, tip, keepFromBase: [], message: 'm', strategy: 'merge' } as const;
    expect(await mergeOnto(await open(), plan)).toMatchObject({ error: { kind: 'textConflict', paths: ['x.loud'] } });
    const { commit } = held(await mergeOnto(await open('take'), plan));
    expect(await repo.git(['cat-file', 'blob', `${commit}:x.loud`])).toBe('two');
  });
  test('by merge.default merges what attributes say nothing about', async () => {
    await config('merge.default', 'theirs');
    await config('merge.theirs.driver', 'cp %B %A');
    const base = await repo.commitOn('one', 'main', { 'a.txt': 'one\n' });
    const tip = await repo.commitOn('two', 'main', { 'a.txt': 'two\n' });
    const plan = { base, tip, keepFromBase: [], message: 'm', strategy: 'merge' } as const;
    expect(await mergeOnto(await open(), plan)).toMatchObject({ error: { kind: 'textConflict' } });
    const { commit } = held(await mergeOnto(await open('theirs'), plan));
    expect(await repo.git(['cat-file', 'blob', `${commit}:a.txt`])).toBe('two');
  });
  test('is found by attributes that are not tracked, of which nothing else counts', async () => {
    await shout();
    await repo.commit({ '.gitattributes': undefined });
    await repo.write({ '.git/info/attributes': '*.loud filter=shout eol=crlf\na.txt eol=crlf\n' });
    const git = await open('shout');
    held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: await main() }));
    expect([await repo.read('x.loud', at), await repo.read('a.txt', at)]).toEqual(['QUIET\n', 'a\n']);
    await repo.write({ 'info/attributes': '* filter=shout\n' }, git.control);
    const slot = await openSlot(git, join(repo.root, '.worktrees/.slots'), '1');
    held(await pointSlot(git, slot, await main(), []));
    expect([await repo.read('x.loud', slot.path), await repo.read('a.txt', slot.path)]).toEqual(['QUIET\n', 'a\n']);
  });
  test('of git-crypt finds its keys, which are in the git folder of the user', async () => {
    const decrypt = join(repo.folder, 'decrypt');
    await writeFile(decrypt, '#!/bin/sh\ncat "$(git rev-parse --git-dir)/git-crypt/keys/default" -\n', { mode: 0o755 });
    await repo.commit({ '.gitattributes': '*.loud filter=git-crypt-team\n' });
    await config('filter.git-crypt-team.smudge', decrypt);
    await repo.write({ '.git/git-crypt/keys/default': 'key ' });
    const git = await open('git-crypt-team');
    held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: await main() }));
    expect(await repo.read('x.loud', at)).toBe('key quiet\n');
  });
});

describe('a branch that gives files to a filter that is not approved', () => {
  test('is held where the target is checked out, and the filter does not run', async () => {
    const payload = await repo.payload('ran');
    await config('filter.evil.smudge', payload);
    await config('filter.evil.clean', payload);
    const git = await open();
    expect(await refusedBy(git)).toEqual([]);
    held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: await main() }));
    await repo.write({ '.gitattributes': '* filter=evil\n', 'a.txt': 'z\n' }, at);
    const from = await main();
    const plan = { path: at, branch: 'wt-orch/T-1', base: from, message: 'm', exclude: [] };
    const { tip } = held(await harvest(git, plan));
    const landed = await publish(git, { target: 'main', from, to: tip });
    const hold = { kind: 'targetElsewhere', message: expect.stringContaining('evil'), paths: ['.gitattributes'] };
    expect(landed).toEqual({ ok: false, error: hold });
    expect([await main(), await repo.read('a.txt')]).toEqual([from, 'a\n']);
    await repo.git(['update-ref', 'refs/heads/other', from]);
    await repo.git(['symbolic-ref', 'HEAD', 'refs/heads/other']);
    held(await publish(git, { target: 'main', from, to: tip }));
    expect(await refusedBy(await open())).toEqual(['filter evil unknown']);
    expect(await repo.read('../ran')).toBeUndefined();
  });
});

describe('reading', () => {
  test('settings give the drivers that have a program, whatever dots and blanks are in their names', () => {
    const settings = [
      ['filter.a.b c.clean', 'cat'],
      ['filter.a.b c.required', 'true'],
      ['merge.conflictstyle', 'zdiff3'],
      ['merge.Take.name', 'no program'],
      ['merge.take.driver', 'true'],
      ['diff.x.command', 'cat'],
    ] as const;
    expect(driversIn(settings, ['take'], {}).map(({ kind, name, standing }) => [kind, name, standing])).toEqual([
      ['filter', 'a.b c', 'unknown'],
      ['merge', 'take', 'approved'],
    ]);
  });
  test.each([
    ['*.a filter=x merge=y text', ['filter=x', 'merge=y']],
    ['[attr]nb filter=x\n*.a nb', ['filter=x']],
    ['"a b"\tfilter=x', ['filter=x']],
    ['filter=x text', []],
    ['*.a -filter diff=x', []],
  ])('the attributes named in %j are %j', (text, named) => {
    expect([...attributesNamedIn(text)]).toEqual(named);
  });
  test('of attributes that are not tracked only those of given drivers are kept, line by line', () => {
    const drivers = driversIn([['filter.x.clean', 'cat']], ['x'], {});
    const text =
      '# *.c filter=x\n*.a text filter=x eol=lf\n "a b" filter=x\n[a-c].x -filter\n[attr]m filter=x\n*.d filter=y\n';
    expect(onlyAttributesOf(drivers, text)).toBe('*.a filter=x\n"a b" filter=x\n[a-c].x -filter\n');
    expect(onlyAttributesOf([], '*.a -filter\n')).toBe('');
  });
});
