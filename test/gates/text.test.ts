import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { common, type LineRange, lineCounter, meets, readableText } from '../../src/gates/text.ts';

const linesOf = (ranges: readonly LineRange[]): number[] =>
  ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));

/** Ranges in order and apart, from a set of line numbers. */
const anyRanges = fc.uniqueArray(fc.integer({ min: 1, max: 30 })).map((lines): LineRange[] => {
  const ranges: { first: number; last: number }[] = [];
  for (const line of lines.sort((a, b) => a - b)) {
    const open = ranges.at(-1);
    if (open !== undefined && open.last + 1 === line) open.last = line;
    else ranges.push({ first: line, last: line });
  }
  return ranges;
});

describe('lines', () => {
  it('common lines are those that both lists hold', () => {
    fc.assert(
      fc.property(anyRanges, anyRanges, (a, b) => {
        expect(linesOf(common(a, b))).toEqual(linesOf(a).filter((line) => linesOf(b).includes(line)));
      }),
    );
  });

  it('a span meets ranges when it shares a line with one of them', () => {
    fc.assert(
      fc.property(anyRanges, fc.integer({ min: 1, max: 30 }), fc.nat({ max: 6 }), (ranges, first, length) => {
        const shared = linesOf(ranges).some((line) => first <= line && line <= first + length);
        expect(meets(ranges, first, first + length)).toBe(shared);
      }),
    );
  });

  it('the line of an offset is one more than the line feeds before it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '\n', '\r')).map((parts) => parts.join('')),
        fc.nat({ max: 20 }),
        (text, offset) => {
          const at = Math.min(offset, text.length);
          expect(lineCounter(text)(at)).toBe(text.slice(0, at).split('\n').length);
        },
      ),
    );
  });
});

describe('bytes as text', () => {
  it('a byte-order mark, UTF-16 and a NUL hide nothing', () => {
    const word = 'needle';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(word, 'utf16le')]);
    const bigEndian = Buffer.from(utf16).swap16();
    expect(readableText(Buffer.from(`\ufeff${word}`))).toEqual({ text: word, linesCount: true });
    expect(readableText(utf16)).toEqual({ text: word, linesCount: false });
    expect(readableText(bigEndian)).toEqual({ text: word, linesCount: false });
    expect(readableText(Buffer.from(`\0${word}\xff`, 'latin1')).text).toContain(word);
  });
});
