import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Small text operations on the files of a worktree. Each works on what stands there now, so a script works from any newer
 * main, and each changes nothing where its change is made already, so a script can be run again. An anchor that is gone
 * is an error: guessing where a line belongs is worse than failing.
 */
export function openFiles({ root, additions }) {
  const changed = new Set();
  const read = (path) => readFileSync(join(root, path), 'utf8');

  function write(path, text) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    changed.add(path);
  }

  /** Replaces the one place that reads `from`. */
  function replace(path, from, to) {
    const text = read(path);
    if (text.includes(to)) return;
    if (text.split(from).length !== 2) throw new Error(`${path} has not exactly one place that reads ${from.trim()}`);
    write(path, text.replace(from, () => to));
  }

  /** Puts a line after the last line that starts with `anchor`, as far to the right as that line. */
  function insertAfter(path, anchor, line) {
    const lines = read(path).split('\n');
    if (lines.some((one) => one.trim() === line.trim())) return;
    const at = lines.findLastIndex((one) => one.trimStart().startsWith(anchor));
    if (at < 0) throw new Error(`${path} has no line that starts with ${anchor}`);
    const indent = /^\s*/.exec(lines[at])[0];
    write(path, lines.toSpliced(at + 1, 0, indent + line).join('\n'));
  }

  /** Renames a word wherever the apps use it. */
  function renameEverywhere(from, to) {
    const word = new RegExp(`\\b${from}\\b`, 'g');
    for (const name of readdirSync(join(root, 'apps'), { recursive: true })) {
      const path = join('apps', name);
      if (!/\.(js|tsx)$/.test(path) || path.includes('node_modules')) continue;
      const text = read(path);
      if (text.search(word) >= 0) write(path, text.replace(word, to));
    }
  }

  /** Adds the new files of the script, with `values` in place of their `__NAMES__`. */
  function add(values = {}) {
    const from = fileURLToPath(additions);
    for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const source = join(entry.parentPath ?? entry.path, entry.name);
      const text = readFileSync(source, 'utf8').replace(/__([A-Z_]+)__/g, (whole, name) => values[name] ?? whole);
      write(source.slice(from.length), text);
    }
  }

  return { read, write, replace, insertAfter, renameEverywhere, add, changed: () => [...changed].sort() };
}
