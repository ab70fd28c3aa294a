import { join } from 'node:path';
import { ensureFolder, readBytes, writeAtomic } from '../system/index.ts';
import type { Git } from './git.ts';
import { copyExclude } from './open-git.ts';

const begin = '# wt-orch: begin';
const end = '# wt-orch: end';

/** Puts `lines` between our marks in the user's `info/exclude`, in place of what stood there; every other byte stays. */
export async function excludeLines(git: Git, lines: readonly string[]): Promise<void> {
  const path = join(git.repository.commonDir, 'info/exclude');
  // One character for each byte: the file need not be UTF-8.
  const before = Buffer.from((await readBytes(path)) ?? new Uint8Array()).toString('latin1');
  const block = Buffer.from(`${[begin, ...lines, end].join('\n')}\n`).toString('latin1');
  const after = withBlock(before, block);
  if (after !== before) {
    await ensureFolder(join(git.repository.commonDir, 'info'));
    await writeAtomic(path, Buffer.from(after, 'latin1'), { followLink: true });
  }
  await copyExclude(git);
}

function withBlock(text: string, block: string): string {
  const start = text.startsWith(`${begin}\n`) ? 0 : text.indexOf(`\n${begin}\n`) + 1;
  const stop = text.indexOf(`\n${end}\n`, start);
  const isThere = text.startsWith(`${begin}\n`, start) && stop >= 0;
  if (isThere) return text.slice(0, start) + block + text.slice(stop + end.length + 2);
  return text === '' || text.endsWith('\n') ? text + block : `${text}\n${block}`;
}
