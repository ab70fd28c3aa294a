import { header } from '../../../../header.js';
import { html } from '../../../../html.js';
import { transferList } from './transfer-list.js';

export default function TransfersPage({ accounts, transfers }) {
  return html`
    ${header({ title: 'Transfers' })}
    <main>
      ${transferList({ accounts, transfers })}
    </main>
  `;
}
