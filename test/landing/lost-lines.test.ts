import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explanationsIn, hasMarkers, isExplained, lostLines } from '../../src/landing/lost-lines.ts';

const text = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

describe('lost lines', () => {
  test.each([
    ['both additions are there', ['a'], ['a', 'mine'], ['a', 'theirs'], ['a', 'theirs', 'mine'], []],
    ['an addition of the branch is gone', ['a'], ['a', 'mine'], ['a', 'theirs'], ['a', 'theirs'], ['mine']],
    ['an addition of main is gone', ['a'], ['a', 'mine'], ['a', 'theirs'], ['a', 'mine'], ['theirs']],
    ['both are gone', ['a'], ['a', 'mine'], ['a', 'theirs'], ['a'], ['theirs', 'mine']],
    [
      'a line that one side took out may stay out',
      ['a', 'b'],
      ['a', 'mine'],
      ['a', 'b', 'theirs'],
      ['a', 'mine', 'theirs'],
      [],
    ],
    ['both added the same line, which is there once', ['a'], ['a', 'x'], ['a', 'x'], ['a', 'x'], []],
    ['a second copy of a line is a line', ['x'], ['x', 'x'], ['x', 'y'], ['x', 'y'], ['x']],
    [
      'indentation and a comma do not count',
      ['{'],
      ['{', ' "a": 1'],
      ['{', ' "b": 2'],
      ['{', '"a": 1,', '  "b": 2'],
      [],
    ],
    ['lines of signs do not count', ['a'], ['a', 'if (x) {', '}'], ['a', '});'], ['a', 'if (x) {'], []],
    ['a file that both added', undefined, ['mine'], ['theirs'], ['mine'], ['theirs']],
    ['a file that one side deleted and the other changed', ['a'], undefined, ['a', 'theirs'], undefined, ['theirs']],
  ])('%s', (_, base, own, main, result, lost) => {
    const [b, o, m, r] = [base, own, main, result].map((lines) => (lines === undefined ? undefined : text(...lines)));
    expect(lostLines({ base: b, own: o, main: m }, r)).toEqual(lost);
  });

  const lines = fc.array(fc.constantFrom('a', 'b', 'c', '}', ''), { maxLength: 8 }).map((all) => text(...all));

  test('one side whole is a loss only of what the other added, and both behind each other lose nothing', () => {
    fc.assert(
      fc.property(lines, lines, lines, (base, own, main) => {
        expect(lostLines({ base, own, main }, main + own)).toEqual([]);
        expect(lostLines({ base, own, main: base }, own)).toEqual([]);
        for (const line of lostLines({ base, own, main }, main)) expect(own).toContain(line);
      }),
    );
  });
});

describe('markers', () => {
  const sides = { base: 'a\n', own: 'Title\n=======\nmine\n', main: 'a\ntheirs\n' };

  test.each([
    ['those of a conflict', '<<<<<<< mine\na\n=======\nb\n>>>>>>> main\n', true],
    ['one that was forgotten', 'a\n>>>>>>> main\n', true],
    ['the text of the ancestor', 'a\n||||||| 1234567\nb\n', true],
    ['longer ones, by attributes', '<<<<<<<<<<< mine\n', true],
    ['with carriage returns', 'a\r\n<<<<<<< mine\r\n', true],
    ['a heading of a side', 'Title\n=======\nmine\n', false],
    ['shorter signs', '<<<<<< mine\n====\n', false],
    ['signs inside a line', 'x = a <<<<<<< b\n', false],
  ])('%s: %j is one: %s', (_, result, found) => {
    expect(hasMarkers(sides, result)).toBe(found);
  });
});

describe('explanations', () => {
  const said = explanationsIn([
    'merge\n\nDropped: src/a.ts: both did the same\n- dropped: const old = 1; no longer used\nNot dropped: this',
  ]);

  test('are read from lines that begin with the word', () => {
    expect(said.map(({ text: words }) => words)).toEqual([
      'src/a.ts: both did the same',
      'const old = 1; no longer used',
    ]);
  });

  test.each([
    ['src/a.ts', 'any line', true],
    ['src/a.tsx', 'any line', false],
    ['src/b.ts', 'const old = 1;', true],
    ['src/b.ts', 'const older = 1', false],
  ])('of %s the line %j: %s', (path, line, explained) => {
    expect(isExplained(said, path, line)).toBe(explained);
  });

  test('a path without a reason explains nothing', () => {
    expect(isExplained(explanationsIn(['Dropped: src/a.ts']), 'src/a.ts', 'any line')).toBe(false);
  });
});
