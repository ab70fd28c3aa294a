import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { createBank } from '../src/bank.js';
import { apiListener } from '../src/server.js';

async function startApi(t) {
  const server = createServer(apiListener(createBank())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
}

test('an account is opened, filled and listed over HTTP', async (t) => {
  const ask = await startApi(t);
  assert.equal((await ask('POST', '/api/accounts', { id: 'savings', name: 'Savings' })).status, 201);
  assert.equal((await ask('POST', '/api/deposits', { account: 'savings', amount: '20.00' })).status, 201);
  assert.deepEqual((await ask('GET', '/api/accounts')).body, [{ id: 'savings', name: 'Savings', balance: 2000 }]);
});

test('a wrong request is answered with 400 and says why', async (t) => {
  const ask = await startApi(t);
  const answer = await ask('POST', '/api/deposits', { account: 'savings', amount: 'a lot' });
  assert.deepEqual(answer, { status: 400, body: { error: 'not an amount: a lot' } });
  assert.equal((await ask('POST', '/api/accounts', '{ not json')).status, 400);
});

test('an unknown path is answered with 404', async (t) => {
  const ask = await startApi(t);
  assert.equal((await ask('GET', '/api/nothing')).status, 404);
});
