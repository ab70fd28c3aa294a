import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineCounter, readableText } from '../../src/gates/text.ts';

describe('lines', () => {
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
    expect(readableText(Buffer.from(`\ufeff${word}`))).toBe(word);
    expect(readableText(utf16)).toBe(word);
    expect(readableText(bigEndian)).toBe(word);
    expect(readableText(Buffer.from(`\0${word}\xff`, 'latin1'))).toBe(`\0${word}\ufffd`);
  });
});
