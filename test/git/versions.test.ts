import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { forecast, type Git, gitGives, oldestGit } from '../../src/git/index.ts';
import { gitCan, isAtLeast, parseVersion } from '../../src/git/versions.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { opened } from './opened.ts';

/*
 * What each git brought, and what comes of it here:
 *
 * | git        | brought                                          | here                                                     |
 * |------------|--------------------------------------------------|----------------------------------------------------------|
 * | 2.36       | `worktree list -z`                               | used; below the minimum                                  |
 * | 2.38       | `merge-tree --write-tree`, `safe.bareRepository` | the minimum: open.test.ts refuses an older one           |
 * | 2.39       | `merge-tree --stdin`                             | used where it is there; the same forecast without it     |
 * | 2.40       | `merge-tree --merge-base`                        | not used: a stand-in commit does it with every git       |
 * | 2.41, 2.43 | `--attr-source`                                  | not used: a folder of attributes does it with every git  |
 * | 2.44       | `checkout -B` spares branches of other worktrees | told by doctor: it concerns the git of the agents        |
 * | 2.47       | tables of refs wait for their lock               | told by doctor                                           |
 * | 2.48       | relative links between worktrees                 | not used: it keeps older gits out of the repository      |
 * | 2.50       | merge-tree without writing                       | not used: the trees are needed                           |
 * | 2.54       | `core.lockfilePid`                               | told by doctor                                           |
 * | 2.55       | fsmonitor for Linux                              | never on                                                 |
 * | 2.56       | the lock of the configuration is waited for      | told by doctor                                           |
 */

const repos: TempRepo[] = [];
afterEach(async () => {
  for (const repo of repos.splice(0)) await repo.dispose();
});

test.each([
  ['git version 2.39.5', [2, 39, 5]],
  ['git version 2.39.5 (Apple Git-154)', [2, 39, 5]],
  ['git version 2.45.1.windows.1', [2, 45, 1]],
  ['git version 3.0', [3, 0, 0]],
  ['git version 2.55.0.rc1.12.gabcdef', [2, 55, 0]],
  ['command not found', undefined],
])('%j is version %j', (said, version) => {
  expect(parseVersion(said)).toEqual(version);
});

test('versions compare as numbers, not as text', () => {
  expect([isAtLeast([2, 9, 0], oldestGit), isAtLeast([2, 38, 0], oldestGit), isAtLeast([3, 0, 0], oldestGit)]).toEqual([
    false,
    true,
    true,
  ]);
});

test.each([
  [[2, 38, 0], 0],
  [[2, 39, 0], 1],
  [[2, 43, 9], 1],
  [[2, 44, 0], 2],
  [[2, 47, 0], 3],
  [[2, 54, 0], 4],
  [[2, 56, 0], 5],
  [[3, 0, 0], 5],
] as const)('git %j has %i of what newer ones brought, the rest is named with its version', (version, count) => {
  const { has, lacks } = gitGives(version);
  expect([has.length, lacks.length]).toEqual([count, 5 - count]);
  expect(lacks.every(({ since }) => !isAtLeast(version, since.split('.').map(Number) as [number, number]))).toBe(true);
  expect(gitCan(version, 'mergeMany')).toBe(count > 0);
});

test('docs/git.md has a row for each version that makes a difference', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/git.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d\.\d+) \|/gm)].map((match) => match[1]);
  expect(rows).toEqual([oldestGit.join('.'), ...gitGives([2, 38, 0]).lacks.map(({ since }) => since)]);
});

test('a git that merges one pair at a time forecasts the same', async () => {
  const repo = await tempRepo({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  repos.push(repo);
  const git = await opened(repo);
  const main = (await repo.ref('main')) ?? '';
  const tips: string[] = [];
  for (const name of ['one', 'two', 'three']) {
    tips.push(await repo.commitOn(name, 'main', { [name === 'three' ? 'b.txt' : 'a.txt']: `${name}\n` }));
  }
  const older: Git = { ...git, repository: { ...git.repository, gitVersion: [2, 38, 0] } };
  const clashes = await forecast(git, main, tips);
  expect(clashes).toEqual([{ a: tips[0], b: tips[1], paths: ['a.txt'] }]);
  expect(await forecast(older, main, tips)).toEqual(clashes);
});
