import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { listFolder, readLockOwner, readText, takeLock, withShortLock } from '../../src/system/index.ts';
import { fixture, plainEnv, startFixture } from '../support/processes.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitFor } from '../support/wait-for.ts';

afterEach(() => vi.unstubAllEnvs());

async function held(path: string) {
  const taken = await takeLock(path, { run: 'run-1' });
  if (!taken.ok) throw new Error('the lock should have been free');
  return taken.value;
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  return chunk.toString().trim();
}

const kinds = [
  { kind: 'flock', env: plainEnv },
  { kind: 'pidfile', env: { ...plainEnv, PATH: '/nonexistent' } },
] as const;

describe.each(kinds)('a lock of the kind $kind', ({ kind, env }) => {
  const here = () => vi.stubEnv('PATH', env.PATH);

  test('has one holder, of whom others can read', async () => {
    here();
    const path = join(scratchFolder(), 'lock');
    const lock = await held(path);
    expect(lock.kind).toBe(kind);
    const second = await takeLock(path, {});
    expect(second).toMatchObject({ ok: false, error: { kind: 'held', by: { pid: process.pid, run: 'run-1' } } });
    await lock.note({ run: 'run-2' });
    expect(await readLockOwner(path)).toMatchObject({ pid: process.pid, run: 'run-2', host: hostname() });
    await lock.release();
    expect(await readLockOwner(path)).toBeUndefined();
    await (await held(path)).release();
  });

  test('is refused while another process has it, and free as soon as that one is killed', async () => {
    here();
    const path = join(scratchFolder(), 'lock');
    const holder = startFixture('hold-lock.ts', [path], env);
    expect(await firstLine(holder.stdout)).toBe(kind);
    expect(await takeLock(path, {})).toMatchObject({
      ok: false,
      error: { by: { pid: holder.pid, run: 'the-other-run' } },
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await held(path)).release();
  });

  test('is given back by a release in another process', async () => {
    here();
    const path = join(scratchFolder(), 'lock');
    const holder = startFixture('hold-lock.ts', [path], env);
    await firstLine(holder.stdout);
    const said = firstLine(holder.stdout);
    holder.stdin.end();
    expect(await said).toBe('released');
    await (await held(path)).release();
  });

  test('does not keep a program running that has nothing else to do', async () => {
    const path = join(scratchFolder(), 'lock');
    const child = startFixture('lock-and-leave.ts', [path], env);
    const said = firstLine(child.stdout);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await said).toBe('taken');
  });

  test('goes to one of many takers when its holder has died', async () => {
    const path = join(scratchFolder(), 'lock');
    const holder = startFixture('hold-lock.ts', [path], env);
    await firstLine(holder.stdout);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const takers = Array.from({ length: 4 }, () => startFixture('hold-lock.ts', [path], env));
    const answers = await Promise.all(takers.map((taker) => firstLine(taker.stdout)));
    expect(answers.sort()).toEqual([kind, 'held', 'held', 'held'].sort());
  });
});

test('the death of the helper is told to the holder', async () => {
  const path = join(scratchFolder(), 'lock');
  const lock = await held(path);
  const helper = await waitFor(async () => {
    const ps = spawn('ps', ['--ppid', String(process.pid), '-o', 'pid=,args='], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const chunks = (await ps.stdout.toArray()) as Buffer[];
    const line = Buffer.concat(chunks)
      .toString()
      .split('\n')
      .find((text) => text.includes('echo held'));
    return line === undefined ? undefined : Number.parseInt(line, 10);
  });
  process.kill(helper, 'SIGKILL');
  await lock.lost;
  await lock.release();
});

test('a holder of one kind is respected by takers of the other', async () => {
  const path = join(scratchFolder(), 'lock');
  const first = await held(path);
  vi.stubEnv('PATH', '/nonexistent');
  expect(await takeLock(path, {})).toMatchObject({ ok: false, error: { by: { pid: process.pid } } });
  await first.release();
  const second = await held(path);
  expect(second.kind).toBe('pidfile');
  vi.unstubAllEnvs();
  expect(await takeLock(path, {})).toMatchObject({ ok: false, error: { by: { pid: process.pid } } });
  await second.release();
});

test('a helper carries no tag, so that no sweep meets it', async () => {
  vi.stubEnv('WT_ORCH_TAG', 'a-tag-around-us');
  const lock = await held(join(scratchFolder(), 'lock'));
  const { carriers } = await import('../support/processes.ts');
  expect(carriers('a-tag-around-us')).toEqual([]);
  await lock.release();
});

describe('a short lock', () => {
  test('lets many processes count without losing one', async () => {
    const folder = scratchFolder();
    const [lock, file] = [join(folder, 'lock'), join(folder, 'number')];
    writeFileSync(file, '0');
    const children = Array.from({ length: 4 }, () => {
      const [node, ...args] = fixture('count-under-lock.ts', lock, file, '25');
      return spawn(node, args, { stdio: 'inherit', env: plainEnv });
    });
    await Promise.all(children.map((child) => once(child, 'exit')));
    expect(await readText(file)).toBe('100');
    // The last two numbers stay; nothing else piles up.
    expect((await listFolder(folder)).filter((name) => name.startsWith('lock.')).length).toBe(2);
  });

  test('is had in order inside one process', async () => {
    const path = join(scratchFolder(), 'lock');
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((number) => withShortLock(path, async () => void order.push(number))));
    expect(order).toEqual([1, 2, 3]);
  });

  test('passes on what the deed throws, and is free afterwards', async () => {
    const path = join(scratchFolder(), 'lock');
    const failing = withShortLock(path, async () => {
      throw new Error('the deed failed');
    });
    await expect(failing).rejects.toThrow('the deed failed');
    expect(await withShortLock(path, async () => 5)).toEqual({ ok: true, value: 5 });
  });

  test('held by a living process is not waited for longer than asked', async () => {
    const path = join(scratchFolder(), 'lock');
    const nested = await withShortLock(path, async () => {
      const owner = (await readText(`${path}.1`)) ?? '';
      writeFileSync(`${path}.2`, owner);
      return owner;
    });
    expect(nested.ok).toBe(true);
    expect(await withShortLock(path, async () => 1, { waitMs: 20 })).toEqual({ ok: false, error: { kind: 'held' } });
  });

  test('of a dead process, another boot or a garbled record does not block', async () => {
    const folder = scratchFolder();
    const record = { pid: process.pid, startTime: '1', bootId: 'x', host: hostname(), since: '', kind: 'pidfile' };
    for (const [name, text] of [
      ['dead', JSON.stringify(record)],
      ['garbled', '{"pid":'],
    ] as const) {
      const path = join(folder, name);
      writeFileSync(`${path}.7`, text);
      expect(await withShortLock(path, async () => 1, { waitMs: 0 })).toEqual({ ok: true, value: 1 });
    }
  });

  test('of another machine blocks while its record is young', async () => {
    const path = join(scratchFolder(), 'lock');
    const record = { pid: 1, startTime: '1', bootId: 'x', host: 'another machine', since: '', kind: 'pidfile' };
    writeFileSync(`${path}.1`, JSON.stringify(record));
    expect(await withShortLock(path, async () => 1, { waitMs: 0 })).toEqual({ ok: false, error: { kind: 'held' } });
  });
});
