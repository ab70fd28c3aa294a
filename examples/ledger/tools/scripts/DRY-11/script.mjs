const WEB = 'apps/web/src';

export default {
  summary: 'one money formatter instead of three',
  steps: [
    { say: 'writing the one formatter', progress: 0.3, edit: (files) => files.add() },
    {
      say: 'using it for balances and statements',
      progress: 0.65,
      edit(files) {
        files.write(
          `${WEB}/balance.js`,
          '/** Minor units as a balance on a page. */\n' + "export { formatMoney as formatBalance } from './format-money.js';\n",
        );
        const text = files.read(`${WEB}/statement.js`);
        const without = text.replace(/\nfunction withCommas\(minor\) \{\n[^]*?\n\}\n/, '').replaceAll('withCommas(', 'formatMoney(');
        files.write(`${WEB}/statement.js`, without);
        files.replace(
          `${WEB}/statement.js`,
          "import { html } from './html.js';\n",
          "import { formatMoney } from './format-money.js';\nimport { html } from './html.js';\n",
        );
      },
    },
    {
      say: 'using it for exports',
      progress: 0.9,
      edit(files) {
        const text = files.read(`${WEB}/export-csv.js`);
        const without = text.replace(/^function amount\(minor\) \{\n[^]*?\n\}\n/, "import { formatMoney } from './format-money.js';\n");
        files.write(`${WEB}/export-csv.js`, without.replace(' amount(minor)', " formatMoney(minor, { separator: '' })"));
      },
    },
  ],
  report: { complianceGate: 'n/a' },
};
