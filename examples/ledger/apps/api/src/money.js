/** An amount as a person writes it: whole units, and two decimals or none. */
const AMOUNT = /^(-?)(\d{1,12})(?:\.(\d{2}))?$/;

/**
 * Reads `"12.50"` as 1250 minor units. Money is a whole number of minor units everywhere in this program: a float
 * cannot hold 0.10. Throws a RangeError for anything else than an amount.
 */
export function parseAmount(text) {
  const match = AMOUNT.exec(String(text).trim());
  if (match === null) throw new RangeError(`not an amount: ${text}`);
  const [, sign, whole, cents = '00'] = match;
  const minor = Number(whole) * 100 + Number(cents);
  return sign === '-' && minor !== 0 ? -minor : minor;
}

/** Passes a whole number of minor units through, and throws a RangeError for any other value. */
export function checkMinor(value) {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of minor units: ${value}`);
  return value;
}
