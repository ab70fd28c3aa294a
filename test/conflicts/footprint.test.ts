import { expect, it } from 'vitest';
import {
  footprintOverlaps,
  maxShownPaths,
  outsideClaims,
  trackedPaths,
  unknownClaims,
} from '../../src/conflicts/index.ts';
import { claim, task } from './claims.ts';

const tracked = trackedPaths(['src/a.ts', 'src/b.ts', 'app/(main)/page.tsx']);

it('branches that touched the same files are listed pair by pair, paths sorted', () => {
  const footprints = [
    { id: 'B', paths: ['z.ts', 'a.ts', 'a.ts'] },
    { id: 'A', paths: ['only.ts'] },
    { id: 'C', paths: ['a.ts', 'z.ts', 'c.ts'] },
    { id: 'D', paths: ['c.ts', 'a.ts'] },
  ];
  expect(footprintOverlaps(footprints)).toEqual([
    { tasks: ['B', 'C'], paths: ['a.ts', 'z.ts'], more: false, certain: true },
    { tasks: ['B', 'D'], paths: ['a.ts'], more: false, certain: true },
    { tasks: ['C', 'D'], paths: ['a.ts', 'c.ts'], more: false, certain: true },
  ]);
});

it('two branches that touched everything show the first paths and say that there are more', () => {
  const paths = Array.from({ length: maxShownPaths + 1 }, (_, index) => `${1_000 + index}`);
  const footprints = ['A', 'B'].map((id) => ({ id, paths }));
  expect(footprintOverlaps(footprints)).toMatchObject([{ paths: paths.slice(0, -1), more: true }]);
});

it.each([
  ['what no claim names', ['src/a.ts'], ['src/a.ts', 'src/b.ts'], ['src/b.ts']],
  ['what was only to be read', ['read: src/**', 'src/b.ts'], ['src/a.ts', 'src/b.ts'], ['src/a.ts']],
  ['what was excluded', ['src/**', '!src/b.ts'], ['src/b.ts', 'src/c.ts'], ['src/b.ts']],
  ['nothing below a new folder named without its slash', ['src/new'], ['src/new/a.ts'], []],
  ['nothing of a path with brackets', ['app/(main)/page.tsx'], ['app/(main)/page.tsx'], []],
  ['nothing when the task claims nothing', [], ['src/a.ts'], []],
])('outside its claims is %s', (_, claims, paths, expected) => {
  expect(outsideClaims(paths, claims.map(claim), tracked)).toEqual(expected);
});

it('a task is unknown when no claim of it names anything', () => {
  const tasks = [
    task('NONE'),
    task('EXCLUDES', '!src/**'),
    task('REFUSED', '/etc/passwd'),
    task('SAYS', '/etc/passwd', 'src/a.ts'),
  ];
  expect(unknownClaims(tasks)).toEqual(['NONE', 'EXCLUDES', 'REFUSED']);
});
