import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { prepared } from './prepared.ts';

/** Writes the path of each module file that the program loads into a list. */
const listing = (list: string) => `
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) appendFileSync(${JSON.stringify(list)}, url + '\\n');
    return next(url, context);
  },
});
`;

test('status --json loads no YAML and no schemas, so it starts nearly as fast as Node itself', async () => {
  await using repo = await prepared();
  const list = join(repo.folder, 'loaded');
  const hook = join(repo.folder, 'listing.mjs');
  await writeFile(hook, listing(list));
  const shown = await repo.wtOrch(['status', '--json'], { env: { NODE_OPTIONS: `--import=${hook}` } });
  expect(JSON.parse(shown.stdout)).toEqual({ run: null, state: 'idle', tasks: [], queue: [], questions: [] });
  const files = (await readFile(list, 'utf8')).split('\n').filter((url) => url.includes('/dist/'));
  expect(files.some((url) => url.endsWith('/main.js'))).toBe(true);
  const texts = await Promise.all(files.map((url) => readFile(fileURLToPath(url), 'utf8')));
  const bundled = texts.flatMap((text) =>
    [...text.matchAll(/^\/\/ node_modules\/([^/]+)\//gm)].map(([, name]) => name),
  );
  expect([...new Set(bundled)]).toEqual([]);
});
