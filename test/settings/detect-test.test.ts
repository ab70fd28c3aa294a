import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Command, detectTest } from '../../src/settings/index.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'detect-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const script = (extra: object = {}) => JSON.stringify({ scripts: { test: 'vitest run' }, ...extra });
const placeholder = JSON.stringify({ scripts: { test: 'echo "Error: no test specified" && exit 1' } });

const table: readonly (readonly [
  title: string,
  files: Readonly<Record<string, string>>,
  command: Command | undefined,
])[] = [
  ['nothing', {}, undefined],
  ['a test script', { 'package.json': script() }, ['npm', 'test']],
  ["npm's placeholder", { 'package.json': placeholder }, undefined],
  ["npm's placeholder beside a crate", { 'package.json': placeholder, 'Cargo.toml': '' }, ['cargo', 'test']],
  ['a script that is no text', { 'package.json': '{"scripts":{"test":5}}' }, undefined],
  ['a package.json that is no JSON', { 'package.json': '{', 'go.mod': '' }, ['go', 'test', './...']],
  ['a package.json that is a list', { 'package.json': '[]' }, undefined],
  ['a lockfile of pnpm', { 'package.json': script(), 'pnpm-lock.yaml': '' }, ['pnpm', 'test']],
  ['a lockfile of yarn', { 'package.json': script(), 'yarn.lock': '' }, ['yarn', 'test']],
  ['a lockfile of bun', { 'package.json': script(), 'bun.lock': '' }, ['bun', 'run', 'test']],
  ['an old lockfile of bun', { 'package.json': script(), 'bun.lockb': '' }, ['bun', 'run', 'test']],
  [
    'a declared manager beside another lockfile',
    { 'package.json': script({ packageManager: 'pnpm@9.1.0' }), 'yarn.lock': '' },
    ['pnpm', 'test'],
  ],
  ['a crate', { 'Cargo.toml': '' }, ['cargo', 'test']],
  ['a Go module', { 'go.mod': '' }, ['go', 'test', './...']],
  ['a pytest section', { 'pyproject.toml': '[project]\n[tool.pytest.ini_options]\n' }, ['python', '-m', 'pytest']],
  ['a pyproject without one', { 'pyproject.toml': '[project]\n# [tool.pytest]\n' }, undefined],
  ['a pytest.ini', { 'pytest.ini': '' }, ['python', '-m', 'pytest']],
  ['pytest in setup.cfg', { 'setup.cfg': '[tool:pytest]\n' }, ['python', '-m', 'pytest']],
  ['pytest in tox.ini', { 'tox.ini': '[pytest]\n' }, ['python', '-m', 'pytest']],
  ['tests with a conftest', { 'tests/conftest.py': '' }, ['python', '-m', 'pytest']],
  ['tests without one', { 'tests/test_a.py': '' }, undefined],
  ['pytest under uv', { 'pytest.ini': '', 'uv.lock': '' }, ['uv', 'run', 'pytest']],
  ['pytest under poetry', { 'pytest.ini': '', 'poetry.lock': '' }, ['poetry', 'run', 'pytest']],
  ['a test target', { Makefile: 'all: x\n\techo\ntest: all\n\t./run\n' }, ['make', 'test']],
  ['a test target among several', { GNUmakefile: 'check test::\n\t./run\n' }, ['make', 'test']],
  [
    'a Makefile without one',
    { Makefile: 'test := a\ntest ::= b\nall: test\n\ttest: x\n# test: x\ntests: y\n' },
    undefined,
  ],
];

test.each(table)('the test command that %s suggests is found', async (_title, files, command) => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  expect(await detectTest(root)).toEqual(command === undefined ? undefined : [command]);
});
