import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type Client,
  type Connection,
  connect,
  forgetSocket,
  type ServeOptions,
  serve,
} from '../../src/control/index.ts';
import { plainEnv, startFixture } from '../support/processes.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitFor } from '../support/wait-for.ts';

let runtime: string;
beforeEach(() => {
  runtime = mkdtempSync(join(tmpdir(), 'wtr-'));
  vi.stubEnv('XDG_RUNTIME_DIR', runtime);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(runtime, { recursive: true });
});

async function serving(folder: string, answer: ServeOptions['answer'] = async (request) => ({ echo: request })) {
  const it = await serve({ folder, answer });
  onTestFinished(async () => await it.close());
  return it;
}

async function connected(folder: string): Promise<Connection> {
  const connection = await connect(folder);
  if (!connection.ok) throw new Error(JSON.stringify(connection.error));
  onTestFinished(() => connection.value.close());
  return connection.value;
}

async function remote(folder: string) {
  const child = startFixture('serve-socket.ts', [folder], { ...plainEnv, XDG_RUNTIME_DIR: runtime });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, path: said.toString().trim() };
}

describe('a running orchestrator', () => {
  test('in another process is asked and answers, each answer to its own question', async () => {
    const folder = scratchFolder();
    const { child } = await remote(folder);
    const connection = await connected(folder);
    const answers = await Promise.all([1, 2, 3].map((number) => connection.ask({ number, text: 'zwei\nZeilen' })));
    for (const [index, answer] of answers.entries()) {
      expect(answer).toMatchObject({
        ok: true,
        value: { pid: child.pid, echo: { number: index + 1, text: 'zwei\nZeilen' } },
      });
    }
  });

  test('tells things that nobody asked for, in order, until it is gone', async () => {
    const folder = scratchFolder();
    const { child } = await remote(folder);
    const connection = await connected(folder);
    await connection.ask({ number: 1 });
    await connection.ask({ number: 2 });
    child.kill('SIGKILL');
    const told: unknown[] = [];
    for await (const line of connection.lines) told.push(line);
    expect(told).toMatchObject([{ heard: { number: 1 } }, { heard: { number: 2 } }]);
    expect(await connection.ask({})).toEqual({ ok: false, error: { kind: 'closed' } });
  });

  test('that dies leaves no question open', async () => {
    const folder = scratchFolder();
    const it = await serving(folder, () => new Promise(() => undefined));
    const connection = await connected(folder);
    const question = connection.ask({});
    await it.close();
    expect(await question).toEqual({ ok: false, error: { kind: 'closed' } });
  });

  test('knows when a client is gone', async () => {
    const folder = scratchFolder();
    let seen: Client | undefined;
    await serving(folder, async (_request, client) => {
      seen = client;
      return {};
    });
    const connection = await connected(folder);
    await connection.ask({});
    expect(seen?.closed.aborted).toBe(false);
    connection.close();
    await waitFor(() => (seen?.closed.aborted === true ? true : undefined));
    seen?.send({ into: 'the void' });
  });

  test('says that an answer failed, and goes on', async () => {
    const folder = scratchFolder();
    await serving(folder, async (request) => {
      if ((request as { fail?: boolean }).fail === true) throw new Error('no such task');
      return { fine: true };
    });
    const connection = await connected(folder);
    const failed = await connection.ask({ fail: true });
    expect(failed).toMatchObject({ ok: true, value: { error: { kind: 'failed', message: 'no such task' } } });
    expect(await connection.ask({})).toMatchObject({ ok: true, value: { fine: true } });
  });

  test('cuts off a client that does not read', async () => {
    const folder = scratchFolder();
    let seen: Client | undefined;
    const { path } = await serving(folder, async (_request, client) => {
      seen = client;
      return {};
    });
    const socket = createConnection(path);
    socket.on('error', () => undefined);
    socket.write('{"id":1}\n');
    const client = await waitFor(() => seen);
    const line = { filler: 'x'.repeat(1_000_000) };
    for (let count = 0; count < 40; count += 1) client.send(line);
    await waitFor(() => (client.closed.aborted ? true : undefined));
    socket.destroy();
  });
});

describe('the wire', () => {
  async function raw(folder: string): Promise<{ socket: Socket; next(): Promise<unknown> }> {
    const { path } = await serving(folder);
    const socket = createConnection(path);
    onTestFinished(() => void socket.destroy());
    const lines = createInterface(socket)[Symbol.asyncIterator]();
    return { socket, next: async () => JSON.parse(String((await lines.next()).value)) as unknown };
  }

  test('takes lines in pieces and several in one', async () => {
    const { socket, next } = await raw(scratchFolder());
    socket.write('{"id":1,"a":"x');
    await new Promise((resolve) => setImmediate(resolve));
    socket.write('y"}\n{"id":"two"}\n');
    expect(await next()).toEqual({ id: 1, echo: { id: 1, a: 'xy' } });
    expect(await next()).toEqual({ id: 'two', echo: { id: 'two' } });
  });

  test('answers what is no JSON, no object or has no id with an error, and goes on', async () => {
    const { socket, next } = await raw(scratchFolder());
    socket.write('hello\n[1]\n{}\n{"id":{}}\n{"id":4}\n');
    expect(await next()).toMatchObject({ error: { kind: 'badJson' } });
    expect(await next()).toMatchObject({ error: { kind: 'badJson' } });
    expect(await next()).toMatchObject({ error: { kind: 'badRequest' } });
    expect(await next()).toMatchObject({ error: { kind: 'badRequest' } });
    expect(await next()).toMatchObject({ id: 4 });
  });

  test('takes a line of one megabyte and ends at a longer one', async () => {
    const { socket, next } = await raw(scratchFolder());
    const frame = JSON.stringify({ id: 1, text: '' }).length;
    socket.write(`${JSON.stringify({ id: 1, text: 'x'.repeat(1024 * 1024 - frame) })}\n`);
    expect(await next()).toMatchObject({ id: 1 });
    socket.write('x'.repeat(1024 * 1024 + 1));
    expect(await next()).toMatchObject({ error: { kind: 'tooLong' } });
    await once(socket, 'close');
  });
});

