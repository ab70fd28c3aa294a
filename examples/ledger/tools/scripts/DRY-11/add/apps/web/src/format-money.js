/**
 * Minor units as text: `1,234.50`, and `-0.05` below zero. `separator` stands between thousands; a spreadsheet wants none.
 * The only place that knows how an amount is written.
 */
export function formatMoney(minor, { separator = ',' } = {}) {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, separator);
  return `${minor < 0 ? '-' : ''}${whole}.${digits.slice(-2)}`;
}
