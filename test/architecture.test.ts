import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import architecture from '../scripts/architecture.cjs';
import { judgeImports } from '../scripts/imports.mjs';

const root = join(import.meta.dirname, '..');
const rooms = Object.keys(architecture.rooms);
const trees: string[] = [];

afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});

/** A tree with a front door for every room and the given files besides, resolved against the packages of this checkout. */
function treeOf(files: Record<string, string>): string {
  const tree = mkdtempSync(join(tmpdir(), 'wt-orch-rooms-'));
  trees.push(tree);
  cpSync(join(root, 'tsconfig.json'), join(tree, 'tsconfig.json'));
  cpSync(join(root, 'package.json'), join(tree, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  const doors = Object.fromEntries(
    rooms.map((room) => [`${room}/index.ts`, 'export type Door = string;\nexport const door = 1;\n']),
  );
  for (const [name, text] of Object.entries({ ...doors, ...files })) {
    mkdirSync(dirname(join(tree, 'src', name)), { recursive: true });
    writeFileSync(join(tree, 'src', name), text);
  }
  return tree;
}

const value = (path: string) => `import * as it from '${path}';\nexport const here = it;\n`;
const type = (path: string) => `import type { Door } from '${path}';\nexport type Here = Door;\n`;

describe('the rooms', () => {
  it('import only what the table allows', async () => {
    const { faults } = await judgeImports(root);
    expect(faults).toEqual([]);
  });

  it('are read to the last file', async () => {
    const { modules, files } = await judgeImports(root);
    expect(files.length).toBeGreaterThan(0);
    expect(modules).toEqual(files);
  });

  it('are the folders of src, and nothing lies beside them', () => {
    expect(rooms).toEqual(expect.arrayContaining(readdirSync(join(root, 'src'))));
  });

  it('each stand in ARCHITECTURE.md', () => {
    const map = existsSync(join(root, 'ARCHITECTURE.md')) ? readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8') : '';
    const unnamed = readdirSync(join(root, 'src')).filter(
      (room) => !map.includes(`\`${room}/\``) && !map.includes(`\`src/${room}/\``),
    );
    expect(unnamed).toEqual([]);
  });
});

describe('a planted fault is caught by name', () => {
  const planted: [fault: string, files: Record<string, string>, rule: string][] = [
    ['a pure room that looks down', { 'tasks/a.ts': value('../system/index.ts') }, 'tasks-sees-only-its-tier'],
    ['a look down for a type', { 'std/a.ts': type('../tasks/index.ts') }, 'std-sees-only-its-tier'],
    [
      'a look down for a type in braces',
      { 'git/a.ts': `import { type Door } from '../journal/index.ts';\n` },
      'git-sees-only-its-tier',
    ],
    [
      'a look down at run time',
      { 'git/a.ts': `export const late = () => import('../tasks/index.ts');\n` },
      'git-sees-only-its-tier',
    ],
    [
      'a look down from inside a type',
      { 'std/a.ts': `export type A = import('../tasks/index.ts').Door;\n` },
      'std-sees-only-its-tier',
    ],
    ['a look down passed on', { 'std/a.ts': `export { door } from '../tasks/index.ts';\n` }, 'std-sees-only-its-tier'],
    ['a feature that sees its neighbour', { 'gates/a.ts': type('../landing/index.ts') }, 'gates-sees-only-its-tier'],
    [
      'anybody who imports the command line',
      { 'dashboard/a.ts': value('../cli/index.ts') },
      'dashboard-sees-only-its-tier',
    ],
    [
      'a value of a feature in the core',
      { 'orchestrator/a.ts': value('../landing/index.ts') },
      'orchestrator-sees-these-by-type-only',
    ],
    [
      'a value of the core in control',
      { 'control/a.ts': value('../orchestrator/index.ts') },
      'control-sees-these-by-type-only',
    ],
    [
      'a side door',
      { 'std/deep.ts': 'export const deep = 1;\n', 'tasks/a.ts': value('../std/deep.ts') },
      'front-door-only',
    ],
    ['a folder that is no room', { 'helpers/a.ts': value('../std/index.ts') }, 'every-file-has-a-room'],
    ['a file beside the rooms', { 'a.ts': value('./std/index.ts') }, 'every-file-has-a-room'],
    ['a cycle in a room', { 'std/a.ts': value('./b.ts'), 'std/b.ts': value('./a.ts') }, 'no-cycles'],
    [
      'a cycle of types between rooms',
      {
        'control/index.ts': type('../orchestrator/index.ts'),
        'orchestrator/index.ts': `${type('../control/index.ts')}export type Door = 1;\n`,
      },
      'no-cycles-between-rooms',
    ],
    ['a file that is not there', { 'std/a.ts': value('./gone.ts') }, 'nothing-unresolvable'],
    ['execa outside system', { 'git/a.ts': value('execa') }, 'execa-has-one-owner'],
    ['chokidar outside system', { 'agents/a.ts': value('chokidar') }, 'chokidar-has-one-owner'],
    ['simple-git outside git', { 'landing/a.ts': value('simple-git') }, 'simple-git-has-one-owner'],
    ['ink outside the dashboard', { 'cli/a.ts': value('ink') }, 'ink-has-one-owner'],
    ['react outside the dashboard', { 'report/a.tsx': value('react') }, 'react-has-one-owner'],
    ['a module of Node in a pure room', { 'workflow/a.ts': value('node:path') }, 'pure-rooms-touch-nothing'],
    ['the disk outside system', { 'settings/a.ts': value('node:fs') }, 'only-system-touches-the-disk'],
    ['the disk by promises outside system', { 'cli/a.ts': value('node:fs/promises') }, 'only-system-touches-the-disk'],
    ['a program started outside system', { 'git/a.ts': value('node:child_process') }, 'only-system-touches-the-disk'],
    ['a socket outside system and control', { 'agents/a.ts': value('node:net') }, 'sockets-in-system-and-control'],
    [
      'ink behind the report',
      { 'report/a.ts': value('../tasks/index.ts'), 'tasks/index.ts': value('ink') },
      'report-loads-no-ink',
    ],
    [
      'a dashboard that loads with every command',
      { 'cli/a.ts': value('../dashboard/index.ts') },
      'the-dashboard-is-loaded-late',
    ],
    ['a package of the workshop', { 'std/a.ts': value('fast-check') }, 'no-development-packages'],
  ];

  it.each(planted)('%s', async (_fault, files, rule) => {
    const { faults } = await judgeImports(treeOf(files));
    expect(faults.map((fault) => fault.rule)).toContain(rule);
  });

  it('and every rule has one', () => {
    const tiers = rooms.map((room) => `${room}-sees-only-its-tier`);
    const others = architecture.forbidden.map(({ name }) => name).filter((name) => !tiers.includes(name));
    expect(planted.map(([, , rule]) => rule)).toEqual(expect.arrayContaining(others));
  });
});

it('what the table allows is no fault', async () => {
  const tree = treeOf({
    'agents/a.ts': value('../git/index.ts'),
    'cli/a.ts': `export const late = () => import('../dashboard/index.ts');\n`,
    'cli/b.ts': type('../dashboard/index.ts'),
    'control/a.ts': type('../orchestrator/index.ts') + value('node:net'),
    'dashboard/a.tsx':
      value('ink') +
      value('../report/index.ts').replace('it', 'report').replace('= it', '= report').replace('here', 'there'),
    'git/a.ts': value('simple-git'),
    'landing/a.ts': value('node:path'),
    'orchestrator/a.ts': type('../landing/index.ts'),
    'std/a.ts': `${type('./b.ts')}export type Door = 1;\n`,
    'std/b.ts': `${type('./a.ts')}export type Door = 1;\n`,
    'system/a.ts': value('node:fs'),
    'workflow/a.ts': value('zod'),
  });
  const { faults, modules, files } = await judgeImports(tree);
  expect(faults).toEqual([]);
  expect(modules).toEqual(files);
});
