/**
 * The story of the demo. For each task: what must come out and why; the `file` it brings, which is on main exactly if it
 * landed; and where its work is `kept` when it did not.
 */
export const story = [
  {
    id: 'DEV-15',
    outcome: 'landed',
    file: 'apps/api/src/transfers/model.js',
    says: 'passed the security, compliance and lint gates, and the tests on top of main.',
  },
  {
    id: 'UX-19',
    outcome: 'landed',
    file: 'apps/web/src/total-balance.js',
    says: 'modifies the same page as DEV-15. It waited, started from the main that has DEV-15, and merged cleanly.',
  },
  {
    id: 'UX-21',
    outcome: 'landed',
    file: 'apps/web/test/transfers-page.test.js',
    says: 'depends on DEV-15 and started once that had landed. Its agent left no commit; its work was harvested into one.',
  },
  {
    id: 'DRY-11',
    outcome: 'landed',
    file: 'apps/web/src/format-money.js',
    says: 'touches what nobody else does, and ran beside the others.',
  },
  { id: 'DOC-5', outcome: 'no_change', says: 'had nothing to change; its agent said so, and nothing was merged.' },
  {
    id: 'OPS-7',
    outcome: 'tests_failed',
    kept: '.worktrees/platform-agent-OPS-7',
    says:
      'renames parseAmount, while DEV-15 began to use it. No file in common and no merge conflict, each green alone, and\n' +
      'red together. The tests saw it on a candidate, before main could move to it.',
  },
  {
    id: 'SEC-8',
    outcome: 'gate_blocked',
    kept: '.worktrees/platform-agent-SEC-8',
    file: 'apps/api/src/statement-archive.js',
    says: 'works and passes its tests, with an access key written into the source. The security gate refused it.',
  },
];
