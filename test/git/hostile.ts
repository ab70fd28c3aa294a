import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
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
} from '../../src/git/index.ts';
import type { TempRepo } from '../support/temp-repo.ts';
import { held } from './opened.ts';

/** Whether the payload of `poison`, or of an attack, has been run. */
export const hasRun = (repo: TempRepo): boolean => existsSync(join(repo.folder, 'ran'));

const hookNames = [
  'post-checkout',
  'pre-commit',
  'commit-msg',
  'post-commit',
  'post-merge',
  'post-index-change',
  'pre-merge-commit',
].concat('reference-transaction', 'prepare-commit-msg', 'pre-rebase', 'post-rewrite', 'fsmonitor-watchman');

/** Puts a hook of every name into a folder, all leading to a program. */
export async function plantHooks(folder: string, payload: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of hookNames) {
    await writeFile(join(folder, name), `#!/bin/sh\n${payload} < /dev/null\n`);
    await chmod(join(folder, name), 0o755);
  }
}

/** Every setting by which the configuration of a repository makes git run a program, all leading to one that leaves a mark. */
export async function poison(repo: TempRepo, configArgs: readonly string[] = []): Promise<void> {
  const payload = await repo.payload('ran');
  const hooks = join(repo.folder, 'hooks');
  await plantHooks(hooks, payload);
  await repo.write(
    { included: `[core]\n\tfsmonitor = ${payload}\n[filter "evil"]\n\tprocess = ${payload}\n` },
    repo.folder,
  );
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
    'include.path': join(repo.folder, 'included'),
    'includeIf.gitdir:/.path': join(repo.folder, 'included'),
    'alias.update-ref': `!${payload}`,
    'alias.merge-tree': `!${payload}`,
    'merge.default': 'evil',
    'pager.diff': payload,
    'gpg.ssh.program': payload,
    'core.sshCommand': payload,
    'core.gitProxy': payload,
    'core.alternateRefsCommand': payload,
    'credential.helper': `!${payload}`,
    'protocol.ext.allow': 'always',
    'url.ext::sh -c payload.insteadOf': 'https://',
    'uploadpack.packObjectsHook': payload,
    'trailer.sign.command': payload,
    'submodule.lib.update': `!${payload}`,
  };
  for (const [key, value] of Object.entries(settings)) await repo.git(['config', ...configArgs, key, value]);
}

/** Everything that the coordinator says to git between the start of a task and the end of its landing. */
export async function wholeLife(repo: TempRepo, git: Git, target: string): Promise<void> {
  const at = join(repo.root, '.worktrees/agent-T-1');
  const main = (await repo.ref('main')) ?? '';
  held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: main }));
  await repo.write({ 'a.txt': 'by the agent\n', 'n.txt': 'n\n' }, at);
  held(await unsavedWork(git, { path: at, branch: 'wt-orch/T-1' }));
  const plan = { path: at, branch: 'wt-orch/T-1', base: main, message: 'm', exclude: ['agent-status.json'] };
  const { tip } = held(await harvest(git, plan));
  await clashes(repo, git, tip);
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

/** A merge that has to look into a file, with the branch `clash`: only there is a merge driver asked. */
export async function clashes(repo: TempRepo, git: Git, tip: string): Promise<void> {
  const plan = { base: (await repo.ref('clash')) ?? '', tip, keepFromBase: [], message: 'm' };
  for (const strategy of ['merge', 'squash', 'rebase'] as const) {
    expect(await mergeOnto(git, { ...plan, strategy })).toMatchObject({ ok: false, error: { paths: ['a.txt'] } });
  }
}
