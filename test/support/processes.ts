import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The environment that test programs get: nothing of the developer's but the way to the programs. */
export const plainEnv: Record<string, string> = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', LC_ALL: 'C' };

/** The living processes that carry the tag, found without the code under test. */
export function carriers(tag: string): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || isDead(Number(name))) return [];
    try {
      const entries = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
      return entries.some((entry) => entry.startsWith('WT_ORCH_TAG=') && entry.includes(tag)) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** Whether no process has the number, or only a zombie does. */
export function isDead(pid: number): boolean {
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, ''));
  } catch {
    return true;
  }
}

/** The command line of a program in test/fixtures/processes. */
export function fixture(name: string, ...args: readonly string[]): readonly [string, ...string[]] {
  return [process.execPath, fileURLToPath(new URL(`../fixtures/processes/${name}`, import.meta.url)), ...args];
}

/** Starts a program of test/fixtures/processes with pipes; it is killed after the test if it still lives. */
export function startFixture(
  name: string,
  args: readonly string[],
  env: Record<string, string> = plainEnv,
): ChildProcess & { stdout: NodeJS.ReadableStream; stdin: NodeJS.WritableStream } {
  const [file, ...rest] = fixture(name, ...args);
  const child = spawn(file, rest, { stdio: ['pipe', 'pipe', 'inherit'], env });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
