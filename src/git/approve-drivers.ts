import { join } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import { writeAtomic } from '../system/index.ts';
import { attributeTexts } from './attributes.ts';
import { attributeOf, attributesNamedIn, driverId, isUsable, type Pins } from './drivers.ts';
import type { Driver, Git } from './git.ts';
import { smallText } from './worktree-record.ts';

/** What was approved, in our own folder. */
export const approvedFile = (stateDir: string): string => join(stateDir, 'approved.json');

/**
 * Whether the filters and merge drivers that belong to files of a commit may run; fails with those that may not. What is
 * approved is remembered as it is now, so that another program under the same name is not taken for it later.
 */
export async function approveDrivers(git: Git, commit: string): Promise<Result<void, readonly Driver[]>> {
  const refused = await unapprovedDrivers(git, commit);
  if (refused.length > 0) return err(refused);
  await remember(git);
  return ok(undefined);
}

/** The drivers that attributes give to files of a commit, that the configuration defines, and that nobody approved. */
export async function unapprovedDrivers(git: Git, commit: string): Promise<readonly Driver[]> {
  const suspects = git.drivers.filter((driver) => !isUsable(driver));
  if (suspects.length === 0) return [];
  const named = attributesNamedIn(await attributeTexts(git, commit));
  const isNamed = (attribute: string) => named.has(attribute) || git.namedByUser.has(attribute);
  return suspects.filter((driver) => isNamed(attributeOf(driver)));
}

async function remember(git: Git): Promise<void> {
  const path = approvedFile(git.repository.stateDir);
  const known = await readPins(git.repository.stateDir);
  const approved = git.drivers.filter(({ standing }) => standing === 'approved');
  const added = approved.filter((driver) => known[driverId(driver)] === undefined);
  if (added.length === 0) return;
  const all = { ...known, ...Object.fromEntries(added.map((driver) => [driverId(driver), driver.settings])) };
  await writeAtomic(path, `${JSON.stringify(all, undefined, 2)}\n`);
}

/** What was approved so far; a file that cannot be read as that approves nothing in particular. */
export async function readPins(stateDir: string): Promise<Pins> {
  try {
    const value: unknown = JSON.parse((await smallText(approvedFile(stateDir))) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Pins) : {};
  } catch {
    return {};
  }
}
