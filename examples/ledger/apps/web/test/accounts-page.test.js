import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPages, renderPage } from '../src/pages.js';

const accounts = [
  { id: 'checking', name: 'Checking', balance: 123450 },
  { id: 'savings', name: 'Rainy <days>', balance: -5 },
];

test('a folder in brackets has no part in the path of a page', () => {
  assert.ok(findPages().has('/banking/accounts'));
});

test('the accounts page shows every account with its balance', async () => {
  const page = await renderPage('/banking/accounts', { accounts });
  assert.match(page, /<h1>Accounts<\/h1>/);
  assert.match(page, /Checking <b>1,234\.50<\/b>/);
  assert.match(page, /<b>-0\.05<\/b>/);
});

test('a name cannot bring markup into the page', async () => {
  const page = await renderPage('/banking/accounts', { accounts });
  assert.match(page, /Rainy &lt;days&gt;/);
});

test('without accounts the page says so', async () => {
  assert.match(await renderPage('/banking/accounts', { accounts: [] }), /No account yet/);
});

test('there is no page at an unknown path', async () => {
  assert.equal(await renderPage('/banking/nothing', { accounts }), undefined);
});
