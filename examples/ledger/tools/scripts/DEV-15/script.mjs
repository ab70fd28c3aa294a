const API = 'apps/api/src';
const PAGE = 'apps/web/src/app/(dashboard)/banking/accounts/page.tsx';

export default {
  summary: 'transfers between accounts',
  steps: [
    { say: 'reading the ledger and the accounts', progress: 0.1 },
    { say: 'writing the transfer model, its route and their tests', progress: 0.3, edit: (files) => files.add() },
    {
      say: 'wiring transfers into the bank and the API',
      progress: 0.65,
      edit(files) {
        files.insertAfter(`${API}/bank.js`, 'import ', "import { createTransfers } from './transfers/model.js';");
        files.insertAfter(`${API}/bank.js`, 'const accounts =', 'const transfers = createTransfers({ accounts, ledger });');
        files.replace(`${API}/bank.js`, 'return { ledger, accounts };', 'return { ledger, accounts, transfers };');
        files.insertAfter(`${API}/routes/index.js`, 'import ', "import { transferRoutes } from '../transfers/route.js';");
        files.insertAfter(`${API}/routes/index.js`, '...accountRoutes', '...transferRoutes,');
      },
    },
    {
      say: 'putting the form on the accounts page',
      progress: 0.9,
      edit(files) {
        files.insertAfter(PAGE, 'import ', "import { transferForm } from './transfer-form.js';");
        files.insertAfter(PAGE, '${accountList(accounts)}', '${transferForm(accounts)}');
      },
    },
  ],
  report: {
    complianceGate: 'pending',
    reviewAgents: [{ name: 'financial-data-validator', status: 'pass', warnings: 2 }],
  },
};
