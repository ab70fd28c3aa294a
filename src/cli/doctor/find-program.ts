import { delimiter, isAbsolute, join } from 'node:path';
import type { Command } from '../../settings/index.ts';
import { describePath, realPath } from '../../system/index.ts';

/** Words that a shell understands by itself; there need not be a program of that name. */
const builtins = new Set(
  '. : [ alias cd command echo eval exec exit export false if for printf pwd read set source test true trap type ulimit umask unset wait while'.split(
    ' ',
  ),
);

/**
 * The program that a command starts: the first word of a list, or of a text for the shell behind its assignments. Undefined
 * when that cannot be told without a shell, or is a word of the shell itself.
 */
export function programOf(command: Command): string | undefined {
  if (typeof command !== 'string') return command[0];
  const word = command
    .trim()
    .split(/\s+/)
    .find((part) => !/^[A-Za-z_]\w*=/.test(part));
  return word === undefined || !/^[\w./+-]+$/.test(word) || builtins.has(word) ? undefined : word;
}

/** Whether a program is there to be started: by its path (a relative one from `root`), or in a folder of PATH. */
export async function findProgram(name: string, root: string, path: string): Promise<string | undefined> {
  const places = name.includes('/')
    ? [isAbsolute(name) ? name : join(root, name)]
    : path.split(delimiter).flatMap((folder) => (folder === '' ? [] : [join(folder, name)]));
  for (const place of places) if (await isProgram(place)) return place;
  return undefined;
}

async function isProgram(place: string): Promise<boolean> {
  try {
    const facts = await describePath(await realPath(place));
    return facts?.kind === 'file' && (facts.mode & 0o111) !== 0;
  } catch {
    // Whatever stands in the way of looking also stands in the way of starting.
    return false;
  }
}
