import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OUTSIDE } from '../src/accounts.js';
import { createBank } from '../src/bank.js';

test('a new account is empty', () => {
  const { accounts } = createBank();
  assert.deepEqual(accounts.open({ id: 'checking', name: 'Checking' }), {
    id: 'checking',
    name: 'Checking',
    balance: 0,
  });
});

test('two accounts cannot share an id', () => {
  const { accounts } = createBank();
  accounts.open({ id: 'checking', name: 'Checking' });
  assert.throws(() => accounts.open({ id: 'checking', name: 'Other' }), /exists already/);
  assert.throws(() => accounts.open({ id: OUTSIDE, name: 'Other' }), /exists already/);
});

test('a deposit comes from outside', () => {
  const { accounts, ledger } = createBank();
  accounts.open({ id: 'checking', name: 'Checking' });
  assert.equal(accounts.deposit('checking', 1250).balance, 1250);
  assert.equal(ledger.balance(OUTSIDE), -1250);
});

test('a deposit of nothing, or into no account, is refused', () => {
  const { accounts, ledger } = createBank();
  accounts.open({ id: 'checking', name: 'Checking' });
  assert.throws(() => accounts.deposit('checking', 0), RangeError);
  assert.throws(() => accounts.deposit('nowhere', 100), /no account nowhere/);
  assert.equal(ledger.balance(OUTSIDE), 0);
});
