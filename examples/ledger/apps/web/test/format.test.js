import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBalance } from '../src/balance.js';
import { exportCsv } from '../src/export-csv.js';
import { statement } from '../src/statement.js';

const lines = [
  { number: 1, text: 'Deposit', minor: 123456789 },
  { number: 2, text: 'For the "roof"', minor: -5 },
];

test('a balance has two decimals and thousands apart', () => {
  assert.equal(formatBalance(0), '0.00');
  assert.equal(formatBalance(7), '0.07');
  assert.equal(formatBalance(-123450), '-1,234.50');
  assert.equal(formatBalance(123456789), '1,234,567.89');
});

test('a statement shows each line and the sum', () => {
  const text = String(statement(lines));
  assert.match(text, /<td>Deposit<\/td><td>1,234,567\.89<\/td>/);
  assert.match(text, /<td>Sum<\/td><td>1,234,567\.84<\/td>/);
});

test('an export keeps quotes and has no thousands separators', () => {
  assert.equal(exportCsv(lines), 'number,text,amount\n1,"Deposit",1234567.89\n2,"For the ""roof""",-0.05\n');
});
