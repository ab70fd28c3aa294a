import { join } from 'node:path';
import { pathKind } from '../system/index.ts';
import { readOwn } from './read-own.ts';
import type { Command } from './settings.ts';

/**
 * The test commands that the files at `root` suggest, the first that fits in this order: a `test` script in package.json (npm,
 * pnpm, yarn, bun), Cargo.toml, go.mod, pytest, a `test` target in a Makefile. Undefined when none does. Starts nothing.
 */
export async function detectTest(root: string): Promise<readonly Command[] | undefined> {
  const found =
    (await packageScript(root)) ??
    ((await isFile(root, 'Cargo.toml')) ? ['cargo', 'test'] : undefined) ??
    ((await isFile(root, 'go.mod')) ? ['go', 'test', './...'] : undefined) ??
    (await pytest(root)) ??
    (await makeTarget(root));
  return found === undefined ? undefined : [found];
}

async function packageScript(root: string): Promise<Command | undefined> {
  const manifest = await parsedManifest(root);
  const script = textAt(objectAt(manifest, 'scripts'), 'test');
  // `npm init` writes a script that only prints "Error: no test specified" and fails.
  if (script === undefined || script.trim() === '' || script.includes('no test specified')) return undefined;
  const program = await packageProgram(root, textAt(manifest, 'packageManager'));
  // `bun test` is bun's own test runner and not the script.
  return program === 'bun' ? ['bun', 'run', 'test'] : [program, 'test'];
}

async function packageProgram(root: string, declared: string | undefined): Promise<string> {
  const named = /^(npm|pnpm|yarn|bun)@/.exec(declared ?? '')?.[1];
  if (named !== undefined) return named;
  const lockfiles = [
    ['package-lock.json', 'npm'],
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['bun.lock', 'bun'],
    ['bun.lockb', 'bun'],
  ] as const;
  for (const [file, program] of lockfiles) if (await isFile(root, file)) return program;
  return 'npm';
}

async function pytest(root: string): Promise<Command | undefined> {
  const declared =
    (await isFile(root, 'pytest.ini')) ||
    /^\[tool\.pytest\b/m.test(await textOf(root, 'pyproject.toml')) ||
    /^\[tool:pytest\]/m.test(await textOf(root, 'setup.cfg')) ||
    /^\[pytest\]/m.test(await textOf(root, 'tox.ini'));
  const tests = (await pathKind(join(root, 'tests'))) === 'folder';
  const usual = tests && ((await isFile(root, 'conftest.py')) || (await isFile(root, 'tests/conftest.py')));
  if (!declared && !usual) return undefined;
  if (await isFile(root, 'uv.lock')) return ['uv', 'run', 'pytest'];
  if (await isFile(root, 'poetry.lock')) return ['poetry', 'run', 'pytest'];
  return ['python', '-m', 'pytest'];
}

async function makeTarget(root: string): Promise<Command | undefined> {
  // The order in which make itself looks for them.
  for (const file of ['GNUmakefile', 'makefile', 'Makefile']) {
    const text = await textOf(root, file);
    if (text.split('\n').some(definesTest)) return ['make', 'test'];
  }
  return undefined;
}

/** A rule is `targets: ...`; `name := value` and indented lines are none. */
function definesTest(line: string): boolean {
  const colon = line.indexOf(':');
  if (colon < 0 || /^[\t #]/.test(line) || /^:{1,3}=/.test(line.slice(colon))) return false;
  return line.slice(0, colon).split(/\s+/).includes('test');
}

const isFile = async (root: string, name: string): Promise<boolean> => (await pathKind(join(root, name))) === 'file';

async function textOf(root: string, name: string): Promise<string> {
  const read = await readOwn(join(root, name));
  return read.ok ? read.value : '';
}

async function parsedManifest(root: string): Promise<unknown> {
  try {
    return JSON.parse(await textOf(root, 'package.json'));
  } catch {
    return undefined;
  }
}

const objectAt = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;

function textAt(value: unknown, key: string): string | undefined {
  const found = objectAt(value, key);
  return typeof found === 'string' ? found : undefined;
}
