/** What all accounts hold together, in minor units. */
export function totalBalance(accounts) {
  return accounts.reduce((total, account) => total + account.balance, 0);
}
