// Runs the tests of both apps: `npm test` runs all, `npm test -- transfers` those whose path holds one of the words.
// The files are named one by one, because Node 20, 22 and 24 read a folder or a pattern after --test in different ways.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const words = process.argv.slice(2);
const files = ['apps/api/test', 'apps/web/test']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
  .filter((file) => file.endsWith('.test.js'))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)));

if (files.length === 0) {
  console.error(`no test file has ${words.join(' or ')} in its path`);
  process.exit(1);
}

// Under another `node --test` this variable makes the inner run report to the outer one and exit 0 whatever happens.
const { NODE_TEST_CONTEXT: _, ...env } = process.env;
const run = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...files], { cwd: root, env, stdio: 'inherit' });
process.exit(run.status ?? 1);
