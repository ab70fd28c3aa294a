// @ts-check
/**
 * Bundles `src/cli/main.ts` into `dist/main.js` with its chunks, and writes the text of `--help` to `dist/help.txt`.
 *
 * Bundled, the dashboard starts in half the time it takes from node_modules. A running program loads its chunks late,
 * so nothing it may still ask for goes away: the names of chunks carry a hash of their contents, `main.js` changes by
 * rename, and a chunk that is no longer in use stays for a day.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import setup from './setup.cjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');
const stampFile = path.join(dist, 'stamp.json');
const graceMs = 24 * 60 * 60 * 1000;

/** @type {import('esbuild').BuildOptions} */
const settings = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.22',
  jsx: 'automatic',
  write: false,
  logLevel: 'error',
  // The values are built in and never set in the environment, where programs that we start would see them.
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  // CommonJS packages inside the bundle call `require` for Node's own modules.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  alias: { 'react-devtools-core': './scripts/no-devtools.mjs' },
};

// Read before the sources are, so that an edit during the build makes the next set-up build again.
const sources = setup.sourcesHash();
for (const entry of ['src/cli/main.ts', 'src/cli/help.ts']) {
  if (existsSync(path.join(root, entry))) continue;
  process.stderr.write(`build: ${entry} is missing, so there is no program to build\n`);
  process.exit(1);
}
mkdirSync(dist, { recursive: true });
const outputs = await bundle();
const help = await helpText();
for (const { name, contents } of outputs)
  if (name !== 'main.js' && !existsSync(path.join(dist, name))) replace(name, contents);
replace('main.js', outputs.find(({ name }) => name === 'main.js')?.contents ?? '');
replace('help.txt', help);
removeOldChunks(outputs.map(({ name }) => name));
replace('stamp.json', JSON.stringify({ sources, files: outputs.map(({ name }) => name) }));

async function bundle() {
  const { outputFiles = [] } = await build({
    ...settings,
    entryPoints: { main: 'src/cli/main.ts' },
    splitting: true,
    outdir: dist,
    chunkNames: '[name]-[hash]',
  });
  return outputFiles.map((file) => ({ name: path.basename(file.path), contents: file.contents }));
}

/** Asks the program itself, so that `--help` and the table of commands are one text. */
async function helpText() {
  const { outputFiles = [] } = await build({
    ...settings,
    entryPoints: ['src/cli/help.ts'],
    outfile: path.join(dist, 'help.js'),
  });
  const name = `help-${process.pid}.mjs`;
  replace(name, outputFiles[0]?.contents ?? '');
  try {
    const module = await import(pathToFileURL(path.join(dist, name)).href);
    return `${module.helpText().trimEnd()}\n`;
  } finally {
    rmSync(path.join(dist, name));
  }
}

/** @param {string} name @param {string | Uint8Array} contents */
function replace(name, contents) {
  const fresh = path.join(dist, `.${name}.${process.pid}`);
  writeFileSync(fresh, contents);
  renameSync(fresh, path.join(dist, name));
}

/** The day of grace begins when a chunk goes out of use, not when it was made. @param {string[]} current */
function removeOldChunks(current) {
  const now = new Date();
  const previous = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')).files : [];
  for (const name of readdirSync(dist)) {
    const file = path.join(dist, name);
    if (current.includes(name) || ['help.txt', 'stamp.json'].includes(name)) continue;
    if (previous.includes(name)) utimesSync(file, now, now);
    else if (now.getTime() - statSync(file).mtimeMs > graceMs) rmSync(file, { recursive: true });
  }
}
