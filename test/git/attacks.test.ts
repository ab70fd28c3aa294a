import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addWorktree,
  type Git,
  harvest,
  openSlot,
  pointSlot,
  publish,
  slotMatches,
  unsavedWork,
  worktreeIntegrity,
} from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { clashes, hasRun, plantHooks, poison, wholeLife } from './hostile.ts';
import { held, opened } from './opened.ts';

/*
 * What somebody who can write into `.git`, or only into a worktree, can try, and the test that tries it:
 *
 * | attack                                              | here                                                          |
 * |-----------------------------------------------------|---------------------------------------------------------------|
 * | hooks, by core.hooksPath or in the hooks folder     | "one setting at a time": hooks                                |
 * | reference-transaction                               | the same; it is among the hooks                               |
 * | core.fsmonitor                                      | fsmonitor                                                     |
 * | filter drivers: clean, smudge, process              | filter, process filter                                        |
 * | merge drivers, also by merge.default                | merge driver, default merge driver                            |
 * | diff drivers: external, command, textconv           | external diff, diff command, textconv                         |
 * | gpg                                                 | gpg                                                           |
 * | alias, include, url.insteadOf                       | alias, include, url.insteadOf                                 |
 * | `.gitattributes` and `info/attributes` that name it | all of the above; attributes outside of the tree              |
 * | everything at once, through the life of a task      | "nothing that the configuration of the repository names ..."  |
 * | the same, there before the start                    | "nothing is run either if it was there at the start ..."      |
 * | the same, in our control repository                 | "settings that tests write into our control repository ..."   |
 * | `.git` deleted in a worktree                        | "a worktree without its .git ..."                             |
 * | `.git` rewritten to a repository of the agent       | "an agent's own repository in place of .git ..."              |
 * | core.worktree                                       | "a worktree setting that points at a foreign folder ...", and |
 * |                                                     | open.test.ts for the next start                               |
 * | bare repository planted                             | "a bare repository planted as ordinary files ..."             |
 * | `.git` nested in the worktree                       | harvest.test.ts: "a repository planted in the worktree ..."   |
 * | replacement objects                                 | "replacement objects do not make another tree pass ..."       |
 * | an index that overlooks files                       | harvest.test.ts, slots.test.ts                                |
 */

let repo: TempRepo;
let at: string;
let main: string;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n', 'b.txt': 'b\n', '.gitattributes': '* filter=evil merge=evil diff=evil\n' });
  at = join(repo.root, '.worktrees/agent-T-1');
  main = (await repo.ref('main')) ?? '';
  await repo.commitOn('clash', 'main', { 'a.txt': 'another\n' });
});
afterEach(async () => await repo.dispose());

test('nothing that the configuration of the repository names is run, if an agent wrote it after the start', async () => {
  const git = await opened(repo);
  await poison(repo);
  await wholeLife(repo, git, 'main');
  expect(hasRun(repo)).toBe(false);
  expect(await repo.read('n.txt')).toBe('n\n');
  // The payload is real: the first look of an unguarded git runs it.
  await repo.git(['status']).catch(() => undefined);
  expect(hasRun(repo)).toBe(true);
});

interface Attack {
  readonly settings?: (payload: string) => Readonly<Record<string, string>>;
  /** Lines for `info/attributes`. */
  readonly attributes?: string;
  /** What git has to be asked without our guard for the attack to work. */
  readonly proof: readonly string[];
}

