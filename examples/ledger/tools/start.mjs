// Serves the API and the pages on one port, with two accounts to look at: `npm start`, or `PORT=8080 npm start`.
import { createServer } from 'node:http';
import { createBank } from '../apps/api/src/bank.js';
import { apiListener } from '../apps/api/src/server.js';
import { renderPage } from '../apps/web/src/pages.js';

const bank = createBank();
for (const [id, name, minor] of [['checking', 'Checking', 124950], ['savings', 'Savings', 1000000]]) {
  bank.accounts.open({ id, name });
  bank.accounts.deposit(id, minor);
}

const api = apiListener(bank);
const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  if (path.startsWith('/api/')) return api(request, response);
  const page = await renderPage(path, { accounts: bank.accounts.list(), transfers: bank.transfers?.list() ?? [] });
  response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
  return response.end(page ?? 'Nothing here. Try /banking/accounts.');
});

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/banking/accounts`);
});
