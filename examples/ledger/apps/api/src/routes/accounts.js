import { parseAmount } from '../money.js';

export const accountRoutes = [
  { method: 'GET', path: '/api/accounts', answer: (bank) => ({ status: 200, body: bank.accounts.list() }) },
  {
    method: 'POST',
    path: '/api/accounts',
    answer: (bank, { id, name }) => ({ status: 201, body: bank.accounts.open({ id, name }) }),
  },
  {
    method: 'POST',
    path: '/api/deposits',
    answer: (bank, { account, amount }) => ({
      status: 201,
      body: bank.accounts.deposit(account, parseAmount(amount)),
    }),
  },
];
