import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClaimingTask,
  findOverlaps,
  matchesClaim,
  maxShownPaths,
  resolveClaim,
  trackedPaths,
} from '../../src/conflicts/index.ts';
import { task } from './claims.ts';
import { naiveOverlaps } from './naive-overlaps.ts';

const tracked = trackedPaths([
  'apps/web/src/app/(dashboard)/banking/accounts/page.tsx',
  'apps/web/src/app/users/[id]/page.tsx',
  'apps/web/src/header.tsx',
  'docs/guide.md',
  'src/a.ts',
  'src/b.ts',
  'src/deep/c.ts',
]);

const overlapOf = (one: readonly string[], other: readonly string[]) =>
  findOverlaps([task('A-1', ...one), task('B-2', ...other)], tracked).map(({ paths, certain }) => ({ paths, certain }));

const certainly = (...paths: readonly string[]) => [{ paths, certain: true }];
const perhaps = (...paths: readonly string[]) => [{ paths, certain: false }];

describe('two tasks overlap', () => {
  it.each<[string, readonly string[], readonly string[], ReturnType<typeof overlapOf>]>([
    ['in a file both name', ['src/a.ts'], ['src/b.ts', './src/a.ts'], certainly('src/a.ts')],
    ['in a file both will create', ['src/new.ts'], ['src/new.ts'], certainly('src/new.ts')],
    ['in a file one names and the other’s glob covers', ['src/a.ts'], ['src/*.ts'], certainly('src/a.ts')],
    ['in a new file below the other’s folder', ['src/new.ts'], ['src/'], certainly('src/new.ts')],
    ['in all files two globs cover', ['src/**/*.ts'], ['src/*'], certainly('src/a.ts', 'src/b.ts')],
    ['in the files of the inner of two folders', ['src/'], ['src/deep'], certainly('src/deep/c.ts')],
    [
      'in a path with brackets, letter for letter',
      ['apps/web/src/app/(dashboard)/banking/accounts/page.tsx'],
      ['apps/web/src/app/(dashboard)/**'],
      certainly('apps/web/src/app/(dashboard)/banking/accounts/page.tsx'),
    ],
    ['in files that are not there yet', ['lib/**/*.ts'], ['lib/new/**'], perhaps('lib/new/**')],
    ['in a new folder that one wrote with a slash', ['src/transfers'], ['src/transfers/'], perhaps('src/transfers/**')],
    [
      'in a new name that the other takes for a folder',
      ['src/transfers'],
      ['src/transfers/model.ts'],
      certainly('src/transfers/model.ts'),
    ],
    ['when one reads what the other edits', ['read: src/a.ts'], ['src/a.ts'], certainly('src/a.ts')],
    ['where the exclusion leaves something', ['src/**', '!src/deep/**'], ['src/**'], certainly('src/a.ts', 'src/b.ts')],
    [
      'where an exclusion leaves only files not there yet',
      ['src/deep/**', '!src/deep/c.ts'],
      ['src/deep/**'],
      perhaps('src/deep/**'),
    ],
    ['in the names their braces write out to', ['src/{a,x}.ts'], ['src/{b,x}.ts'], certainly('src/x.ts')],
  ])('%s', (_, one, other, expected) => {
    expect(overlapOf(one, other)).toEqual(expected);
    expect(overlapOf(other, one)).toEqual(expected);
  });
});

describe('two tasks do not overlap', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['in different files', ['src/a.ts'], ['src/b.ts']],
    ['in paths that differ by case', ['src/A.ts'], ['src/a.ts']],
    [
      'when brackets look like a choice',
      ['apps/web/src/app/users/[id]/page.tsx'],
      ['apps/web/src/app/users/i/page.tsx'],
    ],
    ['when both only read', ['read: src/**'], ['read: src/a.ts']],
    ['when one excludes the file', ['src/**', '!src/a.ts'], ['src/a.ts']],
    ['when one excludes the other’s whole folder', ['src/**', '!src/deep/**'], ['src/deep/**/*.ts']],
    ['when a new file would have to be a folder for the other’s glob', ['docs/new.md'], ['docs/**/*.ts']],
    ['when globs end differently', ['lib/**/*.ts'], ['lib/**/*.md']],
    ['when one claims nothing', [], ['**']],
    ['when one only excludes', ['!docs/**'], ['**']],
    ['when one claim names nothing', ['/src/a.ts'], ['src/a.ts']],
    ['when folders only begin alike', ['src/'], ['src-old/']],
  ])('%s', (_, one, other) => {
    expect(overlapOf(one, other)).toEqual([]);
    expect(overlapOf(other, one)).toEqual([]);
  });
});

