import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBank } from '../src/bank.js';
import { routes } from '../src/routes/index.js';

function bankWithTwoAccounts() {
  const bank = createBank();
  bank.accounts.open({ id: 'checking', name: 'Checking' });
  bank.accounts.open({ id: 'savings', name: 'Savings' });
  bank.accounts.deposit('checking', 10000);
  return bank;
}

const balances = (bank) => bank.accounts.list().map((account) => account.balance);

test('a transfer between two accounts keeps the total', () => {
  const bank = bankWithTwoAccounts();
  bank.transfers.make({ from: 'checking', to: 'savings', minor: 2550 });
  assert.deepEqual(balances(bank), [7450, 2550]);
  assert.equal(bank.ledger.total(), 0);
});

test('a transfer that cannot be made moves nothing', () => {
  const bank = bankWithTwoAccounts();
  const wrong = [
    { from: 'checking', to: 'savings', minor: 10001 },
    { from: 'checking', to: 'savings', minor: 0 },
    { from: 'checking', to: 'checking', minor: 1 },
    { from: 'checking', to: 'nowhere', minor: 1 },
  ];
  for (const transfer of wrong) assert.throws(() => bank.transfers.make(transfer), RangeError);
  assert.deepEqual(balances(bank), [10000, 0]);
});

test('a transfer is made and listed through the API', () => {
  const bank = bankWithTwoAccounts();
  const [list, make] = routes.filter((route) => route.path === '/api/transfers');
  const made = make.answer(bank, { from: 'checking', to: 'savings', amount: '10.00' });
  assert.equal(made.status, 201);
  assert.deepEqual(list.answer(bank).body, [{ number: 2, from: 'checking', to: 'savings', minor: 1000 }]);
});
