import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLedger } from '../src/ledger.js';

const move = (from, to, minor) => ({
  text: `${from} to ${to}`,
  entries: [
    { account: from, minor: -minor },
    { account: to, minor },
  ],
});

test('a posting moves money from one account to another', () => {
  const ledger = createLedger();
  ledger.post(move('a', 'b', 500));
  assert.equal(ledger.balance('a'), -500);
  assert.equal(ledger.balance('b'), 500);
});

test('a posting that does not sum to zero is refused and leaves no trace', () => {
  const ledger = createLedger();
  const entries = [
    { account: 'a', minor: -500 },
    { account: 'b', minor: 499 },
  ];
  assert.throws(() => ledger.post({ text: 'lost a cent', entries }), /does not sum to zero/);
  assert.deepEqual(ledger.linesOf('a'), []);
});

test('a posting with one entry is refused', () => {
  assert.throws(() => createLedger().post({ text: 'alone', entries: [{ account: 'a', minor: 0 }] }), RangeError);
});

test('all accounts together hold nothing, whatever is posted', () => {
  const ledger = createLedger();
  for (let n = 1; n <= 50; n += 1) ledger.post(move(`a${n % 7}`, `a${(n * 3) % 5}`, n * 13));
  assert.equal(ledger.total(), 0);
});

test('the lines of an account come oldest first', () => {
  const ledger = createLedger();
  ledger.post(move('a', 'b', 1));
  ledger.post(move('b', 'a', 2));
  assert.deepEqual(
    ledger.linesOf('a').map((line) => line.minor),
    [-1, 2],
  );
});
