import type { Git } from './git.ts';
import { answer, inControl } from './run-git.ts';

/** A commit on the line of first parents, with what its trailers say of a landing. */
export interface LineCommit {
  readonly commit: string;
  /** The first parent; undefined for a root. */
  readonly parent?: string;
  readonly subject: string;
  /** The task that landed by it. */
  readonly task?: string;
  /** The commit whose landing it took back. */
  readonly undoes?: string;
}

/**
 * The line of first parents from `tip` back to `after`, which is not part of it (to the first commit, if not given); newest first.
 * Trailers are what `git interpret-trailers --parse` takes for them.
 */
export async function mainLine(git: Git, tip: string, after?: string): Promise<readonly LineCommit[]> {
  const trailer = (key: string) => `%(trailers:key=${key},valueonly=true,separator=%x2C)`;
  const format = `--format=%H%x00%P%x00%s%x00${trailer('Task')}%x00${trailer('Undoes')}%x00`;
  const args = ['log', '--first-parent', '--no-ext-diff', '--no-textconv', format, tip];
  const said = await answer(git, await inControl(git), after === undefined ? args : [...args, `^${after}`]);
  const fields = said.split('\0');
  const line: LineCommit[] = [];
  for (let at = 0; at + 4 < fields.length; at += 5) {
    const [commit = '', parents = '', subject = '', task = '', undoes = ''] = fields.slice(at, at + 5);
    const [parent = ''] = parents.split(' ');
    line.push({
      // A line end stands between two records.
      commit: commit.trim(),
      subject,
      ...(parent === '' ? {} : { parent }),
      ...(task === '' ? {} : { task }),
      ...(undoes === '' ? {} : { undoes }),
    });
  }
  return line;
}