const reflog = ['update-ref', 'refs/x', 'HEAD'];
const attacks: Readonly<Record<string, Attack>> = {
  'hooks elsewhere': { settings: () => ({ 'core.hooksPath': join(repo.folder, 'hooks') }), proof: reflog },
  'hooks in their folder': { proof: reflog },
  fsmonitor: { settings: (payload) => ({ 'core.fsmonitor': payload }), proof: ['status'] },
  filter: {
    settings: (payload) => ({ 'filter.evil.clean': payload, 'filter.evil.smudge': payload }),
    proof: ['archive', '--output=x.tar', 'clash'],
  },
  'process filter': {
    settings: (payload) => ({ 'filter.evil.process': payload }),
    proof: ['archive', '--output=x.tar', 'clash'],
  },
  'merge driver': {
    settings: (payload) => ({ 'merge.evil.driver': `${payload} %A` }),
    proof: ['merge-tree', '--write-tree', 'clash', 'wt-orch/T-1'],
  },
  'default merge driver': {
    settings: (payload) => ({ 'merge.default': 'other', 'merge.other.driver': `${payload} %A` }),
    attributes: '* !merge\n',
    proof: ['merge-tree', '--write-tree', 'clash', 'wt-orch/T-1'],
  },
  'external diff': { settings: (payload) => ({ 'diff.external': payload }), proof: ['diff', 'main', 'clash'] },
  'diff command': { settings: (payload) => ({ 'diff.evil.command': payload }), proof: ['diff', 'main', 'clash'] },
  textconv: { settings: (payload) => ({ 'diff.evil.textconv': payload }), proof: ['log', '-p', 'clash'] },
  gpg: {
    settings: (payload) => ({ 'commit.gpgSign': 'true', 'gpg.program': payload }),
    proof: ['commit', '--allow-empty', '-m', 'signed'],
  },
  alias: { settings: (payload) => ({ 'alias.evil': `!${payload}` }), proof: ['evil'] },
  include: { settings: () => ({ 'include.path': join(repo.folder, 'included') }), proof: ['status'] },
  'url.insteadOf': {
    settings: (payload) => ({ [`url.ext::${payload} .insteadOf`]: 'https://', 'protocol.ext.allow': 'always' }),
    proof: ['ls-remote', 'https://localhost/x'],
  },
  'attributes outside of the tree': {
    settings: (payload) => ({ 'filter.second.smudge': payload }),
    attributes: '* filter=second\n',
    proof: ['archive', '--output=x.tar', 'clash'],
  },
};

describe('one setting at a time', () => {
  test.each(Object.entries(attacks))('%s: runs nothing of ours, and is real', async (name, attack) => {
    const git = await opened(repo);
    const payload = await repo.payload('ran');
    if (name === 'hooks in their folder') await plantHooks(join(repo.root, '.git/hooks'), payload);
    if (name === 'hooks elsewhere') await plantHooks(join(repo.folder, 'hooks'), payload);
    await repo.write({ included: `[core]\n\tfsmonitor = ${payload}\n` }, repo.folder);
    for (const [key, value] of Object.entries(attack.settings?.(payload) ?? {})) await repo.git(['config', key, value]);
    if (attack.attributes !== undefined) await repo.write({ '.git/info/attributes': attack.attributes });
    await shortLife(git);
    expect(hasRun(repo)).toBe(false);
    await repo.git(attack.proof).catch(() => undefined);
    expect(hasRun(repo)).toBe(true);
  });
});

/** From the worktree to the target, through everything that reads, writes or merges files. */
async function shortLife(git: Git): Promise<void> {
  held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: main }));
  await repo.write({ 'a.txt': 'by the agent\n' }, at);
  const { tip } = held(await harvest(git, { path: at, branch: 'wt-orch/T-1', base: main, message: 'm', exclude: [] }));
  await clashes(repo, git, tip);
  const slot = await openSlot(git, join(repo.root, '.worktrees/.slots'), '1');
  held(await pointSlot(git, slot, tip, []));
  held(await publish(git, { target: 'main', from: main, to: tip }));
  expect(await repo.read('a.txt')).toBe('by the agent\n');
}

test('nothing is run either if it was there at the start, as long as no checkout of the user has to change', async () => {
  await repo.git(['branch', 'released']);
  await poison(repo);
  await wholeLife(repo, await opened(repo), 'released');
  expect(hasRun(repo)).toBe(false);
});

test('settings that tests write into our control repository through their slot are gone before the next command', async () => {
  const git = await opened(repo);
  const slot = await openSlot(git, join(repo.root, '.worktrees/.slots'), '1');
  held(await pointSlot(git, slot, main, []));
  await poison(repo);
  await poison(repo, ['--file', join(git.control, 'config')]);
  await repo.write({ 'info/attributes': '* filter=evil\n', 'hooks/post-checkout': '#!/bin/sh\n' }, git.control);
  await repo.write({ commondir: join(repo.root, '.git') }, slot.admin);
  await repo.write({ 'a.txt': 'z\n' }, slot.path);
  expect(await slotMatches(git, slot, main)).toBe(false);
  await wholeLife(repo, git, 'main');
  expect(hasRun(repo)).toBe(false);
});

