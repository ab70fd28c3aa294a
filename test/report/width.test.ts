import { expect, test } from 'vitest';
import { cutTo, padTo, table, textWidth } from '../../src/report/width.ts';

test.each([
  ['DEV-15', 6],
  ['送金', 4],
  ['한글', 4],
  ['🏦', 2],
  ['👍🏽', 2],
  ['é', 1],
  ['e\u0301', 1],
  ['ｗｉｄｅ', 8],
  ['—…', 2],
  ['', 0],
])('%s takes its cells', (text, cells) => {
  expect(textWidth(text)).toBe(cells);
});

test('a line is cut before a character that would stick out', () => {
  expect(cutTo('送金model', 5)).toBe('送金…');
  expect(cutTo('送金model', 4)).toBe('送…');
  expect(cutTo('送金', 4)).toBe('送金');
  expect(cutTo('a b c', 3)).toBe('a…');
  expect(cutTo('abc', 0)).toBe('');
});

test('columns align whatever they are written in, and lines end without blanks', () => {
  expect(padTo('送', 4)).toBe('送  ');
  expect(
    table(
      [
        ['送金', 'a'],
        ['x', ''],
        ['y', 'b'],
      ],
      '> ',
    ),
  ).toEqual(['> 送金  a', '> x', '> y     b']);
});
