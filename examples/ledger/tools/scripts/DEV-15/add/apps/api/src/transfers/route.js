import { parseAmount } from '../money.js';

export const transferRoutes = [
  { method: 'GET', path: '/api/transfers', answer: (bank) => ({ status: 200, body: bank.transfers.list() }) },
  {
    method: 'POST',
    path: '/api/transfers',
    answer: (bank, { from, to, amount }) => ({
      status: 201,
      body: bank.transfers.make({ from, to, minor: parseAmount(amount) }),
    }),
  },
];
