import { createConnection, type Socket } from 'node:net';
import { hasCode } from '../system/index.ts';

/** Connects to a unix socket; undefined when nobody listens there. Other failures throw. */
export async function dial(path: string): Promise<Socket | undefined> {
  const socket = createConnection(path);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return socket;
  } catch (error) {
    // ENOTSOCK: a file of another kind has taken the name.
    if (hasCode(error, 'ECONNREFUSED', 'ENOENT', 'ENOTDIR', 'ENOTSOCK')) return undefined;
    throw error;
  }
}
