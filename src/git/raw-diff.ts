/** One line of `diff-tree --raw`: a path whose entry differs. An id of zeros and a mode of `000000` mean "not there". */
export interface RawChange {
  readonly path: string;
  readonly status: 'A' | 'M' | 'D' | 'T';
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly newId: string;
}

/** The mode of a submodule entry. */
export const gitlinkMode = '160000';

/** Reads the output of `diff-tree -r -z --raw --no-renames` (git-diff-tree(1), "raw output format"). */
export function parseRaw(output: string): readonly RawChange[] {
  const fields = output.split('\0');
  const changes: RawChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const match = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([AMDTU])/.exec(fields[at] ?? '');
    if (match === null) throw new Error(`Not a line of git's raw format: ${fields[at]}`);
    const [, oldMode = '', newMode = '', oldId = '', newId = '', letter] = match;
    const status = letter === 'A' || letter === 'D' || letter === 'T' ? letter : 'M';
    changes.push({ path: fields[at + 1] ?? '', status, oldMode, newMode, oldId, newId });
  }
  return changes;
}
