/** Transfers between two accounts of the bank. A transfer is one posting, so the total of all accounts never changes. */
export function createTransfers({ accounts, ledger }) {
  const made = [];

  /** Moves `minor` units. Throws a RangeError, and moves nothing, when an account is unknown or does not hold enough. */
  function make({ from, to, minor }) {
    if (minor <= 0) throw new RangeError('a transfer is above zero');
    if (from === to) throw new RangeError('a transfer needs two accounts');
    const source = accounts.find(from);
    const goal = accounts.find(to);
    if (source.balance < minor) throw new RangeError(`${source.name} does not hold enough`);
    const { number } = ledger.post({
      text: `Transfer from ${source.name} to ${goal.name}`,
      entries: [
        { account: from, minor: -minor },
        { account: to, minor },
      ],
    });
    const transfer = Object.freeze({ number, from, to, minor });
    made.push(transfer);
    return transfer;
  }

  /** All transfers, oldest first: `{ number, from, to, minor }`. */
  function list() {
    return [...made];
  }

  return { make, list };
}
