import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesClaim, resolveClaim, trackedPaths } from '../../src/conflicts/index.ts';
import { claim } from './claims.ts';

const tracked = trackedPaths([
  'app/(dashboard)/page.tsx',
  'app/users/[id]/page.tsx',
  'app/[[...slug]]/page.tsx',
  'app/@modal/(.)photo/page.tsx',
  'odd/what?.ts',
  'odd/{a,b}.ts',
  'odd/dir?/a.ts',
  'src/index.ts',
  'src/lib/a.ts',
  'src/lib/deep/b.ts',
  'src-old/index.ts',
]);

const names = (pattern: string, path: string): boolean =>
  matchesClaim(resolveClaim({ ...claim('any'), pattern }, tracked), path);

describe('a claim without a sign is its path, letter for letter', () => {
  it.each([
    'app/(dashboard)/page.tsx',
    'app/users/[id]/page.tsx',
    'app/[[...slug]]/page.tsx',
    'app/@modal/(.)photo/page.tsx',
    'not/there+yet/[id].ts',
    'routes/{id}.ts',
    'a{b',
    '.github/workflows/ci.yml',
  ])('%s', (path) => {
    expect(names(path, path)).toBe(true);
    expect(names(path, `x${path}`)).toBe(false);
    expect(names(path, path.toUpperCase())).toBe(false);
  });

  it('does not take brackets for a choice of letters', () => {
    expect(names('app/users/[id]/page.tsx', 'app/users/i/page.tsx')).toBe(false);
    expect(names('app/users/[id]/*.tsx', 'app/users/[id]/page.tsx')).toBe(true);
    expect(names('app/users/[id]/*.tsx', 'app/users/d/page.tsx')).toBe(false);
  });
});

describe('a claim that names a tracked path is that path, whatever signs are in it', () => {
  it.each([
    ['odd/what?.ts', 'odd/what?.ts', true],
    ['odd/what?.ts', 'odd/whats.ts', false],
    ['odd/{a,b}.ts', 'odd/{a,b}.ts', true],
    ['odd/{a,b}.ts', 'odd/a.ts', false],
    ['./odd/what?.ts', 'odd/whats.ts', false],
    ['odd/dir?/', 'odd/dir?/new.ts', true],
    ['odd/dir?/', 'odd/dirs/new.ts', false],
    ['odd/dir?', 'odd/dir?/new.ts', true],
  ])('%s names %s: %s', (pattern, path, expected) => {
    expect(names(pattern, path)).toBe(expected);
  });
});

describe('a folder is everything below it', () => {
  it.each([
    ['src/', 'src/index.ts', true],
    ['src/', 'src/lib/new.ts', true],
    ['src/', 'src-old/index.ts', false],
    ['src/', 'src', false],
    ['src', 'src/lib/a.ts', true],
    ['src', 'src-old/index.ts', false],
    ['new/', 'new/file.ts', true],
    ['new', 'new', true],
    ['new', 'new/file.ts', true],
    ['src/index.ts', 'src/index.ts/below', false],
    ['packages/*/', 'packages/a/src/index.ts', true],
    ['packages/*/', 'packages/a', false],
    ['.', 'src/index.ts', true],
    ['./', 'anything', true],
  ])('%s names %s: %s', (pattern, path, expected) => {
    expect(names(pattern, path)).toBe(expected);
  });
});

