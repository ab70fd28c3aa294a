import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resolveText } from '../../src/conflicts/claim.ts';
import { trackedPaths } from '../../src/conflicts/index.ts';
import { canMeet } from '../../src/conflicts/meet.ts';
import { matchesPattern, type PathPattern, patternTokens } from '../../src/conflicts/pattern.ts';

const nothing = trackedPaths([]);

function patternOf(text: string): PathPattern {
  const patterns = resolveText(text, nothing);
  if (!patterns.ok || patterns.value.length !== 1) throw new Error(`${text} is not one pattern`);
  return patterns.value[0] as PathPattern;
}

function meets(a: string, b: string, ...excluded: readonly string[]): boolean {
  const exclusions = excluded.flatMap((text) => patternTokens(patternOf(text)));
  return patternTokens(patternOf(a)).some((inA) =>
    patternTokens(patternOf(b)).some((inB) => canMeet(inA, inB, exclusions)),
  );
}

it.each([
  ['*.ts', '*.tsx', false],
  ['*.ts', 'a*', true],
  ['a*', 'b*', false],
  ['src/**', '*/index.ts', true],
  ['src/*', 'src/*/*', false],
  ['src/**/a.ts', 'src/b/**', true],
  ['**/a', '**/b', false],
  ['**/a/**', '**/b/**', true],
  ['a/**/c', 'a/b/*', true],
  ['?', '??', false],
  ['a?', '?b', true],
  ['*a', 'b*', true],
  ['a/*/b', 'a/?', false],
])('whether %s and %s can name the same path: %s', (a, b, expected) => {
  expect(meets(a, b)).toBe(expected);
  expect(meets(b, a)).toBe(expected);
});

it.each([
  ['src/**', 'src/gen/**', 'src/gen/**', false],
  ['src/**', 'src/**/*.ts', 'src/gen/**', true],
  ['src/*.ts', 'src/a*', '**/*.ts', false],
  ['src/*', 'src/?', 'src/a', true],
  ['**', '**', '**', false],
  ['**', '**', '*', true],
  ['a/*', 'a/**', 'a/?*', false],
])('whether %s and %s still meet without %s: %s', (a, b, excluded, expected) => {
  expect(meets(a, b, excluded)).toBe(expected);
});

/** Every path over `a` and `b` of at most eight characters. */
const allPaths: readonly string[] = (() => {
  let texts = [''];
  const all: string[] = [];
  for (let length = 1; length <= 8; length += 1) {
    texts = texts
      .flatMap((text) => ['a', 'b', '/'].map((letter) => text + letter))
      .filter((text) => !/^\/|\/\//.test(text));
    all.push(...texts.filter((text) => !text.endsWith('/')));
  }
  return all;
})();

const globOf = (segments: readonly string[], maxLength: number) =>
  fc
    .array(fc.constantFrom(...segments), { minLength: 1, maxLength })
    .map((chosen) => chosen.join('/'))
    .filter((text) => /[*?]/.test(text));

/** Where two of these meet, they do so in three segments of two letters or fewer. */
const glob = globOf(['**', '*', '?', 'a', 'b', 'a*', '*b', '?*'], 2);
const deepGlob = globOf(['**', '*', 'a', 'b'], 4);

/** Every path of at most eight segments that are `a` or `b`. */
const deepPaths: readonly string[] = Array.from({ length: 8 }).reduce<readonly string[]>(
  (paths) => ['a', 'b', ...paths.flatMap((path) => [`a/${path}`, `b/${path}`])],
  [],
);

it.each([
  ['short', glob, allPaths],
  ['deep', deepGlob, deepPaths],
])('agrees with trying every %s path', (_, globs, paths) => {
  fc.assert(
    fc.property(globs, globs, (a, b) => {
      const [inA, inB] = [patternOf(a), patternOf(b)];
      const found = paths.some((path) => matchesPattern(inA, path) && matchesPattern(inB, path));
      expect(meets(a, b)).toBe(found);
    }),
    { numRuns: 500 },
  );
});

it('agrees with trying every path of a few segments when some are excluded', () => {
  // The letter c stands for all that no glob mentions, and eight segments are more than two globs and an exclusion can tell apart.
  const paths = deepPaths.flatMap((path) => [path, path.replaceAll('b', 'c'), path.replace('a', 'c')]);
  const globs = globOf(['**', '*', 'a', 'b'], 3);
  fc.assert(
    fc.property(globs, globs, globs, (a, b, excluded) => {
      const [inA, inB, out] = [patternOf(a), patternOf(b), patternOf(excluded)];
      const found = paths.some(
        (path) => matchesPattern(inA, path) && matchesPattern(inB, path) && !matchesPattern(out, path),
      );
      expect(meets(a, b, excluded)).toBe(found);
    }),
    { numRuns: 500 },
  );
});

it('what is excluded whole never meets', () => {
  fc.assert(
    fc.property(glob, glob, (a, b) => {
      expect(meets(a, b, a)).toBe(false);
      expect(meets(a, b, b)).toBe(false);
    }),
  );
});

it('many stars against many stars are answered in polynomial time', () => {
  expect(meets(`${'*a'.repeat(100)}`, `${'*b'.repeat(100)}`)).toBe(false);
  expect(meets(`${'**/a/'.repeat(40)}x`, `${'**/b/'.repeat(40)}y`)).toBe(false);
});

it('an exclusion that would take too long to follow is left out of account, so that they meet', () => {
  // Nothing is left of `*` without `*`. But to see it, every set of places must be looked at where the second exclusion may stand.
  expect(meets('*', '*', '*', `*a${'?'.repeat(18)}`)).toBe(true);
  expect(meets('*', '*', '*', `*a${'?'.repeat(8)}`)).toBe(false);
});