it('lists overlaps pair by pair, in input order, and leaves out two readers', () => {
  const tasks = [
    task('C', 'read: src/a.ts'),
    task('A', 'src/a.ts'),
    task('B', 'read: src/a.ts'),
    task('D', 'src/*.ts'),
  ];
  expect(findOverlaps(tasks, tracked).map((overlap) => overlap.tasks)).toEqual([
    ['C', 'A'],
    ['C', 'D'],
    ['A', 'B'],
    ['A', 'D'],
    ['B', 'D'],
  ]);
});

it('a task that claims a file twice, to read and to edit, edits it', () => {
  expect(overlapOf(['read: src/a.ts', 'src/a.ts'], ['read: src/a.ts'])).toEqual(certainly('src/a.ts'));
  expect(overlapOf(['read: src/', 'src/a.ts'], ['read: src/a.ts'])).toEqual(certainly('src/a.ts'));
});

it('shows the first paths of many and says that there are more', () => {
  const files = Array.from({ length: maxShownPaths + 1 }, (_, index) => `src/${1_000 + index}.ts`);
  const whole = findOverlaps([task('A', 'src/'), task('B', '**')], trackedPaths(files));
  expect(whole).toMatchObject([{ paths: files.slice(0, -1), more: true, certain: true }]);
  const exact = findOverlaps([task('A', 'src/'), task('B', '**')], trackedPaths(files.slice(1)));
  expect(exact).toMatchObject([{ paths: files.slice(1), more: false, certain: true }]);
});

it('a thousand tasks that claim everything share one list of paths', () => {
  const files = Array.from({ length: 5_000 }, (_, index) => `src/${index}.ts`);
  const tasks = Array.from({ length: 1_000 }, (_, index) => task(`T-${index}`, '**', `src/${index}.ts`));
  const overlaps = findOverlaps(tasks, trackedPaths(files));
  expect(overlaps).toHaveLength((1_000 * 999) / 2);
  expect(new Set(overlaps.map(({ paths }) => paths)).size).toBe(1);
});

const claimText = fc
  .array(fc.constantFrom('a', 'b', '*', '**', 'a*', '?', '{a,b}', '{b,*}'), { minLength: 1, maxLength: 3 })
  .chain((segments) => fc.constantFrom('', '/').map((end) => segments.join('/') + end));
const claimed = fc.tuple(fc.constantFrom('', '', '', 'read: ', '!'), claimText).map(([sign, text]) => sign + text);
const someTasks = fc
  .array(fc.array(claimed, { maxLength: 4 }), { minLength: 2, maxLength: 5 })
  .map((all) => all.map((claims, index) => task(`T-${index}`, ...claims)));
const someTracked = fc
  .uniqueArray(fc.constantFrom('a/a', 'a/b/a', 'a/b/b', 'b', 'c/a', 'aa', 'a/aa', 'ab/a'), { maxLength: 5 })
  .map(trackedPaths);

it('finds what comparing every claim of every pair of tasks finds', () => {
  fc.assert(
    fc.property(someTasks, someTracked, (tasks, files) => {
      expect(findOverlaps(tasks, files)).toEqual(naiveOverlaps(tasks, files));
    }),
    { numRuns: 1_000 },
  );
});

it('is symmetric: the order of the tasks changes the order of the pairs and nothing else', () => {
  const normal = (tasks: readonly ClaimingTask[], files: ReturnType<typeof trackedPaths>) =>
    findOverlaps(tasks, files)
      .map((overlap) => ({ ...overlap, tasks: overlap.tasks.toSorted() }))
      .sort((a, b) => (a.tasks.join() < b.tasks.join() ? -1 : 1));
  fc.assert(
    fc.property(someTasks, someTracked, (tasks, files) => {
      expect(normal(tasks.toReversed(), files)).toEqual(normal(tasks, files));
    }),
  );
});

it('a path that one of the two excludes is never among the certain ones', () => {
  fc.assert(
    fc.property(someTasks, someTracked, (tasks, files) => {
      for (const { tasks: ids, paths, certain } of findOverlaps(tasks, files)) {
        const claims = tasks.filter(({ id }) => ids.includes(id)).flatMap((each) => each.claims);
        const excluded = claims.filter((each) => each.exclude).map((each) => resolveClaim(each, files));
        if (certain) expect(paths.filter((path) => excluded.some((each) => matchesClaim(each, path)))).toEqual([]);
      }
    }),
  );
});
