import { formatBalance } from '../../../../balance.js';
import { html } from '../../../../html.js';

/** The accounts, `{ id, name, balance }`, one a line. */
export function accountList(accounts) {
  if (accounts.length === 0) return html`<p>No account yet.</p>`;
  return html`<ul class="accounts">
    ${accounts.map(({ id, name, balance }) => html`<li id="${id}">${name} <b>${formatBalance(balance)}</b></li>`)}
  </ul>`;
}
