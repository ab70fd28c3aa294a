import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBank } from '../../api/src/bank.js';
import { renderPage } from '../src/pages.js';

test('the transfers page shows what the bank moved, newest first', async () => {
  const { accounts, transfers } = createBank();
  accounts.open({ id: 'a', name: 'Checking' });
  accounts.open({ id: 'b', name: 'Savings' });
  accounts.deposit('a', 100000);
  transfers.make({ from: 'a', to: 'b', minor: 50000 });
  transfers.make({ from: 'b', to: 'a', minor: 1 });
  const page = await renderPage('/banking/transfers', { accounts: accounts.list(), transfers: transfers.list() });
  assert.match(page, /Savings to Checking <b>0\.01<\/b>[^]*Checking to Savings <b>500\.00<\/b>/);
});

test('without transfers the page says so', async () => {
  assert.match(await renderPage('/banking/transfers', { accounts: [], transfers: [] }), /No transfer yet/);
});
