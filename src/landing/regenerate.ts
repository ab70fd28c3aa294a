import { join } from 'node:path';
import { changedPaths, commitTree, editTree, filesAsTree, type Git, openSlot, pointSlot } from '../git/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { realPath, runLogged } from '../system/index.ts';
import type { Regenerated } from './settle-by-rules.ts';
import type { TestPlan } from './test-commit.ts';

export type RegeneratePlan = Pick<
  TestPlan,
  'slotsFolder' | 'slot' | 'timeoutMs' | 'keep' | 'env' | 'tag' | 'log' | 'setUp'
>;

/**
 * Has programs write files anew in a checkout of a merge, and gives its tree with those files; nothing else that they change
 * counts. Set-up runs first on main, where the files still fit each other. Fails with what went wrong in words.
 */
export async function regenerate(
  git: Git,
  plan: RegeneratePlan,
  merge: { readonly tip: string; readonly onto: string; readonly tree: string; readonly files: readonly Regenerated[] },
  signal: AbortSignal,
): Promise<Result<string, string>> {
  const { tip, onto, tree, files } = merge;
  // Whoever resolved the rest may have written them too; what counts is what the program makes of main's.
  const before = await editTree(git, tree, files);
  const commit = await commitTree(git, {
    tree: before,
    parents: [tip, onto],
    message: 'a merge whose files are written anew',
  });
  const slot = await openSlot(git, plan.slotsFolder, plan.slot);
  for (const stand of [onto, commit]) {
    const pointed = await pointSlot(git, slot, stand, plan.keep);
    if (!pointed.ok) return err(pointed.error.message);
    // A program that only writes a lockfile needs no packages, so a set-up that fails is no reason not to try.
    await plan.setUp(slot.path, plan.log, signal);
  }
  for (const { command, folder } of distinct(files)) {
    const cwd = join(slot.path, folder);
    // The branch decides what is a link there.
    if ((await realPath(cwd)) !== cwd) return err(`${folder} leads to somewhere else`);
    const { env, tag, log: logFile, timeoutMs } = plan;
    const ran = await runLogged({ command, cwd, env, tag, logFile, timeoutMs, signal });
    const words = typeof command === 'string' ? command : command.join(' ');
    if (ran.kind === 'startFailed') return err(`${words}: ${ran.message}`);
    if (ran.kind !== 'exited') return err(`${words}: ${ran.kind === 'timedOut' ? 'ran out of time' : 'stopped'}`);
    if (ran.exit.code !== 0) return err(`${words}: exit code ${ran.exit.code ?? ran.exit.signal}`);
  }
  const paths = files.map(({ path }) => path);
  const written = await filesAsTree(git, { folder: slot.path, commit, paths });
  const gone = (await changedPaths(git, before, written)).filter(({ status }) => status === 'D');
  return gone.length === 0 ? ok(written) : err(`${gone.map(({ path }) => path).join(', ')} is gone`);
}

function distinct(files: readonly Regenerated[]): readonly Regenerated[] {
  const byCommand = new Map(files.map((file) => [JSON.stringify([file.command, file.folder]), file]));
  return [...byCommand.values()];
}
