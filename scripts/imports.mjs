// @ts-check
/**
 * Judges the imports under `src/` by the rules in architecture.cjs; `node scripts/imports.mjs` prints what it finds and fails on any fault.
 */
import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import architecture from './architecture.cjs';

/**
 * @typedef {{ rule: string, from: string, to: string }} Fault
 * @param {string} root the folder that holds `src/`, tsconfig.json and node_modules
 * @returns {Promise<{ faults: Fault[], modules: string[], files: string[] }>} what is wrong, the modules that were read, and the
 *   files there are. Where the two lists differ the answer means nothing: with a TypeScript it does not know, dependency-cruiser
 *   reads no module at all and finds no fault.
 */
export async function judgeImports(root) {
  const { forbidden, options } = architecture;
  const { output } = await cruise(
    ['src'],
    /** @type {any} */ ({ ...options, baseDir: root, validate: true, ruleSet: { forbidden } }),
    /** @type {any} */ (options.enhancedResolveOptions),
    { tsConfig: extractTsConfig(path.join(root, 'tsconfig.json')) },
  );
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered in words: ${output}`);
  return {
    faults: output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
    modules: output.modules
      .map(({ source }) => source)
      .filter((source) => source.startsWith('src/'))
      .sort(),
    files: sourceFiles(root),
  };
}

/** @param {string} root */
function sourceFiles(root) {
  return readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}

async function main() {
  const { faults, modules, files } = await judgeImports(fileURLToPath(new URL('..', import.meta.url)));
  for (const { rule, from, to } of faults) process.stdout.write(`${rule}: ${from} imports ${to}\n`);
  const unread = files.filter((file) => !modules.includes(file));
  for (const file of unread) process.stdout.write(`not read: ${file}\n`);
  process.stdout.write(`${modules.length} modules, ${faults.length} faults\n`);
  process.exitCode = faults.length + unread.length > 0 ? 1 : 0;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
