import { chmod, rmdir, stat, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../src/cli/effects/scratch-folder.ts';
import { scratchFolder as temporary } from '../support/scratch.ts';

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('a repository has the same folder each time, another one has another, and nobody else may enter', async () => {
  const env = { TMPDIR: temporary() };
  const first = await scratchFolder('/a/.git/wt-orch', env);
  expect(await scratchFolder('/a/.git/wt-orch', env)).toBe(first);
  expect(await scratchFolder('/b/.git/wt-orch', env)).not.toBe(first);
  expect(dirname(first)).toBe(env.TMPDIR);
  expect(await modeOf(first)).toBe(0o700);
});

test.each([
  ['a folder that others may enter', (path: string) => chmod(path, 0o755)],
  ['a link', (path: string) => rmdir(path).then(() => symlink('/etc', path))],
])('%s on its name is left alone', async (_, change) => {
  const env = { TMPDIR: temporary() };
  const usual = await scratchFolder('/a/.git/wt-orch', env);
  await change(usual);
  const other = await scratchFolder('/a/.git/wt-orch', env);
  expect(other).not.toBe(usual);
  expect([dirname(other), await modeOf(other)]).toEqual([env.TMPDIR, 0o700]);
});
