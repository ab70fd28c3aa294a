import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const APP = join(dirname(fileURLToPath(import.meta.url)), 'app');
const RELATIVE_IMPORT = /from '(\.{1,2}\/[^']+)'/g;

/** All pages by the path they answer: `/banking/accounts` to its file. A folder in brackets has no part in the path. */
export function findPages(folder = APP, path = '') {
  const here = existsSync(join(folder, 'page.tsx')) ? [[path || '/', join(folder, 'page.tsx')]] : [];
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => [...findPages(join(folder, name), /^\(.*\)$/.test(name) ? path : `${path}/${name}`)]);
  return new Map([...here, ...below]);
}

/**
 * Loads a page's component. Pages are `.tsx` by name and hold plain modules, which no Node imports under that name: so
 * the text is imported as a data URL, with its relative imports made absolute.
 */
export async function loadPage(file) {
  const base = pathToFileURL(file);
  const source = await readFile(file, 'utf8');
  const absolute = source.replace(RELATIVE_IMPORT, (_, path) => `from ${JSON.stringify(new URL(path, base).href)}`);
  return (await import(`data:text/javascript,${encodeURIComponent(absolute)}`)).default;
}

/** The page at a path as HTML text, or undefined when there is none. `props` is what the bank knows. */
export async function renderPage(path, props) {
  const file = findPages().get(path);
  if (file === undefined) return undefined;
  const page = await loadPage(file);
  return String(page(props));
}
