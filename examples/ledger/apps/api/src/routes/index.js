import { accountRoutes } from './accounts.js';

/** Everything the API answers. An answer is a function of the bank and the request's body. */
export const routes = [
  ...accountRoutes,
];
