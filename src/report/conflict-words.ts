import type { EventOf, EventWords } from './event-words.ts';
import { plainText } from './plain-text.ts';
import { reasonSentence } from './reason.ts';
import { count, listed } from './words.ts';

type ConflictWords = EventWords<
  'conflictFound' | 'conflictLeft' | 'conflictRoundStarted' | 'conflictRoundFailed' | 'conflictResolved'
>;

/** Words for what happens to a branch that does not merge with the target itself. */
export const conflictWords: ConflictWords = {
  conflictFound: ({ paths }, state) =>
    `does not merge with ${plainText(state.target, 200)} as it is now${paths.length === 0 ? '' : `: ${listed(paths)}`}`,
  conflictLeft: left,
  conflictRoundStarted: ({ round }, state) =>
    `its agent is to resolve the conflict (round ${round} of ${Math.max(round, state.conflictRounds)})`,
  conflictRoundFailed: ({ task, why }) => `the conflict is not resolved: ${reasonSentence(why, { task }).message}`,
  conflictResolved: ({ by, dropped }) => {
    const aside = dropped.length === 0 ? '' : `; ${count(dropped.length, 'line')} left out with a reason`;
    return `conflict resolved ${resolvers[by]}${aside}; judged and tested anew`;
  },
};

const resolvers = { rule: 'by the rules', agent: 'by its agent', person: 'by hand' } as const;

function left({ to, task, why, paths }: EventOf<'conflictLeft'>): string {
  const because = why === undefined ? '' : `${reasonSentence(why, { task }).message} `;
  return to === 'agent'
    ? `${because}No rule settles ${listed(paths)}`.replace(/^No/, because === '' ? 'no' : 'No')
    : `${because}A person has to resolve ${paths.length === 0 ? 'it' : listed(paths)}`.replace(
        /^A/,
        because === '' ? 'a' : 'A',
      );
}
