/** The other side of money that comes in. Its balance is what the bank owes its customers, below zero. */
export const OUTSIDE = 'outside';

/** The accounts of the bank, over a ledger that holds the money. */
export function createAccounts(ledger) {
  const byId = new Map();

  /** Opens an empty account. Throws a RangeError when the id is taken or missing. */
  function open({ id, name }) {
    if (!id || !name) throw new RangeError('an account needs an id and a name');
    if (id === OUTSIDE || byId.has(id)) throw new RangeError(`the account ${id} exists already`);
    byId.set(id, { id, name });
    return find(id);
  }

  /** An account as `{ id, name, balance }`. Throws a RangeError when there is none. */
  function find(id) {
    const account = byId.get(id);
    if (account === undefined) throw new RangeError(`no account ${id}`);
    return { ...account, balance: ledger.balance(id) };
  }

  /** All accounts, in the order they were opened. */
  function list() {
    return [...byId.keys()].map(find);
  }

  /** Books money that comes in from outside: `minor` is above zero. */
  function deposit(id, minor) {
    if (minor <= 0) throw new RangeError('a deposit is above zero');
    find(id);
    ledger.post({
      text: 'Deposit',
      entries: [
        { account: OUTSIDE, minor: -minor },
        { account: id, minor },
      ],
    });
    return find(id);
  }

  return { open, find, list, deposit };
}
