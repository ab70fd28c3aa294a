import { html } from './html.js';

function withCommas(minor) {
  const sign = minor < 0 ? '-' : '';
  const cents = Math.abs(minor);
  const whole = Math.floor(cents / 100).toLocaleString('en-US');
  return `${sign}${whole}.${String(cents % 100).padStart(2, '0')}`;
}

/** The statement of one account: a table of its ledger lines, `{ number, text, minor }`, and their sum. */
export function statement(lines) {
  const sum = lines.reduce((total, line) => total + line.minor, 0);
  return html`<table class="statement">
    ${lines.map(({ number, text, minor }) => html`<tr><td>${number}</td><td>${text}</td><td>${withCommas(minor)}</td></tr>`)}
    <tr><td></td><td>Sum</td><td>${withCommas(sum)}</td></tr>
  </table>`;
}
