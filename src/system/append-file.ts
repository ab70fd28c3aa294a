import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

export interface AppendFile {
  /** The size in bytes as the file system has it now. */
  size(): Promise<number>;
  /** Writes all bytes at the end and waits until the disk has them. A rejection says nothing about how much arrived. */
  append(bytes: Uint8Array): Promise<void>;
  /** Cuts the file to `size` bytes and waits until the disk knows. */
  cut(size: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file for durable appending and makes it (mode 0600) if it is not there. */
export async function openAppendFile(path: string): Promise<AppendFile> {
  const file = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
  return {
    size: async () => (await file.stat()).size,
    append: async (bytes) => {
      let written = 0;
      while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
      await file.datasync();
    },
    cut: async (size) => {
      await file.truncate(size);
      await file.datasync();
    },
    close: async () => await file.close(),
  };
}
