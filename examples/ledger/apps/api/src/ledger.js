import { checkMinor } from './money.js';

/**
 * A book of postings that is only ever added to. A posting has two entries or more, each `{ account, minor }`, and they
 * sum to zero: money moves, it is never made. So the sum over all accounts is zero at any time.
 */
export function createLedger() {
  const postings = [];

  /** Adds a posting and returns it. Throws a RangeError, and adds nothing, when the entries do not balance. */
  function post({ text, entries }) {
    if (entries.length < 2) throw new RangeError('a posting needs two entries or more');
    const rest = entries.reduce((sum, entry) => sum + checkMinor(entry.minor), 0);
    if (rest !== 0) throw new RangeError(`the posting "${text}" does not sum to zero: ${rest} is left`);
    const posting = Object.freeze({ number: postings.length + 1, text, entries: entries.map((entry) => ({ ...entry })) });
    postings.push(posting);
    return posting;
  }

  /** The lines of one account, oldest first: `{ number, text, minor }`. */
  function linesOf(account) {
    return postings.flatMap(({ number, text, entries }) =>
      entries.filter((entry) => entry.account === account).map(({ minor }) => ({ number, text, minor })),
    );
  }

  /** What an account holds, in minor units. */
  function balance(account) {
    return linesOf(account).reduce((sum, line) => sum + line.minor, 0);
  }

  /** The sum over every account. Anything but zero is a bug. */
  function total() {
    return postings.flatMap((posting) => posting.entries).reduce((sum, entry) => sum + entry.minor, 0);
  }

  return { post, linesOf, balance, total };
}
