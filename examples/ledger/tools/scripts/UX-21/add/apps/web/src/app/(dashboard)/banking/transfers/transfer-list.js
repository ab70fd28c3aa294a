import { formatBalance } from '../../../../balance.js';
import { html } from '../../../../html.js';

/** The transfers, newest first, with the names of the accounts they moved money between. */
export function transferList({ accounts, transfers }) {
  if (transfers.length === 0) return html`<p>No transfer yet.</p>`;
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  return html`<ol class="transfers" reversed>
    ${transfers.toReversed().map(
      ({ from, to, minor }) => html`<li>${names.get(from)} to ${names.get(to)} <b>${formatBalance(minor)}</b></li>`,
    )}
  </ol>`;
}
