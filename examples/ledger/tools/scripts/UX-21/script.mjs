export default {
  summary: 'a page of all transfers',
  // Many agents stop without a commit. What they leave is harvested into one.
  commits: false,
  steps: [
    {
      say: 'looking for the transfer model',
      progress: 0.3,
      edit(files) {
        if (!files.read('apps/api/src/bank.js').includes('transfers')) throw new Error('the bank has no transfers yet');
      },
    },
    { say: 'writing the page, its list and their tests', progress: 0.65, edit: (files) => files.add() },
    { say: 'reading it over', progress: 0.9 },
  ],
  report: { complianceGate: 'n/a' },
};
