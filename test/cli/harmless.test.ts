import { expect, test } from 'vitest';
import { harmless } from '../../src/cli/harmless.ts';

test('nothing that steers a terminal gets through, and what it was can still be read', () => {
  expect(harmless('\u001b]0;title\u0007\u001b[31mred\u009b2J\u007f')).toBe('␛]0;title␇␛[31mred�2J␡');
  expect(harmless('evil\u202etxt.exe\u2069')).toBe('evil�txt.exe�');
});

test('lines, tabs and letters stay; a progress bar gets a line for each of its states', () => {
  expect(harmless('a\tb\r\nc ü 漢\n10%\r20%')).toBe('a\tb\nc ü 漢\n10%\n20%');
});
