// @ts-check
/**
 * Completes package-lock.json, then says what it added. Run by `npm run lock` after every change of a dependency.
 *
 * A registry that does not carry the packages of every platform makes npm leave those platforms out of the lockfile,
 * and `npm ci` then refuses the very file npm has written ("Missing: ... from lock file", npm/cli issue 9846). The
 * missing entries need no more than a version and the platform they are for; without an integrity value npm takes the
 * package as it comes.
 */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ version?: string, resolved?: string, integrity?: string, link?: boolean, dev?: boolean, devOptional?: boolean,
 *   optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string | string[],
 *   optionalDependencies?: Record<string, string> }} Entry
 * @typedef {{ packages: Record<string, Entry> }} Lockfile
 */

const exactVersion = /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/;

/**
 * The lockfile with an entry for every optional package of an exact version, and without the addresses of a registry.
 * @param {Lockfile} lock as npm writes it, lockfileVersion 3
 * @returns {{ lock: Lockfile, added: string[] }} a new lockfile, and the keys that are new in it
 */
export function completeLockfile(lock) {
  /** @type {Record<string, Entry>} */
  const packages = {};
  for (const [key, entry] of Object.entries(lock.packages)) packages[key] = withoutRegistry(entry);
  /** @type {string[]} */
  const added = [];
  for (const [owner, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!exactVersion.test(version)) continue;
      const found = lookUp(packages, owner, name);
      if (found !== undefined && packages[found]?.version === version) continue;
      const key = found === undefined ? `node_modules/${name}` : `${owner}/node_modules/${name}`.replace(/^\//, '');
      packages[key] = missingEntry(name, version, entry);
      added.push(key);
    }
  }
  const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return { lock: { ...lock, packages: sorted }, added };
}

/**
 * Where Node would find package `name` from the folder `from`: the key of its entry, or undefined.
 * @param {Record<string, Entry>} packages
 * @param {string} from
 * @param {string} name
 */
function lookUp(packages, from, name) {
  for (let folder = from; ; folder = folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : '') {
    const key = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[key] !== undefined) return key;
    if (folder === '') return undefined;
  }
}

/**
 * What npm itself would write, as far as the name of the package tells: `@esbuild/linux-x64`, `cli-linux-x64-musl`, `binding-win32-ia32-msvc`.
 * @param {string} name
 * @param {string} version
 * @param {Entry} owner
 * @returns {Entry}
 */
function missingEntry(name, version, owner) {
  const match =
    /(?:^|[-/])(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win|win32)-([a-z0-9]+)(?:-([a-z]+))?$/.exec(
      name,
    );
  /** @type {Entry} */
  const entry = { version };
  if (match?.[2] !== undefined) entry.cpu = [match[2]];
  if (owner.dev) entry.dev = true;
  if (owner.devOptional) entry.devOptional = true;
  if (match?.[1] === 'linux' && match[3] !== undefined) entry.libc = [match[3].startsWith('musl') ? 'musl' : 'glibc'];
  entry.optional = true;
  if (match?.[1] !== undefined) entry.os = [match[1] === 'win' ? 'win32' : match[1]];
  return entry;
}

/**
 * A registry's address ties a clone to the registry of whoever made the lockfile. A link's `resolved` is a folder and stays.
 * @param {Entry} entry
 * @returns {Entry}
 */
function withoutRegistry(entry) {
  if (entry.resolved === undefined || !/^https?:/.test(entry.resolved)) return entry;
  const { resolved: _address, ...rest } = entry;
  return rest;
}

function main() {
  const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
  const before = readFileSync(file, 'utf8');
  const { lock, added } = completeLockfile(JSON.parse(before));
  const after = `${JSON.stringify(lock, null, 2)}\n`;
  if (after !== before) writeFileSync(file, after);
  process.stdout.write(
    added.length === 0 ? 'package-lock.json is complete\n' : `package-lock.json: added ${added.join(', ')}\n`,
  );
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main();
