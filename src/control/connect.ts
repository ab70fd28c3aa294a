import type { Socket } from 'node:net';
import { err, ok, type Result } from '../std/index.ts';
import { messageOf, pathKind, readHostile } from '../system/index.ts';
import { dial } from './dial.ts';
import { lineCutter, objectOf } from './lines.ts';
import { checkPrivate, homeOf, maxPointerBytes, type PlaceRefusal, pointerFile } from './place.ts';

export interface Connection {
  /** Sends a request, whose `id` is given here, and resolves with the answer to it. `closed`: the other side went away. */
  ask(request: object): Promise<Result<unknown, { readonly kind: 'closed' }>>;
  /** Every line that answers no request, from the connecting on; ends with the connection. For one reader. */
  readonly lines: AsyncIterable<unknown>;
  close(): void;
}

/**
 * Connects to the orchestrator of the folder. `nobody`: none is running. `refused`: the place that the pointer names is not
 * private to this user, or cannot be reached.
 */
export async function connect(folder: string): Promise<Result<Connection, { readonly kind: 'nobody' } | PlaceRefusal>> {
  const pointer = await readHostile(pointerFile(folder), maxPointerBytes);
  if (!pointer.ok) return err({ kind: 'nobody' });
  const path = Buffer.from(pointer.value).toString('utf8').trim();
  try {
    const socket = await dialPrivately(path);
    if (!socket.ok) return socket;
    return ok(converse(socket.value));
  } catch (error) {
    return err({ kind: 'refused', message: messageOf(error) });
  }
}

async function dialPrivately(path: string): Promise<Result<Socket, { readonly kind: 'nobody' } | PlaceRefusal>> {
  // A machine that was started anew has emptied its temporary folders.
  if ((await pathKind(homeOf(path))) === undefined) return err({ kind: 'nobody' });
  const isPrivate = await checkPrivate(homeOf(path));
  if (!isPrivate.ok) return isPrivate;
  const socket = await dial(path);
  return socket === undefined ? err({ kind: 'nobody' }) : ok(socket);
}

function converse(socket: Socket): Connection {
  const asked = new Map<number, (answer: Result<unknown, { readonly kind: 'closed' }>) => void>();
  const told = lineQueue();
  let lastId = 0;
  const cut = lineCutter();
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    const { lines, tooLong } = cut(chunk);
    for (const line of lines) {
      const object = objectOf(line);
      const id = object?.['id'];
      const settle = typeof id === 'number' ? asked.get(id) : undefined;
      if (settle !== undefined) {
        asked.delete(id as number);
        settle(ok(object));
      } else if (object !== undefined) told.push(object);
    }
    if (tooLong) socket.destroy();
  });
  socket.once('close', () => {
    for (const settle of asked.values()) settle(err({ kind: 'closed' }));
    asked.clear();
    told.end();
  });
  return {
    ask: async (request) => {
      if (socket.destroyed || socket.writableEnded) return err({ kind: 'closed' });
      lastId += 1;
      const id = lastId;
      return await new Promise((settle) => {
        asked.set(id, settle);
        socket.write(`${JSON.stringify({ ...request, id })}\n`);
      });
    },
    lines: told.lines,
    close: () => socket.destroy(),
  };
}

/** Lines that have come and that nobody has taken yet. */
function lineQueue(): { push(line: unknown): void; end(): void; readonly lines: AsyncIterable<unknown> } {
  const waiting: unknown[] = [];
  let wake: () => void = () => undefined;
  let isEnded = false;
  async function* take(): AsyncGenerator<unknown> {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift();
      if (isEnded) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    push: (line) => {
      waiting.push(line);
      wake();
    },
    end: () => {
      isEnded = true;
      wake();
    },
    lines: { [Symbol.asyncIterator]: take },
  };
}
