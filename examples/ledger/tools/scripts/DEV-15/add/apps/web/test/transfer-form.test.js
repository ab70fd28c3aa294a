import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPage } from '../src/pages.js';

const checking = { id: 'checking', name: 'Checking', balance: 100 };
const savings = { id: 'savings', name: 'Savings', balance: 0 };

test('the accounts page has a form for a transfer between two accounts', async () => {
  const page = await renderPage('/banking/accounts', { accounts: [checking, savings] });
  assert.match(page, /<form class="transfer"/);
  assert.match(page, /<select name="to"><option value="checking">Checking<\/option><option value="savings">/);
});

test('with one account there is nothing to transfer', async () => {
  assert.doesNotMatch(await renderPage('/banking/accounts', { accounts: [checking] }), /<form/);
});
