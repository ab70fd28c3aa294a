import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setUp } from '../../agents/index.ts';
import { openSlot, outlivesCleaning } from '../../git/index.ts';
import { ensureFolder, readBytes, readText, removeTree, writeAtomic } from '../../system/index.ts';
import { type RunContext, slotsFolder } from './context.ts';

/** Files that say which packages a checkout needs; when one changes, set-up runs again. */
const lockfiles = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
  'Cargo.lock',
  'go.sum',
  'poetry.lock',
  'uv.lock',
  'requirements.txt',
  'Gemfile.lock',
  'composer.lock',
];

/**
 * Makes a checkout of ours fit for tests: the configured files are copied each time. The set-up commands run unless the commands
 * and the lockfiles are those of the last time in this slot, and all that they made then has outlived the cleaning since.
 * Answers with what went wrong, if anything.
 */
export async function setUpSlot(
  context: RunContext,
  slot: { readonly name: string; readonly folder: string },
  log: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { worktrees, landing } = context.settings;
  if (worktrees.setup.length === 0 && worktrees.copy.length === 0) return undefined;
  const stamp = join(context.workspace.stateDir, 'slots', `${slot.name}.setup`);
  const wanted = await fingerprint(slot.folder, JSON.stringify([worktrees.setup, landing.keep]));
  const done = (await readText(stamp)) === wanted;
  // Until it is done again nobody can tell what is there: a set-up that is ended halfway leaves neither the old nor the new.
  if (!done) await removeTree(stamp);
  const result = await setUp(
    {
      commands: done ? [] : worktrees.setup,
      copy: worktrees.copy,
      root: context.workspace.root,
      folder: slot.folder,
      env: context.env,
      tag: `${context.run}/set-up/${slot.name}`,
      log,
      timeoutMs: worktrees.setupTimeoutMs,
    },
    signal,
  );
  if (!result.ok) return result.error.kind === 'stopped' ? 'stopped' : `set-up: ${result.error.detail}`;
  if (done || !(await resultsStay(context, slot.name))) return undefined;
  await ensureFolder(join(stamp, '..'));
  await writeAtomic(stamp, wanted);
  return undefined;
}

async function resultsStay(context: RunContext, name: string): Promise<boolean> {
  const { git, settings, workspace } = context;
  const slot = await openSlot(git, slotsFolder(workspace), name);
  return await outlivesCleaning(git, slot, settings.landing.keep, settings.worktrees.copy);
}

async function fingerprint(folder: string, commands: string): Promise<string> {
  const hash = createHash('sha256').update(commands);
  for (const name of lockfiles) {
    const bytes = await readBytes(join(folder, name));
    if (bytes !== undefined) hash.update(`\0${name}\0`).update(bytes);
  }
  return hash.digest('hex');
}
