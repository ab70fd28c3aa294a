// @ts-check
/**
 * Everything that has to hold before a change is done: `npm run check`. Every check runs, whatever the ones before it found; the tests
 * come last, so that the last line of the output is theirs. The exit code is 1 when anything failed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const colors = process.stdout.isTTY ? 'force' : 'off';

/** @type {[name: string, command: string, args: string[]][]} */
const checks = [
  ['format and lint', 'biome', ['ci', '--error-on-warnings', `--colors=${colors}`]],
  ['types', 'tsc', ['-p', '.']],
  ['import rules', 'node', ['scripts/imports.mjs']],
  ['dead files, exports and packages', 'knip', []],
  ['lockfile', 'npm', ['ci', '--dry-run', '--ignore-scripts', '--loglevel=error']],
];
if (existsSync(path.join(root, 'scripts/schema.mjs')))
  checks.push(['schema', 'node', ['scripts/schema.mjs', '--check']]);

/** @type {string[]} */
const failed = [];
for (const [name, command, args] of checks) {
  const { status, stdout, stderr } = run(command, args, 'pipe');
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'}  ${name}\n`);
  if (status === 0) continue;
  failed.push(name);
  process.stdout.write(`${stdout}${stderr}\n`);
}
if (failed.length > 0) process.stdout.write(`\nfailed: ${failed.join(', ')}\n`);
const tests = run('npm', ['test', '--silent'], 'inherit');
process.exitCode = failed.length > 0 || tests.status !== 0 ? 1 : 0;

/**
 * Finds the command on PATH, where `node_modules/.bin` with the tools and the Node of this checkout comes first.
 * @param {string} command
 * @param {string[]} args
 * @param {'pipe' | 'inherit'} stdio
 */
function run(command, args, stdio) {
  const bin = path.join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH']}` };
  return spawnSync(command, args, { cwd: root, env, stdio, encoding: 'utf8', maxBuffer: Infinity });
}
