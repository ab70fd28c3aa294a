import { createAccounts } from './accounts.js';
import { createLedger } from './ledger.js';

/** A bank in memory: the ledger, and all that keeps its books in it. */
export function createBank() {
  const ledger = createLedger();
  const accounts = createAccounts(ledger);
  return { ledger, accounts };
}
