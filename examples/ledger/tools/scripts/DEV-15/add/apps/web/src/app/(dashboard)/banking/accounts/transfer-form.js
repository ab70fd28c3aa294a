import { html } from '../../../../html.js';

/** The form that moves money between two accounts. With fewer than two there is nothing to choose, and no form. */
export function transferForm(accounts) {
  if (accounts.length < 2) return undefined;
  const options = accounts.map(({ id, name }) => html`<option value="${id}">${name}</option>`);
  return html`<form class="transfer" method="post" action="/api/transfers">
    <select name="from">${options}</select>
    <select name="to">${options}</select>
    <input name="amount" inputmode="decimal" placeholder="0.00">
    <button>Transfer</button>
  </form>`;
}
