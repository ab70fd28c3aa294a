import type { Reason, ReasonKind } from '../orchestrator/index.ts';
import { plainText } from './plain-text.ts';
import { type About, files, gates, movedTo, operation, output, type Say, told } from './reason-parts.ts';
import { listed, shortCommit } from './words.ts';

const again = ({ task }: About): string => `\`wt-orch undo ${task}\` tries again`;

const whenMended = ({ task }: About): string => `When that is mended: \`wt-orch undo ${task}\``;

const then = ({ task, question }: About): string =>
  question === undefined
    ? `Then: \`wt-orch undo ${task}\``
    : `Then: \`wt-orch answer ${plainText(question, 40)} land\``;

const branch = ({ task }: About): string => `wt-orch/undo-${plainText(task, 200)}`;

const nothingLeft = {
  message: 'Nothing of it is left on the target branch, so there is nothing to take back.',
} as const;

/** Who builds on it, as far as that is known; `It cannot be taken back alone: UX-19 builds on it, in src/a.ts.` */
function builtOn({ tasks = [], paths = [] }: Reason): string {
  const who =
    tasks.length === 0 ? 'later work builds' : `${listed(tasks, 10)} ${tasks.length === 1 ? 'builds' : 'build'}`;
  return `It cannot be taken back alone: ${who} on it${paths.length === 0 ? '' : `, in ${listed(paths, 10)}`}. Nothing was changed.`;
}

/** Reasons that there are only when a landing is to be taken back. */
export const aboutUndo = {
  undone: ({ detail }, { task }) => ({
    message: `What landed${detail === undefined ? '' : ` as ${shortCommit(detail)}`} is taken back.`,
    hint: `\`wt-orch run ${task}\` does it again`,
  }),
  undoConflict: (reason, { task }) => {
    const [newest] = reason.tasks ?? [];
    const first = newest === undefined ? '' : `Take that back first: \`wt-orch undo ${newest}\`. `;
    return {
      message: builtOn(reason),
      hint: `${first}${first === '' ? 'Take' : 'Or take'} ${task} out by hand, or as a task of its own`,
    };
  },
  undoEmpty: () => nothingLeft,
  undoBranch: (reason, about) => ({
    message: `The branch for taking it back could not be made${told(reason)}.`,
    hint: whenMended(about),
  }),
} satisfies Partial<Record<ReasonKind, Say>>;

/** What other reasons mean when they are about taking a landing back. */
export const undoSentences: Readonly<Partial<Record<ReasonKind, Say>>> = {
  stopped: (_, about) => ({ message: 'It was stopped before it was taken back.', hint: again(about) }),
  interrupted: (_, about) => ({
    message: 'The run was interrupted before it was taken back.',
    hint: again(about),
  }),
  gateFailed: (reason, about) => ({
    message: `Taking it back did not pass ${gates(reason)}${output(reason)}.`,
    hint: whenMended(about),
  }),
  gateUnknown: (reason, about) => ({
    message: `There is no verdict on taking it back from ${gates(reason)}, and no verdict is no pass${output(reason)}.`,
    hint: again(about),
  }),
  textConflict: (reason, { task }) => aboutUndo.undoConflict(reason, { task }),
  noChangeSilent: () => nothingLeft,
  testsRed: (reason, about) => ({
    message: `The tests fail without it${told(reason)}${output(reason)}.`,
    hint: `Other work needs it. The commit without it is on ${branch(about)}`,
  }),
  mainRed: (reason, about) => ({
    message: `The tests fail on the target branch itself, so nothing lands and nothing is taken back${output(reason)}.`,
    hint: whenMended(about),
  }),
  testsTimedOut: (reason, about) => ({
    message: `The tests without it ran out of time${told(reason)}${output(reason)}.`,
    hint: `\`landing.timeout\` in .wt-orch/config.yaml gives them longer. ${then(about)}`,
  }),
  testsUnrunnable: (reason, about) => ({
    message: `The tests could not be run without it${told(reason)}${output(reason)}.`,
    hint: whenMended(about),
  }),
  testsNotConfigured: (_, about) => ({
    message: 'Nothing says how to test what is left without it, so it stays.',
    hint: `Set \`landing.test\` in .wt-orch/config.yaml; \`[]\` means deliberately untested. ${then(about)}`,
  }),
  wouldOverwrite: (reason, about) => ({
    message: `Taking it back would touch files of yours that are not committed${files(reason)}.`,
    hint: `Commit them or move them away. ${then(about)}`,
  }),
  targetBusy: (reason, about) => ({
    message: `It is not taken back: the checkout of the target branch is in the middle of ${operation(reason)}.`,
    hint: `Finish that or abort it. ${then(about)}`,
  }),
  targetElsewhere: (reason, about) => ({
    message: `It is not taken back: the target branch cannot be moved where it is${told(reason)}.`,
    hint: `Mend that. ${then(about)}`,
  }),
  branchMoved: (reason, about) => ({
    message: `${branch(about)} ${movedTo(reason)} after it was judged.`,
    hint: again(about),
  }),
  foreignPaths: (reason, about) => ({
    message: `Taking it back would change other files than it should${files(reason)}.`,
    hint: whenMended(about),
  }),
  notLanding: (_, { task }) => ({
    message: 'It is ready to be taken back; this run lands nothing.',
    hint: `\`wt-orch undo ${task}\` takes it back`,
  }),
  internal: (reason, about) => ({
    message: `A fault of wt-orch itself ended taking it back${told(reason)}.`,
    hint: `Please report that. ${again(about)}`,
  }),
};
