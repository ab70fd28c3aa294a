import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { project } from './project.ts';

const counted = 'echo ran >> "$HOME/set-ups"';

/** How many times set-up commands have run outside of the worktrees of agents; their home is the same. */
const setUps = async (p: { read(path: string, cwd?: string): Promise<string | undefined>; folder: string }) =>
  ((await p.read('home/set-ups', p.folder)) ?? '').split('\n').length - 1;

test('what set-up made is there for every candidate, also when the checkout was cleaned between two of them', async () => {
  await using p = await project({
    tasks: ['A-1', 'A-2', 'A-3'],
    test: 'cat made.ignored tool/dir/made.ignored\n',
    config: {
      maxParallel: 1,
      worktrees: { setup: ['echo made > made.ignored; mkdir -p tool/dir; echo made > tool/dir/made.ignored'] },
      gates: { tidy: { command: ['cat', 'made.ignored'] } },
    },
  });
  const run = await p.runJson('--all');
  expect(run.code, run.output).toBe(0);
  expect(await p.mainLine()).toEqual(['A-3: Do A-3', 'A-2: Do A-2', 'A-1: Do A-1', 'first']);
});

test('set-up whose results stay in the checkout runs there once', async () => {
  await using p = await project({
    tasks: ['A-1', 'A-2', 'A-3'],
    test: 'cat node_modules/made copied.ignored\n',
    config: {
      maxParallel: 1,
      worktrees: {
        setup: [`${counted}; mkdir -p node_modules; echo made > node_modules/made`],
        copy: ['copied.ignored'],
      },
      // One checkout for tests; each further one is set up once too.
      landing: { test: [['sh', 'test.sh']], slots: 1 },
      gates: {},
    },
    files: { '.gitignore': '*.ignored\nnode_modules\n' },
  });
  await p.write({ 'copied.ignored': 'mine\n' });
  const run = await p.runJson('--all');
  expect(run.code, run.output).toBe(0);
  expect(await setUps(p)).toBe(3 + 1);
});

test('a test checkout that somebody has removed is set up again', async () => {
  await using p = await project({
    tasks: ['A-1', 'A-2'],
    test: 'cat node_modules/made\n',
    config: { worktrees: { setup: ['mkdir -p node_modules; echo made > node_modules/made'] }, gates: {} },
    files: { '.gitignore': 'node_modules\n' },
  });
  expect((await p.runJson('A-1')).code).toBe(0);
  await rm(join(p.root, '.worktrees'), { recursive: true });
  const run = await p.runJson('A-2');
  expect(run.code, run.output).toBe(0);
});
