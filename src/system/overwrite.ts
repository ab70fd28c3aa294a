import { open } from 'node:fs/promises';

/** Writes over stretches of a file in place: its size and its identity stay, so whoever reads along is not confused. The file must exist. */
export async function overwrite(
  path: string,
  pieces: readonly { readonly offset: number; readonly bytes: Uint8Array }[],
): Promise<void> {
  const file = await open(path, 'r+');
  try {
    for (const { offset, bytes } of pieces) await file.write(bytes, 0, bytes.length, offset);
    await file.datasync();
  } finally {
    await file.close();
  }
}
