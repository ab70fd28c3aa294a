import type { Outcome, Reason, ReasonKind } from '../orchestrator/index.ts';
import { plainText } from './plain-text.ts';
import { listed, sentence, shortCommit } from './words.ts';

/** What to say about something, and what to do about it. */
export interface Sentence {
  readonly message: string;
  readonly hint?: string;
}

/** The task that a reason is about, and where its work lies, when it still lies there. */
export interface About {
  readonly task: string;
  readonly worktree?: string;
  readonly branch?: string;
  /** The open question by which a hold of a run that goes on can be lifted. */
  readonly question?: string;
}

/** The sentence for why something is as it is, with what to do next where there is something to do. */
export function reasonSentence(reason: Reason, about: About): Sentence {
  // The journal of a newer version may hold reasons that this one has no sentence for.
  const say = sentences[reason.kind] as Say | undefined;
  return say?.(reason, about) ?? { message: sentence(`${plainText(reason.kind, 80)}${told(reason)}`) };
}

type Say = (reason: Reason, about: About) => Sentence;

/** `: what a tool or the agent said`, or nothing. */
const told = ({ detail }: Reason): string =>
  detail === undefined || detail === '' ? '' : `: ${plainText(detail, 300).replace(/\.$/, '')}`;

const output = ({ log }: Reason): string => (log === undefined ? '' : ` (output: ${plainText(log, 1_000)})`);

const files = ({ paths }: Reason): string =>
  paths === undefined || paths.length === 0 ? '' : `: ${listed(paths, 10)}`;

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

const place = ({ worktree }: About): string =>
  worktree === undefined ? '' : `. Its worktree: ${plainText(worktree, 1_000)}`;

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
  textConflict: (reason, about) => ({
    message: `Its branch does not merge with what is on the target branch now${files(reason)}.`,
    hint: `Merge the target into ${about.branch ?? 'its branch'}, then \`wt-orch land ${about.task}\`; or \`wt-orch retry ${about.task}\` starts from what is there now${place(about)}`,
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
    hint: `Finish that or abort it. ${thenLand(about)}`,
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
  interrupted: (_, about) => ({ message: 'The run was interrupted before it was finished.', hint: again(about) }),
  internal: (reason, about) => ({
    message: `A fault of wt-orch itself ended it${told(reason)}.`,
    hint: `Please report that. ${again(about)}`,
  }),
};

const gates = ({ detail }: Reason): string =>
  detail === undefined || detail === ''
    ? 'a gate'
    : `the ${detail.includes(',') ? 'gates' : 'gate'} ${plainText(detail, 300)}`;

const operation = ({ detail }: Reason): string => (detail === undefined ? 'something' : `a ${plainText(detail, 40)}`);

const movedTo = ({ detail }: Reason): string =>
  detail === undefined ? 'was moved' : detail === 'gone' ? 'was deleted' : `was moved to ${shortCommit(detail)}`;

const saved = ({ detail }: Reason): string =>
  detail === undefined ? 'it had changed nothing' : `what it had done is saved as ${shortCommit(detail)} on its branch`;
