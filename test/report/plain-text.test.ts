import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from '../../src/report/index.ts';

test.each([
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['eight-bit colours', '\u009b31mred\u009b0m', 'red'],
  ['a window title', '\u001b]0;owned\u0007done', 'done'],
  ['a link, ended by a string terminator', '\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\', 'text'],
  ['a device control string', '\u0090q#1\u009cshown', 'shown'],
  ['a sequence inside a sequence', '\u001b\u001b[0m[31mx', '31mx'],
  ['a title that never ends', '\u001b]0;rest', '0;rest'],
  ['the reset of a terminal', 'a\u001bcb', 'ab'],
  ['line ends of every kind', 'a\r\nb\nc\u2028d\u0085e', 'a b c d e'],
  ['tabs and runs of blanks', ' a\t\t b  ', 'a b'],
  ['a bell and a backspace', 'ab\u0007\u0008c', 'abc'],
  ['marks that turn the text round', 'a\u202eb\u2066c\u200f', 'abc'],
  ['half a character', 'a\ud83d', 'a\ufffd'],
])('%s cannot reach a terminal', (_what, text, safe) => {
  expect(plainText(text)).toBe(safe);
});

test('ordinary writing stays as it is', () => {
  const text = 'Überweisung — 送金 🏦 نقل café';
  expect(plainText(text)).toBe(text);
});

test('a long text is cut with a mark, and no character is cut in half', () => {
  expect(plainText('abcdef', 4)).toBe('abc…');
  expect(plainText('🏦🏦🏦', 2)).toBe('🏦…');
  expect(plainText('🏦🏦', 2)).toBe('🏦🏦');
  expect(plainText(`${'a b '.repeat(1_000_000)}`, 5)).toBe('a b…');
  expect(plainText(`x${'\u001b[1m'.repeat(100_000)}y`, 3)).toMatch(/^x.?…$/);
  expect(plainText('anything', 0)).toBe('');
});

const hostile = fc.array(
  fc.oneof(
    fc.constantFrom(
      '\u001b',
      '\u001b[',
      '\u001b]',
      '\u009b',
      '\u009d',
      '\u0090',
      '\u0007',
      '\u009c',
      '\u001b\\',
      '\n',
      '\r',
      '\t',
    ),
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.string(),
  ),
  { maxLength: 30 },
);

test('whatever comes in, what comes out is one line without control characters, no longer than asked, and safe to treat again', () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 0, max: 40 }), (pieces, max) => {
      const out = plainText(pieces.join(''), max);
      expect(out).not.toMatch(/\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect([...out].length).toBeLessThanOrEqual(max);
      expect(out.isWellFormed()).toBe(true);
      expect(plainText(out, max)).toBe(out);
    }),
    { numRuns: 2_000 },
  );
});
