import assert from 'node:assert/strict';
import { test } from 'node:test';
import { header } from '../src/header.js';
import { renderPage } from '../src/pages.js';

test('the head of the accounts page shows what all accounts hold together', async () => {
  const accounts = [
    { id: 'checking', name: 'Checking', balance: 123450 },
    { id: 'savings', name: 'Savings', balance: 50 },
  ];
  const page = await renderPage('/banking/accounts', { accounts });
  assert.match(page, /<h1>Accounts<\/h1><p class="balance">1,235\.00<\/p>/);
});

test('a page without a balance has none in its head', () => {
  assert.doesNotMatch(String(header({ title: 'Help' })), /balance/);
});
