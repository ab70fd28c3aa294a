import { readFileSync, readlinkSync } from 'node:fs';
import { allPids } from './process-table.ts';

/**
 * Whether a living process of a program (`git`, and `git-upload-pack` with it) works on a folder: it stands below it, or names it
 * in its arguments or its environment. One that cannot be looked into may, and without /proc nothing is known: then too the answer is yes.
 */
export function isProgramAt(program: string, folder: string): boolean {
  if (process.platform !== 'linux') return true;
  return allPids().some((pid) => nameOf(pid).startsWith(program) && mentions(pid, folder));
}

/** The name that the kernel keeps of a process; of one that is gone there is none, and a zombie works on nothing. */
function nameOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const end = stat.lastIndexOf(')');
    return /^ [ZX]/.test(stat.slice(end + 1)) ? '' : stat.slice(stat.indexOf('(') + 1, end);
  } catch {
    return '';
  }
}

function mentions(pid: number, folder: string): boolean {
  try {
    const told = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8'));
    return [`${readlinkSync(`/proc/${pid}/cwd`)}/`, ...told].some((text) => text.includes(folder));
  } catch {
    return nameOf(pid) !== '';
  }
}