describe('a glob', () => {
  it.each([
    ['src/*.ts', 'src/index.ts', true],
    ['src/*.ts', 'src/lib/a.ts', false],
    ['src/*', 'src', false],
    ['src/**', 'src/lib/deep/b.ts', true],
    ['src/**', 'src', false],
    ['**', 'a', true],
    ['**/*.ts', 'a.ts', true],
    ['**/*.ts', 'x/y/a.ts', true],
    ['src/**/b.ts', 'src/b.ts', true],
    ['src/**/b.ts', 'src/x/y/b.ts', true],
    ['src/**/b.ts', 'src/xb.ts', false],
    ['a/**/b/**/c', 'a/b/c', true],
    ['a/**/b/**/c', 'a/x/b/b/y/c', true],
    ['a/**/b/**/c', 'a/x/c', false],
    ['**/**/x', 'x', true],
    ['src/**.ts', 'src/a.ts', true],
    ['src/**.ts', 'src/x/a.ts', false],
    ['src/?.ts', 'src/a.ts', true],
    ['src/?.ts', 'src/ab.ts', false],
    ['src?a.ts', 'src/a.ts', false],
    ['src/?.ts', 'src/🙂.ts', true],
    ['src/{a,b}.ts', 'src/b.ts', true],
    ['src/{a,b}.ts', 'src/c.ts', false],
    ['src/{a,{b,c}d}.ts', 'src/cd.ts', true],
    ['src/{,sub/}a.ts', 'src/sub/a.ts', true],
    ['src/{,sub/}a.ts', 'src/a.ts', true],
    ['{src,test}/**/*.ts', 'test/x/a.ts', true],
    ['src/{**,x}/a.ts', 'src/a.ts', true],
    ['src/+(a)*', 'src/+(a)b', true],
    ['src/+(a)*', 'src/ab', false],
    ['*.{ts', 'a.{ts', true],
    ['*a*b', 'xaxbab', true],
    ['*a*b', 'xaxbac', false],
    ['./src//*.ts', 'src/index.ts', true],
    ['src/../lib/*.ts', 'lib/a.ts', true],
  ])('%s names %s: %s', (pattern, path, expected) => {
    expect(names(pattern, path)).toBe(expected);
  });
});

describe('a claim that can name nothing comes back with the reason', () => {
  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['/src/*.ts', 'absolute'],
    ['C:\\src', 'absolute'],
    ['c:/src/*.ts', 'absolute'],
    ['../other/a.ts', 'outside'],
    ['src/../../a.ts', 'outside'],
    ['**/../a.ts', 'outside'],
    ['{src,../other}/a.ts', 'outside'],
    ['{a,b}'.repeat(9), 'tooManyAlternatives'],
  ])('%j is %s', (pattern, reason) => {
    const resolved = resolveClaim(claim(pattern), tracked);
    expect(resolved).toMatchObject({ kind: 'refused', reason });
    expect(matchesClaim(resolved, pattern)).toBe(false);
  });

  it('takes as many alternatives as a person would write', () => {
    expect(resolveClaim(claim('{a,b}'.repeat(8)), tracked).kind).toBe('resolved');
  });
});

it('a name always matches itself', () => {
  const segment = fc
    .string({ unit: fc.constantFrom(...'ab.()[]+@!-{} é🙂'), minLength: 1 })
    .filter((text) => !/^(\.{1,2}|\s+)$/.test(text));
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
      const path = segments.join('/');
      expect(names(path, path)).toBe(true);
    }),
  );
});

it('a tracked path always matches itself, and only itself', () => {
  const segment = fc.string({ unit: fc.constantFrom(...'ab*?{,}'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(segment, { minLength: 1, maxLength: 3 }),
      fc.array(segment, { minLength: 1, maxLength: 3 }),
      (one, other) => {
        const [path, second] = [one.join('/'), other.join('/')];
        const resolved = resolveClaim({ ...claim('any'), pattern: path }, trackedPaths([path]));
        expect(matchesClaim(resolved, path)).toBe(true);
        expect(matchesClaim(resolved, second)).toBe(path === second);
      },
    ),
  );
});

it('many stars cost no more than a polynomial of small degree', () => {
  expect(names(`${'*a'.repeat(2_000)}*b*`, 'a'.repeat(5_000))).toBe(false);
  expect(names(`${'**/a/'.repeat(200)}b*`, `${'a/'.repeat(2_000)}c`)).toBe(false);
  expect(names('**/*a*a*a*a*b*/**', 'aaaaaaaaaaaaaaaaaaaaaaaa/'.repeat(200))).toBe(false);
});
