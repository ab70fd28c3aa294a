import { createServer, type Server, type Socket } from 'node:net';
import { changeMode, hasCode, messageOf, removeTree, writeAtomic } from '../system/index.ts';
import { dial } from './dial.ts';
import { lineCutter, maxLineBytes, objectOf } from './lines.ts';
import { pointerFile, socketPath } from './place.ts';

export interface Client {
  /** Sends a line that answers no request. A client that does not read its lines is cut off. */
  send(line: object): void;
  /** Aborted when the client is gone. */
  readonly closed: AbortSignal;
}

export interface ServeOptions {
  /** The folder beside the journal, where the pointer to the socket stands. */
  readonly folder: string;
  /** Answers one request; the returned object goes back under the id of the request. A rejection is answered as `failed`. */
  answer(request: unknown, client: Client): Promise<object>;
}

/** What goes back to a client whose request could not be taken, beside the `id` if it had one. */
export interface RequestError {
  readonly error: { readonly kind: 'badJson' | 'badRequest' | 'tooLong' | 'failed'; readonly message: string };
}

export interface Serving {
  readonly path: string;
  close(): Promise<void>;
}

/** After a close the last answers have this long to reach their clients. */
const lastWordsMs = 1_000;
/** A client that has this much unread before it has stopped reading. */
const maxUnreadBytes = 16 * 1024 * 1024;

/**
 * Listens for clients: one JSON object a line, a request `{ id, ... }` is answered by `{ id, ... }`, in the order in which
 * the answers come. Only for the holder of the lock. The socket of a dead owner is replaced; a living one throws.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const path = await socketPath(options.folder);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    talk(socket, options.answer);
  });
  await listenInPlace(server, path);
  await changeMode(path, 0o600);
  await writeAtomic(pointerFile(options.folder), `${path}\n`, { mode: 0o600 });
  return {
    path,
    close: async () => {
      await removeTree(pointerFile(options.folder));
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroySoon();
      // A client that does not read would keep the last answers, and with them this program, waiting.
      const cutOff = setTimeout(() => sockets.forEach((socket) => void socket.destroy()), lastWordsMs);
      await closed;
      clearTimeout(cutOff);
    },
  };
}

async function listenInPlace(server: Server, path: string): Promise<void> {
  try {
    await listen(server, path);
  } catch (error) {
    if (!hasCode(error, 'EADDRINUSE')) throw error;
    const other = await dial(path);
    if (other !== undefined) {
      other.destroy();
      throw new Error(`Another process listens on ${path}.`);
    }
    await removeTree(path);
    await listen(server, path);
  }
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function talk(socket: Socket, answer: ServeOptions['answer']): void {
  const gone = new AbortController();
  socket.on('error', () => undefined);
  socket.once('close', () => gone.abort());
  const send = (line: object) => {
    if (socket.destroyed || socket.writableEnded) return;
    socket.write(`${JSON.stringify(line)}\n`);
    if (socket.writableLength > maxUnreadBytes) socket.destroy();
  };
  const client: Client = { send, closed: gone.signal };
  const cut = lineCutter();
  const onData = (chunk: Buffer) => {
    const { lines, tooLong } = cut(chunk);
    for (const line of lines) void reply(line, client, answer);
    if (!tooLong) return;
    send(requestError('tooLong', `A line is longer than ${maxLineBytes} bytes.`));
    // Nothing after such a line can be told apart, but what is still on its way is read, or the answer would be lost.
    socket.off('data', onData);
    socket.resume();
    socket.end();
  };
  socket.on('data', onData);
}

async function reply(line: string, client: Client, answer: ServeOptions['answer']): Promise<void> {
  const request = objectOf(line);
  if (request === undefined) return client.send(requestError('badJson', 'The line is no JSON object.'));
  const id = request['id'];
  if (typeof id !== 'number' && typeof id !== 'string') {
    return client.send(requestError('badRequest', 'The request has no id.'));
  }
  try {
    client.send({ ...(await answer(request, client)), id });
  } catch (error) {
    client.send({ ...requestError('failed', messageOf(error)), id });
  }
}

function requestError(kind: RequestError['error']['kind'], message: string): RequestError {
  return { error: { kind, message } };
}
