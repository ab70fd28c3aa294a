import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addedLines,
  addWorktree,
  changedPaths,
  diffSummary,
  diffText,
  forecast,
  type Git,
  harvest,
  logSummary,
  mergeOnto,
  moveRefs,
  openSlot,
  pointSlot,
  publish,
  removeWorktree,
  slotMatches,
  unsavedWork,
  worktreeIntegrity,
} from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

let repo: TempRepo;
let at: string;
let main: string;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n', 'b.txt': 'b\n', '.gitattributes': '* filter=evil merge=evil diff=evil\n' });
  at = join(repo.root, '.worktrees/agent-T-1');
  main = (await repo.ref('main')) ?? '';
});
afterEach(async () => await repo.dispose());

const marker = () => existsSync(join(repo.folder, 'ran'));
const hookNames = [
  'post-checkout',
  'pre-commit',
  'commit-msg',
  'post-commit',
  'post-merge',
  'post-index-change',
  'pre-merge-commit',
].concat('reference-transaction', 'prepare-commit-msg', 'pre-rebase', 'post-rewrite', 'fsmonitor-watchman');

/** Every setting by which the configuration of a repository makes git run a program, all leading to one that leaves a mark. */
async function poison(configArgs: readonly string[]): Promise<void> {
  const payload = await repo.payload('ran');
  const hooks = join(repo.folder, 'hooks');
  await mkdir(hooks, { recursive: true });
  for (const name of hookNames) {
    await writeFile(join(hooks, name), `#!/bin/sh\n${payload} < /dev/null\n`);
    await chmod(join(hooks, name), 0o755);
  }
  const settings: Record<string, string> = {
    'core.hooksPath': hooks,
    'core.fsmonitor': payload,
    'core.editor': payload,
    'core.pager': payload,
    'core.askPass': payload,
    'filter.evil.clean': payload,
    'filter.evil.smudge': payload,
    'filter.evil.required': 'true',
    'merge.evil.driver': `${payload} %O %A %B`,
    'diff.external': payload,
    'diff.evil.command': payload,
    'diff.evil.textconv': payload,
    'commit.gpgSign': 'true',
    'merge.verifySignatures': 'true',
    'gpg.program': payload,
    'log.showSignature': 'true',
    'branch.main.mergeOptions': '--squash --gpg-sign',
    'sequence.editor': payload,
    'interactive.diffFilter': payload,
  };
  for (const [key, value] of Object.entries(settings)) await repo.git(['config', ...configArgs, key, value]);
}

/** Everything that the coordinator says to git between the start of a task and the end of its landing. */
async function wholeLife(git: Git, target: string): Promise<void> {
  held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: main }));
  await repo.write({ 'a.txt': 'by the agent\n', 'n.txt': 'n\n' }, at);
  held(await unsavedWork(git, { path: at, branch: 'wt-orch/T-1' }));
  const plan = { path: at, branch: 'wt-orch/T-1', base: main, message: 'm', exclude: ['agent-status.json'] };
  const { tip } = held(await harvest(git, plan));
  const base = await repo.git(['commit-tree', 'main^{tree}', '-p', 'main', '-m', 'other']);
  for (const strategy of ['merge', 'squash', 'rebase'] as const) {
    held(await mergeOnto(git, { base, tip, keepFromBase: ['b.txt'], message: 'm', strategy }));
  }
  const { commit } = held(await mergeOnto(git, { base: main, tip, keepFromBase: [], message: 'm', strategy: 'merge' }));
  await forecast(git, main, [tip, base]);
  await changedPaths(git, main, commit);
  await addedLines(git, main, commit);
  await diffText(git, main, commit);
  await diffSummary(git, main, commit);
  await logSummary(git, main, commit);
  const slot = await openSlot(git, join(repo.root, '.worktrees/.slots'), '1');
  held(await pointSlot(git, slot, commit, []));
  await repo.write({ 'a.txt': 'touched by a test\n' }, slot.path);
  expect(await slotMatches(git, slot, commit)).toBe(false);
  held(await pointSlot(git, slot, main, []));
  held(await moveRefs(git, [{ ref: 'refs/wt-orch/landed/T-1', to: commit, from: undefined }]));
  held(await publish(git, { target, from: main, to: commit }));
  held(await removeWorktree(git, { path: at, branch: 'wt-orch/T-1', expectTip: tip, target }));
  expect(await repo.ref(target)).toBe(commit);
}

test('nothing that the configuration of the repository names is run, if an agent wrote it after the start', async () => {
  const git = await opened(repo);
  await poison([]);
  await wholeLife(git, 'main');
  expect(marker()).toBe(false);
  expect(await repo.read('n.txt')).toBe('n\n');
  // The payload is real: the first look of an unguarded git runs it.
  await repo.git(['status']);
  expect(marker()).toBe(true);
});

test('nothing is run either if it was there at the start, as long as no checkout of the user has to change', async () => {
  await repo.git(['branch', 'released']);
  await poison([]);
  await wholeLife(await opened(repo), 'released');
  expect(marker()).toBe(false);
});

test('settings that tests write into our control repository through their slot are gone before the next command', async () => {
  const git = await opened(repo);
  const slot = await openSlot(git, join(repo.root, '.worktrees/.slots'), '1');
  held(await pointSlot(git, slot, main, []));
  await poison([]);
  await poison(['--file', join(git.control, 'config')]);
  await repo.write({ 'info/attributes': '* filter=evil\n', 'hooks/post-checkout': '#!/bin/sh\n' }, git.control);
  await repo.write({ commondir: join(repo.root, '.git') }, slot.admin);
  await repo.write({ 'a.txt': 'z\n' }, slot.path);
  expect(await slotMatches(git, slot, main)).toBe(false);
  await wholeLife(git, 'main');
  expect(marker()).toBe(false);
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
  await poison(['--file', join(planted, '.git/config')]);
  await writeFile(join(at, '.git'), `gitdir: ${join(planted, '.git')}\n`);
  expect(await worktreeIntegrity(git, at)).toBe('gitElsewhere');
  const plan = { path: at, branch: 'wt-orch/T-1', base: main, message: 'm', exclude: [] };
  expect(await harvest(git, plan)).toMatchObject({ ok: false, error: { kind: 'gitElsewhere' } });
  expect(await unsavedWork(git, { path: at, branch: 'wt-orch/T-1' })).toMatchObject({ ok: false });
  expect(marker()).toBe(false);
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
  await poison(['--file', join(at, 'bare/config')]);
  const plan = { path: at, branch: 'wt-orch/T-1', base: main, message: 'm', exclude: [] };
  const { tip, paths } = held(await harvest(git, plan));
  expect(paths).toContain('bare/HEAD');
  const slot = await openSlot(git, join(repo.root, '.worktrees/.slots'), '1');
  held(await pointSlot(git, slot, tip, []));
  held(await publish(git, { target: 'main', from: main, to: tip }));
  expect(marker()).toBe(false);
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
