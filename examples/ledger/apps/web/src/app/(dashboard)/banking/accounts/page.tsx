import { header } from '../../../../header.js';
import { html } from '../../../../html.js';
import { accountList } from './account-list.js';

export default function AccountsPage({ accounts }) {
  return html`
    ${header({ title: 'Accounts' })}
    <main>
      ${accountList(accounts)}
    </main>
  `;
}
