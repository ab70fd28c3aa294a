import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readSettled, watchFiles } from '../../src/system/index.ts';
import { fixture, plainEnv } from '../support/processes.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitFor } from '../support/wait-for.ts';

const parse = (bytes: Uint8Array) => {
  try {
    return { ok: true as const, value: JSON.parse(Buffer.from(bytes).toString()) as unknown };
  } catch {
    return { ok: false as const, error: 'incomplete' as const };
  }
};

/** A watcher that keeps, for each file, the last state it could read; null when the file is not there. */
function follower(reconcileMs: number) {
  const seen = new Map<string, unknown>();
  const changes: string[] = [];
  const watch = watchFiles({
    reconcileMs,
    onChange: (path) => {
      changes.push(path);
      void readSettled(path, 64 * 1024, parse).then((read) => {
        if (read.ok) seen.set(path, read.value);
        else if (read.error !== 'incomplete' && read.error.kind === 'missing') seen.set(path, null);
      });
    },
    onProblem: (problem) => {
      throw new Error(problem.message);
    },
  });
  onTestFinished(async () => await watch.close());
  const until = async (path: string, state: unknown) =>
    await waitFor(() => (seen.has(path) && seen.get(path) === state ? true : undefined), JSON.stringify(state));
  return { watch, until, changes };
}

const writers = {
  inPlace: (path: string, text: string) => writeFileSync(path, text),
  torn: (path: string, text: string) => {
    const file = openSync(path, 'w');
    writeSync(file, text.slice(0, 3));
    writeSync(file, text.slice(3));
    closeSync(file);
  },
  slowlyTorn: async (path: string, text: string) => {
    writeFileSync(path, text.slice(0, 3));
    await delay(8);
    appendFileSync(path, text.slice(3));
  },
  renamed: (path: string, text: string) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  },
  removedAndMade: (path: string, text: string) => {
    rmSync(path, { force: true });
    writeFileSync(path, text);
  },
} as const;

const writerNames = Object.keys(writers) as (keyof typeof writers)[];

describe('a watched file', () => {
  test.each(writerNames)('written %s is seen by its events alone', async (writer) => {
    const folder = scratchFolder();
    const { watch, until } = follower(1_000_000);
    const path = join(folder, 'status.json');
    watch.add(path);
    // The first write can come before the folder is watched; what is there then is found by the first look.
    for (const state of ['first state', 'second state', 'third state']) {
      await writers[writer](path, JSON.stringify(state));
      await until(path, state);
    }
  });

  test('is seen in its last state whatever was done to it, and how fast', async () => {
    const folder = scratchFolder();
    const { watch, until } = follower(100);
    let count = 0;
    const step = fc.record({
      writer: fc.constantFrom(...writerNames),
      letter: fc.constantFrom('a', 'b'),
      turns: fc.nat({ max: 3 }),
    });
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      count += 1;
      const path = join(folder, `case-${count}.json`);
      watch.add(path);
      for (const { writer, letter, turns } of steps) {
        // One length for all states: only the clock of the file system tells them apart.
        await writers[writer](path, JSON.stringify(letter.repeat(4)));
        for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      }
      await until(path, (steps.at(-1)?.letter ?? '').repeat(4));
      watch.remove(path);
    });
    await fc.assert(property, { numRuns: 40, endOnFailure: true });
  });

  test('that is there already is told once, and its removal too', async () => {
    const folder = scratchFolder();
    const { watch, until } = follower(1_000_000);
    const path = join(folder, 'status.json');
    writeFileSync(path, '1');
    watch.add(path);
    await until(path, 1);
    rmSync(path);
    await until(path, null);
  });

  test('may be in a folder that is made later, or made anew', async () => {
    const folder = join(scratchFolder(), 'worktree');
    const { watch, until } = follower(50);
    const path = join(folder, 'status.json');
    watch.add(path);
    mkdirSync(folder);
    writeFileSync(path, '1');
    await until(path, 1);
    rmSync(folder, { recursive: true });
    await until(path, null);
    mkdirSync(folder);
    writeFileSync(path, '2');
    await until(path, 2);
  });

  test('is alone in being told of: its neighbours are not, nor is it after its removal from the watch', async () => {
    const folder = scratchFolder();
    const { watch, until, changes } = follower(50);
    const [path, gone, last] = [join(folder, 'status.json'), join(folder, 'gone.json'), join(folder, 'last.json')];
    watch.add(path);
    watch.add(gone);
    writeFileSync(join(folder, 'neighbour.json'), '1');
    writeFileSync(gone, '1');
    await until(gone, 1);
    watch.remove(gone);
    const before = changes.filter((each) => each === gone).length;
    writeFileSync(gone, '2');
    writeFileSync(path, '1');
    await until(path, 1);
    watch.add(last);
    writeFileSync(last, '3');
    await until(last, 3);
    expect(changes.filter((each) => each === gone).length).toBe(before);
    expect(new Set(changes)).toEqual(new Set([path, gone, last]));
    watch.add(gone);
    await until(gone, 2);
  });
});

test('files beyond the limit of the kernel for watches are polled, and somebody is told', async () => {
  const root = scratchFolder();
  const paths = Array.from({ length: 6 }, (_, number) => join(root, `tree-${number}`, 'status.json'));
  for (const number of paths.keys()) mkdirSync(join(root, `tree-${number}`));
  // A user namespace has limits of its own, which its root may lower.
  const lower = 'echo 3 > /proc/sys/user/max_inotify_watches && exec "$@"';
  const child = spawn(
    'unshare',
    ['--user', '--map-root-user', 'sh', '-c', lower, 'sh', ...fixture('watch-files.ts', ...paths)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: plainEnv,
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const said: { change?: string; problem?: { message: string } }[] = [];
  createInterface(child.stdout).on('line', (line) => said.push(JSON.parse(line)));
  await waitFor(() => said.find((line) => line.problem?.message.includes('ENOSPC')), 'the full table to be told');
  for (const path of paths) {
    writeFileSync(path, '1');
    await waitFor(() => said.find((line) => line.change === path), path);
  }
});
