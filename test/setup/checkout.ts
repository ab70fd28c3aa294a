import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** A program that runs, and how it ended. */
export interface Started {
  readonly child: ChildProcess;
  /** All output so far, both streams. */
  readonly output: () => string;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly output: string;
  }>;
}

/** A small checkout in a temporary folder: our own files as they are, the rest as a test writes it. Removed, and its programs ended, by `dispose`. */
export class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), 'wt-orch-checkout-'));
  readonly #running = new Set<ChildProcess>();

  /** Copies files of this repository, given by their path in it. */
  take(...names: readonly string[]): void {
    for (const name of names) cpSync(join(root, name), this.path(name), { recursive: true });
  }

  write(name: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text, { mode });
  }

  read(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : '';
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Starts Node with `args` in the checkout. `env` is all of its environment but for PATH, and HOME, which is the checkout. */
  node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], HOME: this.folder, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
    const output = () => chunks.join('');
    const ended = once(child, 'close').then(([code, signal]) => {
      this.#running.delete(child);
      return { code, signal, output: output() };
    });
    return { child, output, ended };
  }

  async dispose(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    await Promise.all([...this.#running].map((child) => once(child, 'close')));
    rmSync(this.folder, { recursive: true });
  }
}

/** Waits for what has to come; a test that waits in vain ends by its own limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
