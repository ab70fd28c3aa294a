import { basename, join } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import { pathKind } from '../system/index.ts';
import { unapprovedDrivers } from './approve-drivers.ts';
import { type Checkout, checkoutsOf } from './checkouts.ts';
import { isUsable } from './drivers.ts';
import type { Git, Setting } from './git.ts';
import type { RawChange } from './raw-diff.ts';
import { isAncestor, moveRefs, tipOf } from './refs.ts';
import { complaint, inUser, inWorktree, runGit } from './run-git.ts';
import { treeDiff } from './tree-diff.ts';
import { readRecord, smallText } from './worktree-record.ts';
import { wouldOverwrite } from './would-overwrite.ts';

/** Why the target cannot move now. Nothing has been changed then. */
export type Hold =
  /** Files of the user, tracked, untracked or ignored, that the landing would touch. */
  | { readonly kind: 'wouldOverwrite'; readonly paths: readonly string[] }
  /** Checked out where we must not write: in an agent's worktree, in several places, or with a filter that may not run; or git refuses the move in words of its own. */
  | {
      readonly kind: 'targetElsewhere';
      readonly message: string;
      /** What of the landing is the reason, where that can be said. */
      readonly paths?: readonly string[];
    }
  /** A merge, a rebase, or a git command is under way where it is checked out. */
  | { readonly kind: 'targetBusy'; readonly operation: string }
  | { readonly kind: 'targetMoved'; readonly now: string };

export interface PublishPlan {
  /** A branch, without `refs/heads/`. */
  readonly target: string;
  /** The commit it is expected to be at, an ancestor of `to`. */
  readonly from: string;
  readonly to: string;
}

/**
 * Moves a branch forward, or holds. Checked out nowhere, it is a compare-and-swap of the ref. Checked out in one worktree of
 * the user, it is a fast-forward merge there, which git refuses as a whole if main moved or a file would be lost; what it
 * would overwrite is looked for first, so that the hold can name it. Nothing is ever stashed, reset or switched, no hook runs.
 *
 * What is left to the user's configuration: filters that are approved run in their checkout, as they stood when the repository
 * was opened. Where a file would belong to one that is not approved, it would come out wrong, so that is a hold. A filter that
 * was added since belongs to no file.
 */
export async function publish(git: Git, plan: PublishPlan): Promise<Result<void, Hold>> {
  const [places, changes, settings] = await Promise.all([
    checkoutsOf(git, plan.target),
    treeDiff(git, plan.from, plan.to),
    settingsForUser(git),
  ]);
  const [place, ...others] = places;
  if (place === undefined) return await swap(git, plan);
  const hold =
    (await obstacle(git, plan, [place, ...others])) ??
    (await unapproved(git, plan, changes)) ??
    (await lossOf(git, plan, place, changes, settings));
  return hold === undefined ? await fastForward(git, plan, place, settings) : err(hold);
}

async function swap(git: Git, plan: PublishPlan): Promise<Result<void, Hold>> {
  if (!(await isAncestor(git, plan.from, plan.to))) throw new Error(`${plan.to} does not come after ${plan.from}`);
  const ref = `refs/heads/${plan.target}`;
  const moved = await moveRefs(git, [{ ref, to: plan.to, from: plan.from }], 'wt-orch: land');
  if (moved.ok) return ok(undefined);
  const now = await tipOf(git, ref);
  if (now === plan.from)
    return err({ kind: 'targetBusy', operation: (await lockOn(git, plan)) ?? moved.error.message });
  return err({ kind: 'targetMoved', now: now ?? 'gone' });
}

/** Reasons that lie in the place itself, whatever is landing. */
async function obstacle(
  git: Git,
  plan: PublishPlan,
  places: readonly [Checkout, ...Checkout[]],
): Promise<Hold | undefined> {
  const [place] = places;
  const busy = places.find((one) => one.operation !== undefined);
  if (busy?.operation !== undefined) return { kind: 'targetBusy', operation: `${busy.operation} in ${busy.path}` };
  if (places.length > 1) {
    const where = places.map((one) => one.path).join(' and ');
    return { kind: 'targetElsewhere', message: `${plan.target} is checked out more than once: ${where}` };
  }
  if ((await readRecord(git, place.path)) !== undefined) {
    return {
      kind: 'targetElsewhere',
      message: `${plan.target} is checked out in the worktree of an agent: ${place.path}`,
    };
  }
  const operation = await lockOn(git, plan, place);
  return operation === undefined ? undefined : { kind: 'targetBusy', operation };
}

