import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { err, ok, type Result } from '../std/index.ts';
import { messageOf } from './error-code.ts';
import { identityNow, type ProcessIdentity } from './identity.ts';
import { tagValue, tagVariable } from './tags.ts';

export interface Exit {
  readonly code: number | undefined;
  readonly signal?: string;
}

export interface Launched {
  readonly identity: ProcessIdentity;
  /** Resolves with the exit of the process itself, whatever its children still do. Never rejects. */
  readonly exited: Promise<Exit>;
  /** This process need not stay for the end of the launch. */
  readonly letGo: () => void;
}

export interface LaunchPlan {
  /** A string goes through `/bin/sh -c`, a list is the argument vector. */
  readonly command: string | readonly string[];
  readonly cwd: string;
  /** The whole environment; only the tag is added. */
  readonly env: Readonly<Record<string, string>>;
  /** What stands on stdin; without it `/dev/null`. */
  readonly stdinFile?: string;
  /** Gets stdout and stderr, behind what it already holds; mode 0600 when new. */
  readonly logFile: string;
  /** Marks every process of this launch in its environment, so that those that leave the group are found. One word. */
  readonly tag: string;
}

export type StartFailure = { readonly kind: 'startFailed'; readonly message: string };

/**
 * Starts a long command: detached, in a session and process group of its own, its output straight into the log file by an
 * inherited descriptor. So it outlives this process and never waits for it. Fails when a file or the program is missing.
 */
export async function launch(plan: LaunchPlan): Promise<Result<Launched, StartFailure>> {
  const opened: number[] = [];
  try {
    const stdin = openSync(plan.stdinFile ?? '/dev/null', 'r');
    opened.push(stdin);
    const log = openSync(plan.logFile, 'a', 0o600);
    opened.push(log);
    return await start(plan, stdin, log);
  } catch (error) {
    return err({ kind: 'startFailed', message: messageOf(error) });
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

async function start(plan: LaunchPlan, stdin: number, log: number): Promise<Result<Launched, StartFailure>> {
  const [file, ...args] = typeof plan.command === 'string' ? ['/bin/sh', '-c', plan.command] : plan.command;
  if (file === undefined) return err({ kind: 'startFailed', message: 'The command is empty.' });
  const child = spawn(file, args, {
    cwd: plan.cwd,
    env: { ...plan.env, [tagVariable]: tagValue(plan.tag) },
    detached: true,
    stdio: [stdin, log, log],
  });
  if (child.pid === undefined) {
    const error = await new Promise<unknown>((resolve) => child.once('error', resolve));
    return err({ kind: 'startFailed', message: messageOf(error) });
  }
  // In this turn of the event loop even a process that has already ended is still a zombie, and has its row.
  const identity = identityNow(child.pid, { zombies: true });
  const launched = {
    identity: identity ?? { pid: child.pid, startTime: '', bootId: '' },
    exited: exitOf(child),
    letGo: () => child.unref(),
  };
  startedHere.add(launched);
  return ok(launched);
}

/**
 * The launches whose end this process sees itself. Right after such an end the number of the group cannot belong to anybody
 * else yet; of a launch that was adopted nobody knows how long ago it ended.
 */
export const startedHere = new WeakSet<object>();

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, ...(signal === null ? {} : { signal }) }));
  });
}
