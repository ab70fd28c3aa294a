import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TempRepo } from './temp-repo.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** The launcher of the built program. */
const launcher = `${checkout}bin/wt-orch.cjs`;

export interface ProgramOptions {
  /** Beside the environment of the repository. */
  readonly env?: Readonly<Record<string, string>>;
  /** The main worktree if not given. */
  readonly cwd?: string;
  readonly input?: string;
}

/** How one start of the program ended. */
export interface Ran {
  /** The exit code; 128 and the number of the signal, as shells count, when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as they came. */
  readonly output: string;
}

/** One line of `run --json`. */
export interface Line {
  readonly type: string;
  readonly task?: string;
  readonly [key: string]: unknown;
}

export interface Started {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly stdout: () => string;
  /** The lines that `run --json` has printed so far. */
  readonly lines: () => readonly Line[];
  /** The next line of the type (and about the task) that was not given before. Throws when the program ends without one. */
  readonly line: (type: string, task?: string) => Promise<Line>;
  readonly kill: (signal?: NodeJS.Signals) => void;
  readonly ended: Promise<Ran>;
}

type Place = Pick<TempRepo, 'root' | 'env'>;

/** Runs the built program as a user does, without a terminal, to its end. */
export async function wtOrch(repo: Place, args: readonly string[], options: ProgramOptions = {}): Promise<Ran> {
  return await startWtOrch(repo, args, options).ended;
}

/** Starts the built program; whoever starts it waits for `ended`. */
export function startWtOrch(repo: Place, args: readonly string[], options: ProgramOptions = {}): Started {
  requireBuilt();
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: options.cwd ?? repo.root,
    env: { ...repo.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const said = { stdout: '', stderr: '', output: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      said.output += text;
    });
  }
  let isOver = false;
  const ended = once(child, 'close').then(([code, signal]): Ran => {
    isOver = true;
    return { code: code ?? 128 + (signalNumbers[signal] ?? 0), ...said };
  });
  const lines = () => jsonLines(said.stdout);
  const given = new Set<number>();
  const line: Started['line'] = async (type, task) => {
    for (;;) {
      const wasOver = isOver;
      const all = lines();
      const at = all.findIndex(
        (one, index) => !given.has(index) && one.type === type && (task === undefined || one.task === task),
      );
      const found = all[at];
      if (found !== undefined) {
        given.add(at);
        return found;
      }
      if (wasOver) throw new Error(`It ended without a line ${type} ${task ?? ''}:\n${said.output}`);
      await Promise.race([ended, once(child.stdout, 'data')]);
    }
  };
  return { child, stdout: () => said.stdout, lines, line, kill: (signal) => void child.kill(signal), ended };
}

/** The complete lines of `--json` output; the last one may still be on its way. */
export function jsonLines(stdout: string): readonly Line[] {
  const complete = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
  return complete.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
}

const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

let isBuilt = false;

/** Builds `dist/` if the sources have changed since, once for each file of tests; set-ups of several files wait for each other. */
function requireBuilt(): void {
  if (!isBuilt) execFileSync(process.execPath, ['scripts/setup.cjs', 'build'], { cwd: checkout, stdio: 'pipe' });
  isBuilt = true;
}
