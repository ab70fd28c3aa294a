import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMoney } from '../src/format-money.js';

test('money is written with two decimals, and with commas unless told otherwise', () => {
  assert.equal(formatMoney(-123456789), '-1,234,567.89');
  assert.equal(formatMoney(123456789, { separator: '' }), '1234567.89');
  assert.equal(formatMoney(0), '0.00');
});
