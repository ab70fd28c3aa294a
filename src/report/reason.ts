import type { Outcome, Reason, ReasonKind } from '../orchestrator/index.ts';
import { conflictSentences } from './conflict-reasons.ts';
import { plainText } from './plain-text.ts';
import {
  type About,
  files,
  gates,
  movedTo,
  operation,
  output,
  place,
  type Say,
  type Sentence,
  told,
} from './reason-parts.ts';
import { aboutUndo, undoSentences } from './undo-reason.ts';
import { listed, sentence, shortCommit } from './words.ts';

export type { About, Sentence } from './reason-parts.ts';

/** The sentence for why something is as it is, with what to do next where there is something to do. */
export function reasonSentence(reason: Reason, about: About): Sentence {
  // The journal of a newer version may hold reasons that this one has no sentence for.
  const say =
    (about.isUndo === true ? undoSentences[reason.kind] : undefined) ?? (sentences[reason.kind] as Say | undefined);
  return say?.(reason, about) ?? { message: sentence(`${plainText(reason.kind, 80)}${told(reason)}`) };
}

/** What to do after a failure: start again, or go on from what is there. A path stands last, where it is easy to copy. */
const again = ({ task, worktree }: About, aside = ''): string => {
  const goOn = worktree === undefined ? '' : `; with --continue its agent goes on in ${plainText(worktree, 1_000)}`;
  return `\`wt-orch retry ${task}\` starts again${aside}${goOn}`;
};

const whenMended = ({ task }: About): string => `When that is mended: \`wt-orch retry ${task}\``;

const thenLand = ({ task, question }: About): string =>
  question === undefined
    ? `Then: \`wt-orch land ${task}\``
    : `Then: \`wt-orch answer ${plainText(question, 40)} land\``;

const lookAndLand = (_: Reason, { task }: About): string =>
  `\`wt-orch diff ${task}\` shows it, \`wt-orch land ${task}\` lands it`;

/** What to say of an outcome that came without a reason; undefined for those that explain themselves. */
export function outcomeSentence(outcome: Outcome, about: About): Sentence | undefined {
  switch (outcome) {
    case 'rate_limited':
      return { message: 'The provider of its agent takes no more requests for now.', hint: again(about, ' later') };
    case 'auth_failed':
      return {
        message: 'Its agent is not logged in, or its key is not accepted.',
        hint: `\`wt-orch doctor\` checks the agents. ${whenMended(about)}`,
      };
    case 'over_budget':
      return { message: 'The budget is used up.', hint: `Raise \`budget\` in .wt-orch/config.yaml. ${again(about)}` };
    default:
      return undefined;
  }
}