/**
 * The first lock file that git would meet on its way to move the target, as something that is under way. Whether its git still lives
 * is for a person to say: a lock of the user's is never removed.
 */
async function lockOn(git: Git, plan: PublishPlan, place?: Checkout): Promise<string | undefined> {
  const { commonDir } = git.repository;
  const own = place === undefined ? [] : [join(place.gitDir, 'index.lock'), join(place.gitDir, 'HEAD.lock')];
  for (const path of [...own, join(commonDir, `refs/heads/${plan.target}.lock`)]) {
    if ((await pathKind(path)) !== undefined) return `git command (${path})`;
  }
  return undefined;
}

async function unapproved(git: Git, plan: PublishPlan, changes: readonly RawChange[]): Promise<Hold | undefined> {
  const filters = (await unapprovedDrivers(git, plan.to)).filter(({ kind }) => kind === 'filter');
  if (filters.length === 0) return undefined;
  const names = filters.map(({ name }) => name).join(', ');
  const message = `files there belong to the filter ${names}, which your git configuration defines and nobody has approved`;
  const paths = changes.map(({ path }) => path).filter((path) => basename(path) === '.gitattributes');
  return { kind: 'targetElsewhere', message, paths };
}

async function lossOf(
  git: Git,
  plan: PublishPlan,
  place: Checkout,
  changes: readonly RawChange[],
  settings: readonly Setting[],
): Promise<Hold | undefined> {
  if (place.head !== plan.from) return { kind: 'targetMoved', now: place.head };
  const paths = await wouldOverwrite(git, place, plan.from, changes, settings);
  if (paths.length > 0) return { kind: 'wouldOverwrite', paths };
  // The last look before the merge, which moves whatever branch is checked out at its own moment.
  const head = (await smallText(join(place.gitDir, 'HEAD')))?.trim();
  const isThere = head === `ref: refs/heads/${plan.target}` || head === headOfReftable;
  return isThere ? undefined : { kind: 'targetBusy', operation: `${place.path} has just left ${plan.target}` };
}

/** What stands in HEAD of a repository that keeps its refs in tables; only git itself can say more. */
const headOfReftable = 'ref: refs/heads/.invalid';

/** The flags answer every setting of the user by which a merge would do more, or less, than move forward. */
const forwardOnly = [
  '--ff-only',
  '--no-overwrite-ignore',
  '--no-autostash',
  '--no-squash',
  '--commit',
  '--no-verify-signatures',
];

async function fastForward(
  git: Git,
  plan: PublishPlan,
  place: Checkout,
  settings: readonly Setting[],
): Promise<Result<void, Hold>> {
  const where = inWorktree(git, place);
  const args = ['merge', '--quiet', '--no-stat', ...forwardOnly, plan.to];
  const env = { GIT_REFLOG_ACTION: 'wt-orch: land' };
  const merged = await runGit(git.env, where, args, {
    settings,
    env,
    attributesFile: git.attributesFile,
  });
  // The branch is asked, not HEAD: somebody may have switched away at the last moment.
  const target = await tipOf(git, `refs/heads/${plan.target}`);
  if (target === plan.to) return ok(undefined);
  if (target !== plan.from) return err({ kind: 'targetMoved', now: target ?? 'gone' });
  const lock = await lockOn(git, plan, place);
  return lock === undefined
    ? err({ kind: 'targetElsewhere', message: `git says: ${complaint(merged)}` })
    : err({ kind: 'targetBusy', operation: lock });
}

/**
 * The user's settings for their own checkout: how files look there, the filters that may run, as they stood at the start, and,
 * for each other filter of the repository's configuration, an empty command, which is none.
 */
async function settingsForUser(git: Git): Promise<readonly Setting[]> {
  const names = await runGit(git.env, inUser(git), ['config', '--list', '--name-only', '-z']);
  const filters = git.drivers.filter((driver) => driver.kind === 'filter' && isUsable(driver));
  const settings = filters.flatMap((filter) => filter.settings);
  const known = new Map(settings);
  const others = names.stdout.split('\0').filter((name) => /^filter\./.test(name) && !known.has(name));
  const silenced = others.map((name): Setting => [name, name.endsWith('.required') ? 'false' : '']);
  return [...git.carried, ...settings, ...silenced];
}
