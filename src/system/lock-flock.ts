import { type ChildProcess, spawn } from 'node:child_process';

export interface KernelLock {
  /** Resolves when the helper ended without having been asked to. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

const conflictCode = 75;

/**
 * Takes the kernel's lock on a file through a helper child, since Node cannot call flock(2): `flock` of util-linux opens the
 * file, locks it and becomes a shell that waits for the end of its stdin, which is a pipe from this process. So the lock
 * falls with this process, however it ends, within milliseconds. `unavailable` means that there is no such `flock` here.
 */
export async function takeKernelLock(path: string): Promise<KernelLock | 'held' | 'unavailable'> {
  // In a session of its own, so that the Ctrl-C of a terminal does not reach it. Its environment holds no tag: whoever
  // sweeps for the processes of a launch must not meet the lock of a program that runs inside one.
  const helper = spawn(
    'flock',
    [
      '--nonblock',
      '--no-fork',
      '--conflict-exit-code',
      String(conflictCode),
      path,
      '/bin/sh',
      '-c',
      'echo held; read -r _',
    ],
    { detached: true, stdio: ['pipe', 'pipe', 'ignore'], env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } },
  );
  helper.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => {
    helper.once('exit', (code) => resolve(code));
    helper.once('error', () => resolve(null));
  });
  const isHeld = new Promise<'taken'>((resolve) => helper.stdout.once('data', () => resolve('taken')));
  const answer = await Promise.race([isHeld, ended]);
  if (answer !== 'taken') return answer === conflictCode ? 'held' : 'unavailable';
  helper.stdout.destroy();
  // The wait for its end does not keep this program running, and an idle pipe does not either.
  helper.unref();
  return holding(helper, ended);
}

function holding(helper: ChildProcess, ended: Promise<number | null>): KernelLock {
  let isReleased = false;
  const lost = new Promise<void>((resolve) => {
    void ended.then(() => {
      if (!isReleased) resolve();
    });
  });
  return {
    lost,
    release: async () => {
      isReleased = true;
      helper.ref();
      helper.stdin?.end();
      await ended;
    },
  };
}
