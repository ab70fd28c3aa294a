import type { ChildProcess } from 'node:child_process';
import { pathKind } from './files.ts';

export interface RunOptions {
  readonly cwd: string;
  /** The whole environment: nothing is added to it. */
  readonly env: Readonly<Record<string, string>>;
  /** What stands on stdin; without it stdin is empty. */
  readonly input?: string | Uint8Array;
  readonly timeoutMs?: number;
  /** The limit for each of stdout and stderr, 64 MiB if not given; a command that says more is ended. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** Gives `stdoutBytes` and leaves `stdout` empty. */
  readonly binary?: boolean;
}

export interface Finished {
  /** The exit code; undefined when the command did not start or was ended by a signal. */
  readonly code: number | undefined;
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
  /** Said more than `maxBytes` and was ended for it: what is in stdout and stderr is only the beginning. */
  readonly overflowed: boolean;
  /** Why the command could not start. */
  readonly startFailed?: string;
  readonly stdoutBytes?: Uint8Array;
}

/** After TERM a program has this long to remove its lock files. */
const killDelayMs = 2_000;
/** After its exit, output is waited for until it ends, or until a stranger that holds the pipe is silent for this long. */
const quietMs = 50;
const defaultMaxBytes = 64 * 1024 * 1024;

/**
 * Runs a short command (no shell) in a process group of its own and returns what it said. Never rejects. On a timeout, an
 * abort or too much output the whole group gets TERM and, two seconds later, KILL. The result comes with the exit of the
 * command itself: a background process that still holds its output does not delay it.
 */
export async function run(argv: readonly string[], options: RunOptions): Promise<Finished> {
  const nothing = { code: undefined, stdout: '', stderr: '', timedOut: false, cancelled: false, overflowed: false };
  if (options.signal?.aborted === true) return { ...nothing, cancelled: true };
  const [file, ...rest] = argv;
  if (file === undefined) throw new Error('A command needs at least the name of a program.');
  // Loaded on the first command: execa costs as much as the whole start of a program that only reads the journal.
  const { execa } = await import('execa');
  const subprocess = execa(file, rest, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    buffer: false,
    reject: false,
    killDescendants: true,
    forceKillAfterDelay: false,
  });
  if (subprocess.pid === undefined) {
    // Node says that the program is missing also when the folder is.
    const isFolderMissing = (await pathKind(options.cwd)) === undefined;
    const reason = (await subprocess).originalMessage ?? 'it could not be started';
    return {
      ...nothing,
      startFailed: isFolderMissing ? `The folder ${options.cwd} does not exist.` : `${file}: ${reason}`,
    };
  }
  // The promise of the library waits for the pipes, ours for the exit; its failures arrive as events of the child too.
  subprocess.catch(() => undefined);
  return await watchToTheEnd(subprocess.nodeChildProcess, (signal) => subprocess.kill(signal), options);
}

async function watchToTheEnd(
  child: ChildProcess,
  kill: (signal: 'SIGTERM' | 'SIGKILL') => boolean,
  options: RunOptions,
): Promise<Finished> {
  let ended: 'timedOut' | 'cancelled' | 'overflowed' | undefined;
  let hardKill: NodeJS.Timeout | undefined;
  const end = (why: 'timedOut' | 'cancelled' | 'overflowed') => {
    if (ended !== undefined) return;
    ended = why;
    kill('SIGTERM');
    hardKill = setTimeout(() => kill('SIGKILL'), killDelayMs);
  };
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => end('timedOut'), options.timeoutMs);
  const onAbort = () => end('cancelled');
  options.signal?.addEventListener('abort', onAbort, { once: true });

  const limit = options.maxBytes ?? defaultMaxBytes;
  const stdout = collect(child.stdout, limit, () => end('overflowed'));
  const stderr = collect(child.stderr, limit, () => end('overflowed'));
  // A program that does not read its input closes the pipe under us; what it thinks of that is in its exit code.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input);

  const exit = await outcome(child, () => stdout.chunks.length + stderr.chunks.length);
  clearTimeout(timer);
  clearTimeout(hardKill);
  options.signal?.removeEventListener('abort', onAbort);
  // What the group still holds after an ended leader has had its TERM.
  if (ended !== undefined) kill('SIGKILL');
  const said = Buffer.concat(stdout.chunks);
  return {
    code: exit.code ?? undefined,
    ...(exit.signal === null ? {} : { signal: exit.signal }),
    stdout: options.binary === true ? '' : said.toString('utf8'),
    stderr: Buffer.concat(stderr.chunks).toString('utf8'),
    timedOut: ended === 'timedOut',
    cancelled: ended === 'cancelled',
    overflowed: ended === 'overflowed',
    ...(options.binary === true ? { stdoutBytes: said } : {}),
  };
}

function collect(stream: NodeJS.ReadableStream | null, maxBytes: number, onTooMuch: () => void): { chunks: Buffer[] } {
  const chunks: Buffer[] = [];
  let room = maxBytes;
  stream?.on('error', () => undefined);
  stream?.on('data', (chunk: Buffer) => {
    if (chunk.length > room) onTooMuch();
    if (room > 0) chunks.push(chunk.subarray(0, room));
    room = Math.max(0, room - chunk.length);
  });
  return { chunks };
}

/** Waits for the exit, and then for the end of the output or for silence on it. */
async function outcome(
  child: ChildProcess,
  chunksSoFar: () => number,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exit = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve) => {
    let seen = chunksSoFar();
    const silence = setInterval(() => {
      if (chunksSoFar() === seen) finish();
      seen = chunksSoFar();
    }, quietMs);
    const finish = () => {
      clearInterval(silence);
      resolve();
    };
    void closed.then(finish);
  });
  child.stdout?.destroy();
  child.stderr?.destroy();
  return exit;
}