describe('the place of the socket', () => {
  test('is private, short and named by a pointer, and gone after the end', async () => {
    const folder = scratchFolder();
    const it = await serve({ folder, answer: async () => ({}) });
    expect(it.path.startsWith(runtime)).toBe(true);
    expect(Buffer.byteLength(it.path)).toBeLessThanOrEqual(103);
    expect(statSync(dirname(it.path)).mode & 0o777).toBe(0o700);
    expect(statSync(it.path).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'socket'), 'utf8')).toBe(`${it.path}\n`);
    await it.close();
    expect([existsSync(it.path), existsSync(join(folder, 'socket'))]).toEqual([false, false]);
    expect(await connect(folder)).toEqual({ ok: false, error: { kind: 'nobody' } });
  });

  test('of a killed orchestrator has nobody, and is taken over by the next one', async () => {
    const folder = scratchFolder();
    const { child, path } = await remote(folder);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(path)).toBe(true);
    expect(await connect(folder)).toEqual({ ok: false, error: { kind: 'nobody' } });
    const next = await serving(folder);
    expect(next.path).toBe(path);
    expect(await (await connected(folder)).ask({})).toMatchObject({ ok: true });
  });

  test('of a living orchestrator is not taken over', async () => {
    const folder = scratchFolder();
    await remote(folder);
    await expect(serve({ folder, answer: async () => ({}) })).rejects.toThrow('Another process');
    expect(await (await connected(folder)).ask({})).toMatchObject({ ok: true });
  });

  test('has nobody when the machine has emptied its temporary folders', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'socket'), join(runtime, 'wt-orch-0', 'gone.sock'));
    expect(await connect(folder)).toEqual({ ok: false, error: { kind: 'nobody' } });
  });

  test('is refused when others can enter it', async () => {
    const folder = scratchFolder();
    const { path } = await serving(folder);
    chmodSync(dirname(path), 0o755);
    expect(await connect(folder)).toMatchObject({ ok: false, error: { kind: 'refused' } });
    chmodSync(dirname(path), 0o700);
    await connected(folder);
  });

  test('is refused when somebody else owns it', async () => {
    const folder = scratchFolder();
    let foreign = '/usr';
    if (process.getuid?.() === 0) {
      foreign = join(runtime, 'foreign');
      mkdirSync(foreign, { mode: 0o700 });
      chownSync(foreign, 12345, 12345);
    }
    writeFileSync(join(folder, 'socket'), join(foreign, 'x.sock'));
    const refused = await connect(folder);
    expect(refused).toMatchObject({
      ok: false,
      error: { kind: 'refused', message: `${foreign} belongs to another user` },
    });
  });

  test('is another one when somebody sits on the usual name, or the usual name is too long', async () => {
    const squatted = join(runtime, `wt-orch-${process.getuid?.()}`);
    mkdirSync(squatted);
    chmodSync(squatted, 0o777);
    const [first, temporary] = [scratchFolder(), scratchFolder()];
    vi.stubEnv('TMPDIR', temporary);
    const { path } = await serving(first);
    expect(path.startsWith(temporary)).toBe(true);
    await connected(first);

    vi.stubEnv('XDG_RUNTIME_DIR', join(runtime, 'long'.repeat(30)));
    const second = scratchFolder();
    expect(Buffer.byteLength((await serving(second)).path)).toBeLessThanOrEqual(103);
    await connected(second);
  });
});

test('the socket that a killed orchestrator has left is taken away, with the pointer to it', async () => {
  const folder = scratchFolder();
  const { child, path } = await remote(folder);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(path)).toBe(true);
  await forgetSocket(folder);
  expect([existsSync(path), existsSync(join(folder, 'socket'))]).toEqual([false, false]);
});

test('a pointer that leads to no socket of ours is taken away, and what it names stays', async () => {
  const folder = scratchFolder();
  const precious = join(folder, 'precious');
  writeFileSync(precious, 'mine');
  writeFileSync(join(folder, 'socket'), precious);
  await forgetSocket(folder);
  expect([readFileSync(precious, 'utf8'), existsSync(join(folder, 'socket'))]).toEqual(['mine', false]);
});