const sentences: Readonly<Record<ReasonKind, Say>> = {
  blocked: ({ detail = '' }, { task }) => {
    const why = plainText(detail);
    if (why === '') return { message: `${task} is blocked.` };
    return { message: why.startsWith(task) ? sentence(why) : `${task} does not run: ${sentence(why)}` };
  },
  alreadyDone: (_, { task }) => ({
    message: `${task} is done already.`,
    hint: `To do it again: \`wt-orch tasks set ${task} ready\``,
  }),
  dependencyFailed: ({ tasks = [] }, { task }) => ({
    message: `It did not start: it needs ${tasks.length === 0 ? 'a task' : listed(tasks)}, which did not land.`,
    hint: `Land ${tasks.length === 0 ? 'that' : listed(tasks)} first, then: \`wt-orch run ${task}\``,
  }),
  runCancelled: (_, { task }) => ({
    message: 'The run was cancelled before it started.',
    hint: `\`wt-orch run ${task}\` asks again`,
  }),
  stopped: (_, about) => ({
    message: 'It was stopped.',
    hint: about.worktree === undefined ? `\`wt-orch run ${about.task}\` starts it` : again(about),
  }),
  worktreeFailed: (reason, about) => ({
    message: `Its worktree could not be made${told(reason)}.`,
    hint: whenMended(about),
  }),
  setupFailed: (reason, about) => ({
    message: `The set-up of its worktree failed${told(reason)}${output(reason)}.`,
    hint: whenMended(about),
  }),
  startFailed: (reason, about) => ({
    message: `Its agent could not be started${told(reason)}${output(reason)}.`,
    hint: `\`wt-orch doctor\` checks the agents. ${whenMended(about)}`,
  }),
  exitCode: (reason, about) => ({
    message: `Its agent ended with exit code ${plainText(reason.detail ?? '?', 40)}${output(reason)}.`,
    hint: again(about),
  }),
  endedBySignal: (reason, about) => ({
    message: `Its agent was ended by ${plainText(reason.detail ?? 'a signal', 40)}, and not by this run${output(reason)}.`,
    hint: again(about),
  }),
  agentSaidFailed: (reason, about) => ({
    message: `Its agent says that it failed${told(reason)}${output(reason)}.`,
    hint: again(about),
  }),
  timeLimit: (reason, about) => ({
    message: `Its agent was stopped at the time limit; ${saved(reason)}${output(reason)}.`,
    hint: again(about, ' (a `timeout:` on the task gives it longer)'),
  }),
  gitTampered: (reason, about) => ({
    message: `Its agent changed the git administration of its worktree, so nothing there was read${told(reason)}.`,
    hint: `Look into it by hand; \`wt-orch retry ${about.task}\` starts afresh${place(about)}`,
  }),
  harvestFailed: (reason, about) => ({
    message: `What its agent left could not be read${told(reason)}.`,
    hint: again(about),
  }),
  noChange: () => ({ message: 'Its agent says that nothing has to change, and changed nothing.' }),
  noChangeSilent: (_, { task }) => ({
    message: 'Its branch changes nothing, and its agent did not say that nothing has to change.',
    hint: `\`wt-orch logs ${task}\` shows what it did, \`wt-orch retry ${task}\` starts again`,
  }),
  needsInput: (reason, about) => ({
    message: `Its agent waits for an answer${told(reason)}.`,
    hint: `\`wt-orch status\` shows the question, \`wt-orch answer QUESTION TEXT\` answers it${place(about)}`,
  }),
  gateFailed: (reason, about) => ({
    message: `Its branch did not pass ${gates(reason)}${output(reason)}.`,
    hint: again(about),
  }),
  gateUnknown: (reason, about) => ({
    message: `There is no verdict from ${gates(reason)}, and no verdict is no pass${output(reason)}.`,
    hint: `\`wt-orch gate ${about.task}\` asks again, \`wt-orch land ${about.task}\` judges it again and lands it${place(about)}`,
  }),
  ownRulesChanged: (reason, about) => ({
    message: `Its branch changes the rules it is judged by${files(reason)}.`,
    hint: lookAndLand(reason, about),
  }),
  approvalAsked: (reason, about) => ({
    message: 'It asks for approval before it lands.',
    hint: lookAndLand(reason, about),
  }),
  personRefused: (_, about) => ({ message: 'A person said no to its branch.', hint: again(about) }),
  ...conflictSentences,
  mainRed: (reason, about) => ({
    message: `The tests do not pass on the target branch itself, without it${told(reason)}${output(reason)}. Nothing lands on a red branch.`,
    hint: `Mend the target branch. ${thenLand(about)}`,
  }),
  testsRed: (reason, about) => ({
    message: `The tests fail with it${told(reason)}${output(reason)}.`,
    hint: again(about),
  }),
  testsTimedOut: (reason, about) => ({
    message: `The tests with it ran out of time${told(reason)}${output(reason)}.`,
    hint: `\`landing.timeout\` in .wt-orch/config.yaml gives them longer. ${thenLand(about)}`,
  }),
  testsUnrunnable: (reason, about) => ({
    message: `The tests could not be run on it${told(reason)}${output(reason)}.`,
    hint: `When that is mended: \`wt-orch land ${about.task}\``,
  }),
  testsNotConfigured: (_, about) => ({
    message: 'It is finished, and nothing says how to test it, so it does not land.',
    hint: `Set \`landing.test\` in .wt-orch/config.yaml; \`[]\` means deliberately untested. ${thenLand(about)}`,
  }),
  deliberatelyUntested: () => ({ message: 'It landed untested: the config says `landing.test: []`.' }),
  wouldOverwrite: (reason, about) => ({
    message: `It is finished, but landing it would touch files of yours that are not committed${files(reason)}.`,
    hint: `Commit them or move them away. ${thenLand(about)}`,
  }),
  targetBusy: (reason, about) => ({
    message: `It is finished, but the checkout of the target branch is in the middle of ${operation(reason)}.`,
    hint: `${reason.detail?.includes('.lock') === true ? 'Let it finish; if none is at work there any more, remove that file' : 'Finish that or abort it'}. ${thenLand(about)}`,
  }),
  targetElsewhere: (reason, about) => ({
    message: `It is finished, but the target branch cannot be moved where it is${told(reason)}.`,
    hint: `Mend that. ${thenLand(about)}`,
  }),
  alreadyThere: (_, { task }) => ({
    message:
      'Its commits are on the target branch already, and it was not this run that put them there: they were neither judged nor tested.',
    hint: `Look at what is there. If it is right, \`wt-orch tasks set ${task} done\`; if not, take it back with git`,
  }),
  branchMoved: (reason, { task }) => ({
    message: `Its branch ${movedTo(reason)} after it was judged.`,
    hint: `\`wt-orch land ${task}\` judges and tests it as it is now`,
  }),
  foreignPaths: (reason, about) => ({
    message: `Landing it would change files that its branch does not change${files(reason)}.`,
    hint: `The history of ${about.branch ?? 'its branch'} may hold work of others. When that is mended: \`wt-orch land ${about.task}\``,
  }),
  notLanding: (_, { task }) => ({
    message: 'It is ready; this run lands nothing.',
    hint: `\`wt-orch land ${task}\` lands it`,
  }),
  ...aboutUndo,
  interrupted: (_, about) => ({ message: 'The run was interrupted before it was finished.', hint: again(about) }),
  landingInterrupted: (_, { task }) => ({
    message: 'It is finished; the run was interrupted before it could land.',
    hint: `\`wt-orch land ${task}\` lands it, and so does \`wt-orch run ${task}\`, without its agent`,
  }),
  internal: (reason, about) => ({
    message: `A fault of wt-orch itself ended it${told(reason)}.`,
    hint: `Please report that. ${again(about)}`,
  }),
};

const saved = ({ detail }: Reason): string =>
  detail === undefined ? 'it had changed nothing' : `what it had done is saved as ${shortCommit(detail)} on its branch`;
