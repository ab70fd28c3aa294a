import { join, relative } from 'node:path';
import { plainText } from '../../report/index.ts';
import { parseDuration } from '../../std/index.ts';
import { type Lock, type LockOwner, takeLock } from '../../system/index.ts';
import type { Flags, Invocation, World } from '../command.ts';
import { findLeftovers, type Leftover, type Leftovers, type Place } from '../leftovers.ts';
import { Refusal } from '../refusal.ts';
import { removeLeftover } from '../remove-leftover.ts';
import { readUnfinished } from '../unfinished.ts';
import { openGitFor, openWorkspace, requireTarget } from '../workspace.ts';

/** `clean`: says what may go, and removes it piece by piece. Whatever holds work that is nowhere else stays, and is named. */
export async function run({ flags, world }: Invocation): Promise<number> {
  const olderThanMs = olderThan(flags);
  const workspace = await openWorkspace(world);
  const git = await openGitFor(workspace, world);
  const target = await requireTarget(git, workspace.settings);
  const find = async ({ holdsLock }: { readonly holdsLock: boolean }) => {
    const { owner, ...unfinished } = await readUnfinished(workspace.stateDir);
    if (owner !== undefined && !holdsLock) throw atWork(owner);
    const place: Place = { workspace, git, target, unfinished };
    return { place, leftovers: await findLeftovers(place, olderThanMs) };
  };
  if (flags.has('dry-run')) {
    const { place, leftovers } = await find({ holdsLock: false });
    world.out(planText(place, leftovers, 'would remove'));
    return 0;
  }
  const lock = await requireLock(workspace.stateDir);
  try {
    const { place, leftovers } = await find({ holdsLock: true });
    world.out(planText(place, leftovers, 'removing'));
    return await removeAll(place, leftovers.items, world);
  } finally {
    await lock.release();
  }
}

function olderThan(flags: Flags): number | undefined {
  const text = flags.text('older-than');
  if (text === undefined) return undefined;
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new Refusal(`--older-than ${text}: that is no duration.`, 'Write 12h or 30d.');
  return parsed.value;
}

/** No run can begin while things are taken away. */
async function requireLock(stateDir: string): Promise<Lock> {
  const taken = await takeLock(join(stateDir, 'lock'));
  if (taken.ok) return taken.value;
  throw atWork(taken.error.by);
}

function atWork(owner: LockOwner | undefined): Refusal {
  const run = owner?.run === undefined ? '' : ` (run ${owner.run})`;
  return new Refusal(
    `A wt-orch is at work on this repository${run}; nothing is removed beside it.`,
    'Wait for its end, or say wt-orch stop.',
  );
}

async function removeAll(place: Place, items: readonly Leftover[], world: World): Promise<number> {
  let removed = 0;
  for (const item of items) {
    const stayed = await removeLeftover(place, item);
    if (stayed === undefined) removed += 1;
    else world.out(`kept after all  ${nameOf(place, item)}: ${plainText(stayed)}\n`);
  }
  if (items.length > 0) world.note(`Removed ${removed} of ${items.length}.\n`);
  return removed === items.length ? 0 : 1;
}

function planText(place: Place, { items, kept }: Leftovers, verb: string): string {
  const lines = [
    ...items.map((item) => `${verb}  ${nameOf(place, item)}: ${plainText(item.why)}`),
    ...kept.map(({ what, why }) => `kept  ${plainText(what)}: ${plainText(why)}`),
    ...(items.length === 0 ? ['Nothing is left over that may go.'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function nameOf({ workspace }: Place, item: Leftover): string {
  switch (item.kind) {
    case 'branch':
      return `branch ${plainText(item.branch)}`;
    case 'ref':
      return plainText(item.ref);
    default:
      return plainText(relative(workspace.root, item.path));
  }
}
