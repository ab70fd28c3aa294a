import type { Git } from './git.ts';
import { answer, inControl } from './run-git.ts';

/** Lines of a file, counted from 1, both ends included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** The lines that `to` adds to each path since `from`. A path with nothing added (deleted, binary, only its mode) is not in it. */
export async function addedLines(
  git: Git,
  from: string,
  to: string,
): Promise<ReadonlyMap<string, readonly LineRange[]>> {
  const shape = ['--unified=0', '--no-renames', '--no-color', '--src-prefix=a/', '--dst-prefix=b/'];
  const args = ['diff', '--no-ext-diff', '--no-textconv', '--inter-hunk-context=0', ...shape, from, to];
  return parseAdded(await answer(git, await inControl(git), args));
}

/**
 * Reads a unified diff without context lines. The lines of a hunk are counted by its header and skipped, so that an added
 * line which looks like a header is not taken for one. (A remark about a missing last line end counts for one of them; it
 * stands only in the last hunk of a file, after which the next path is named anew.)
 */
function parseAdded(diff: string): ReadonlyMap<string, readonly LineRange[]> {
  const added = new Map<string, LineRange[]>();
  const lines = diff.split('\n');
  let path = '';
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.startsWith('+++ ')) path = pathIn(line.slice(4));
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk === null) continue;
    const first = Number(hunk[2]);
    const count = Number(hunk[3] ?? 1);
    if (count > 0) added.set(path, [...(added.get(path) ?? []), { first, last: first + count - 1 }]);
    at += count + Number(hunk[1] ?? 1);
  }
  return added;
}

/** A name with unusual bytes is quoted as in C; one with blanks only is followed by a tab. */
function pathIn(header: string): string {
  const name = header.startsWith('"') ? unquote(header) : header.replace(/\t$/, '');
  return name.replace(/^b\//, '');
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

function unquote(quoted: string): string {
  const bytes: number[] = [];
  for (const piece of quoted.slice(1, quoted.lastIndexOf('"')).matchAll(/\\([0-7]{3}|.)|([^\\]+)/gs)) {
    const [, escaped, plain] = piece;
    if (plain !== undefined) bytes.push(...Buffer.from(plain));
    else if (escaped !== undefined) bytes.push(escapes[escaped] ?? Number.parseInt(escaped, 8));
  }
  return Buffer.from(bytes).toString('utf8');
}
