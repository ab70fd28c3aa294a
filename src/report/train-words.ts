import { queue, type RunState } from '../orchestrator/index.ts';
import { formatDuration } from '../std/index.ts';
import { type EventOf, type EventWords, silent } from './event-words.ts';
import { plainText } from './plain-text.ts';
import { outcomeSentence, reasonSentence } from './reason.ts';
import { aboutTask } from './summary.ts';
import { listed, shortCommit, spoken } from './words.ts';

type TrainWords = EventWords<
  | 'candidateQueued'
  | 'chainBuilt'
  | 'testStarted'
  | 'testEnded'
  | 'testCancelled'
  | 'verdictRecalled'
  | 'accused'
  | 'slotsLowered'
  | 'mainTested'
  | 'landingIntended'
  | 'landed'
  | 'held'
  | 'holdLifted'
  | 'targetMoved'
  | 'undoCollided'
  | 'stepEnded'
>;

/** Words for what happens from the landing queue to the end of a task. */
export const trainWords: TrainWords = {
  candidateQueued: ({ task }, state) => {
    const place = queue(state).findIndex((candidate) => candidate.task === task);
    return place > 0 ? `queued to land, behind ${place}` : 'queued to land';
  },
  chainBuilt: silent,
  testStarted: ({ position }, state) => {
    const { train } = state;
    const ahead = train.alone ? 0 : train.positions.findIndex(({ commit }) => commit === position.commit);
    const what = isUndo(state, position.task) ? 'what is left without it' : 'it';
    return `testing ${what}${ahead > 0 ? `, with ${ahead} ahead of it,` : ''} as ${shortCommit(position.commit)}`;
  },
  testEnded: tested,
  testCancelled: silent,
  verdictRecalled: ({ from }) => `the tests passed on exactly this tree in run ${plainText(from, 60)}`,
  accused: ({ verdict }) =>
    `the tests failed with it alone; it gets a second chance when the others are through. Their output is in ${plainText(verdict.log, 1_000)}`,
  slotsLowered: ({ together, to }) =>
    `the tests failed with ${together} of them at the same time and pass alone: from now on at most ${to} at the same time`,
  mainTested: ({ verdict }, state) =>
    `${plainText(state.target, 200)} itself was tested: ${verdict.verdict === 'green' ? 'green' : `not green, its output is in ${plainText(verdict.log, 1_000)}`}`,
  landingIntended: silent,
  landed: ({ commit, tested: wasTested, undoes }) => {
    const untested = wasTested ? '' : ', untested';
    if (undoes === undefined) return `landed as ${shortCommit(commit)}${untested}`;
    return `undone as ${shortCommit(commit)}${untested}; it had landed as ${shortCommit(undoes)}`;
  },
  held: ({ task, reason }, state) => `held: ${reasonSentence(reason, aboutTask(state, task)).message}`,
  holdLifted: () => 'tries to land again',
  targetMoved: ({ to }, state) => `${plainText(state.target, 200)} was moved to ${shortCommit(to)} by somebody else`,
  undoCollided: ({ paths }) =>
    `other work has landed meanwhile, in ${listed(paths)}; it is taken back from what is there now`,
  stepEnded: ended,
};

function isUndo(state: RunState, task: string): boolean {
  return aboutTask(state, task).isUndo === true;
}

function tested({ verdict, ms, log, why, position }: EventOf<'testEnded'>, state: RunState): string {
  const output = `its output is in ${plainText(log, 1_000)}`;
  switch (verdict) {
    case 'green':
      return `tests passed in ${formatDuration(ms)}`;
    case 'red':
      return `tests failed in ${formatDuration(ms)}; ${output}`;
    case 'unknown':
      return why === undefined
        ? `no verdict from the tests; ${output}`
        : reasonSentence(why, aboutTask(state, position.task)).message;
  }
}

/** A landing has said so itself in the event before; what is held has said why, and is left with what to do. */
function ended({ task, outcome, reason }: EventOf<'stepEnded'>, state: RunState): string | undefined {
  if (outcome === 'landed') return undefined;
  const about = aboutTask(state, task);
  const why = reason === undefined ? outcomeSentence(outcome, about) : reasonSentence(reason, about);
  if (outcome === 'held' && why?.hint !== undefined) return `left for later. ${why.hint}`;
  const word = outcome === 'tests_failed' ? 'dropped from the landing queue' : spoken(outcome);
  return why === undefined ? word : `${word}: ${why.message}`;
}