test('a worktree without its .git does not make the coordinator act on main', async () => {
  const git = await opened(repo);
  held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: main }));
  await rm(join(at, '.git'));
  await repo.write({ 'n.txt': 'n\n' }, at);
  expect(await worktreeIntegrity(git, at)).toBe('gitGone');
  const plan = { path: at, branch: 'wt-orch/T-1', base: main, message: 'm', exclude: [] };
  expect(await harvest(git, plan)).toMatchObject({ ok: false, error: { kind: 'gitGone' } });
  expect([await repo.ref('main'), await repo.ref('wt-orch/T-1')]).toEqual([main, main]);
  expect(await repo.git(['diff', '--cached', '--name-only'])).toBe('');
});

test("an agent's own repository in place of .git is not asked, and its configuration runs nothing", async () => {
  const git = await opened(repo);
  held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: main }));
  const planted = join(repo.folder, 'planted');
  await repo.git(['init', '-q', planted]);
  await poison(repo, ['--file', join(planted, '.git/config')]);
  await writeFile(join(at, '.git'), `gitdir: ${join(planted, '.git')}\n`);
  expect(await worktreeIntegrity(git, at)).toBe('gitElsewhere');
  const plan = { path: at, branch: 'wt-orch/T-1', base: main, message: 'm', exclude: [] };
  expect(await harvest(git, plan)).toMatchObject({ ok: false, error: { kind: 'gitElsewhere' } });
  expect(await unsavedWork(git, { path: at, branch: 'wt-orch/T-1' })).toMatchObject({ ok: false });
  expect(hasRun(repo)).toBe(false);
});

test('a worktree setting that points at a foreign folder neither reads nor empties it', async () => {
  const git = await opened(repo);
  held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: main }));
  const slot = await openSlot(git, join(repo.root, '.worktrees/.slots'), '1');
  const foreign = join(repo.folder, 'foreign');
  await repo.write({ 'precious.txt': 'precious\n' }, foreign);
  await repo.git(['config', 'extensions.worktreeConfig', 'true']);
  for (const file of ['.git/worktrees/agent-T-1/config.worktree', '.git/config.worktree']) {
    await repo.git(['config', '--file', join(repo.root, file), 'core.worktree', foreign]);
  }
  await repo.git(['config', '--file', join(git.control, 'config'), 'core.worktree', foreign]);
  await repo.git(['config', '--file', join(slot.admin, 'config.worktree'), 'core.worktree', foreign]);
  await repo.write({ 'n.txt': 'n\n' }, at);
  const plan = { path: at, branch: 'wt-orch/T-1', base: main, message: 'm', exclude: [] };
  const { tip, paths } = held(await harvest(git, plan));
  expect(paths).toEqual(['n.txt']);
  held(await pointSlot(git, slot, tip, []));
  held(await publish(git, { target: 'main', from: main, to: tip }));
  expect([await repo.read('precious.txt', foreign), await repo.read('n.txt', foreign)]).toEqual([
    'precious\n',
    undefined,
  ]);
  expect([await repo.read('n.txt'), await repo.read('n.txt', slot.path)]).toEqual(['n\n', 'n\n']);
});

test('a bare repository planted as ordinary files is harvested as files and run by nobody', async () => {
  const git = await opened(repo);
  held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: main }));
  await repo.git(['init', '-q', '--bare', join(at, 'bare')]);
  await poison(repo, ['--file', join(at, 'bare/config')]);
  const plan = { path: at, branch: 'wt-orch/T-1', base: main, message: 'm', exclude: [] };
  const { tip, paths } = held(await harvest(git, plan));
  expect(paths).toContain('bare/HEAD');
  const slot = await openSlot(git, join(repo.root, '.worktrees/.slots'), '1');
  held(await pointSlot(git, slot, tip, []));
  held(await publish(git, { target: 'main', from: main, to: tip }));
  expect(hasRun(repo)).toBe(false);
});

test('replacement objects do not make another tree pass for the one that was tested', async () => {
  const git = await opened(repo);
  const tip = await repo.commitOn('side', 'main', { 'a.txt': 'honest\n' });
  const other = await repo.commitOn('other', 'main', { 'a.txt': 'forged\n' });
  await repo.git(['replace', tip, other]);
  const slot = await openSlot(git, join(repo.root, '.worktrees/.slots'), '1');
  held(await pointSlot(git, slot, tip, []));
  held(await publish(git, { target: 'main', from: main, to: tip }));
  expect([await repo.read('a.txt', slot.path), await repo.read('a.txt')]).toEqual(['honest\n', 'honest\n']);
});
