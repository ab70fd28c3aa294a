import { createHash } from 'node:crypto';

/** A made-up key with the look of a real one. It exists only in the worktree: no scanner finds it in this file. */
function madeUp(name, length, letters) {
  return [...createHash('sha512').update(name).digest()].slice(0, length).map((byte) => letters[byte % letters.length]).join('');
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const all = `${upper}${upper.slice(0, 26).toLowerCase()}0189`;

export default {
  summary: 'statements go to the archive, signed',
  steps: [
    { say: 'reading how the archive wants its requests', progress: 0.3 },
    {
      say: 'signing requests, with the key in the file, to see it work',
      progress: 0.65,
      edit: (files) =>
        files.add({ ACCESS_KEY_ID: `AK${'IA'}${madeUp('id', 16, upper)}`, SECRET_ACCESS_KEY: madeUp('secret', 40, all) }),
    },
    { say: 'reading it over', progress: 0.9 },
  ],
  report: { complianceGate: 'n/a' },
};
