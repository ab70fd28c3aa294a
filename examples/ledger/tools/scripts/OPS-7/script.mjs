export default {
  summary: 'parseAmount is called toMinorUnits',
  steps: [
    { say: 'looking for every use of parseAmount', progress: 0.3 },
    {
      say: 'renaming it',
      progress: 0.65,
      edit: (files) => files.renameEverywhere('parseAmount', 'toMinorUnits'),
      wait: { path: 'apps/api/src/transfers/route.js', atMostMs: 20_000 },
    },
    { say: 'reading it over', progress: 0.9 },
  ],
  report: { complianceGate: 'n/a' },
};
