import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMinor, parseAmount } from '../src/money.js';

test('an amount is read as minor units', () => {
  assert.equal(parseAmount('12.50'), 1250);
  assert.equal(parseAmount(' 7 '), 700);
  assert.equal(parseAmount('-0.05'), -5);
});

test('zero has no sign', () => {
  assert.ok(Object.is(parseAmount('-0.00'), 0));
});

test('what is not an amount is refused', () => {
  for (const text of ['', '1.5', '1.505', '1,50', 'ten', '1e3']) assert.throws(() => parseAmount(text), RangeError);
});

test('a fraction of a minor unit is refused', () => {
  assert.equal(checkMinor(100), 100);
  assert.throws(() => checkMinor(0.1), RangeError);
});
