const HEADER = 'apps/web/src/header.js';
const PAGE = 'apps/web/src/app/(dashboard)/banking/accounts/page.tsx';

export default {
  summary: 'the total balance in the header',
  steps: [
    { say: 'adding up the accounts', progress: 0.3, edit: (files) => files.add() },
    {
      say: 'making room in the header',
      progress: 0.65,
      edit(files) {
        files.insertAfter(HEADER, 'import ', "import { formatBalance } from './balance.js';");
        files.replace(
          HEADER,
          'export function header({ title }) {\n  return html`<header><h1>${title}</h1></header>`;',
          'export function header({ title, balance }) {\n' +
            '  const shown = balance === undefined ? undefined : html`<p class="balance">${formatBalance(balance)}</p>`;\n' +
            '  return html`<header><h1>${title}</h1>${shown}</header>`;',
        );
      },
    },
    {
      say: 'showing it on the accounts page',
      progress: 0.9,
      edit(files) {
        files.insertAfter(PAGE, 'import ', "import { totalBalance } from '../../../../total-balance.js';");
        files.replace(
          PAGE,
          "header({ title: 'Accounts' })",
          "header({ title: 'Accounts', balance: totalBalance(accounts) })",
        );
      },
    },
  ],
  report: { complianceGate: 'n/a' },
};
