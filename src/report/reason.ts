import type { Reason, ReasonKind } from '../orchestrator/index.ts';
import { plainText } from './plain-text.ts';
import { listed, sentence } from './words.ts';

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
}

/** The sentence for why something is as it is, with what to do next where there is something to do. */
export function reasonSentence(reason: Reason, about: About): Sentence {
  return sentences[reason.kind](reason, about);
}

type Say = (reason: Reason, about: About) => Sentence;

/** ` (what a tool said)`, or nothing. */
const told = ({ detail }: Reason): string =>
  detail === undefined || detail === '' ? '' : `: ${plainText(detail, 300)}`;
const log = (reason: Reason): string =>
  reason.log === undefined ? '' : ` Its output is in ${plainText(reason.log, 1_000)}.`;
const kept = ({ worktree }: About): string =>
  worktree === undefined ? '' : `Its worktree is kept: ${plainText(worktree, 1_000)}. `;
const files = ({ paths }: Reason): string =>
  paths === undefined || paths.length === 0 ? '' : `: ${listed(paths, 10)}`;

/** After a failure: look, then start again, or go on from what is there. */
const again = (about: About): string =>
  `${kept(about)}\`wt-orch retry ${about.task}\` starts again; with --continue the agent goes on from what is there.`;

const mended = (about: About): string => `When that is mended: \`wt-orch retry ${about.task}\`.`;

const whenFree = (about: About): string => `Then \`wt-orch land ${about.task}\`.`;

const sentences: Readonly<Record<ReasonKind, Say>> = {
  blocked: (reason, { task }) => {
    const detail = plainText(reason.detail ?? '');
    if (detail === '') return { message: `${task} is blocked.` };
    return { message: detail.startsWith(task) ? sentence(detail) : `${task} does not run: ${sentence(detail)}` };
  },
  alreadyDone: (_, { task }) => ({
    message: `${task} is done already.`,
    hint: `To do it again, set it back: \`wt-orch tasks set ${task} ready\`.`,
  }),
  dependencyFailed: ({ tasks = [] }, { task }) => ({
    message: `${task} did not start: it needs ${tasks.length === 0 ? 'a task' : listed(tasks)}, which did not land.`,
    hint: `Get ${tasks.length === 1 ? plainText(tasks[0] ?? '') : 'them'} to land, then \`wt-orch run ${task}\`.`,
  }),
  runCancelled: (_, { task }) => ({
    message: 'The run was cancelled before it started.',
    hint: `\`wt-orch run ${task}\` asks again.`,
  }),
  stopped: (_, about) => ({ message: 'It was stopped.', hint: again(about) }),
  worktreeFailed: (reason, about) => ({
    message: sentence(`Its worktree could not be made${told(reason)}`),
    hint: mended(about),
  }),
  setupFailed: (reason, about) => ({
    message: sentence(`The set-up of its worktree failed${told(reason)}`) + log(reason),
    hint: mended(about),
  }),
  startFailed: (reason, about) => ({
    message: sentence(`Its agent could not be started${told(reason)}`),
    hint: `\`wt-orch doctor\` checks the agents. ${mended(about)}`,
  }),
  exitCode: (reason, about) => ({
    message: `The agent ended with exit code ${plainText(reason.detail ?? '?')}.${log(reason)}`,
    hint: again(about),
  }),
  endedBySignal: (reason, about) => ({
    message: `The agent was ended by ${plainText(reason.detail ?? 'a signal')}, which this run did not send.${log(reason)}`,
    hint: again(about),
  }),
  agentSaidFailed: (reason, about) => ({
    message: sentence(`The agent says that it failed${told(reason)}`) + log(reason),
    hint: again(about),
  }),
  timeLimit: (reason, about) => ({
    message: `Its time limit was reached, and the agent was stopped.${savedAs(reason)}${log(reason)}`,
    hint: `${again(about)} --timeout gives it longer.`,
  }),
  gitTampered: (reason, about) => ({
    message: sentence(
      `The agent changed the git administration of its worktree, so nothing in it was read${told(reason)}`,
    ),
    hint: `${kept(about)}Look into it by hand; \`wt-orch retry ${about.task}\` starts afresh.`,
  }),
  harvestFailed: (reason, about) => ({
    message: sentence(`What the agent left could not be read${told(reason)}`),
    hint: again(about),
  }),
  noChange: () => ({ message: 'The agent says that nothing had to change, and it changed nothing.' }),
  noChangeSilent: (_, { task }) => ({
    message: 'Its branch changes nothing, and the agent did not say why.',
    hint: `\`wt-orch logs ${task}\` shows what it did; \`wt-orch retry ${task}\` starts again.`,
  }),
  needsInput: (reason, about) => ({
    message: sentence(`The agent waits for an answer${told(reason)}`),
    hint: `${kept(about)}\`wt-orch status\` shows the question; \`wt-orch answer QUESTION TEXT\` answers it.`,
  }),
  gateFailed: (reason, about) => ({
    message: `The branch did not pass ${gates(reason)}.${log(reason)}`,
    hint: `\`wt-orch why ${about.task}\` lists the findings. ${again(about)}`,
  }),
  gateUnknown: (reason, about) => ({
    message: `There is no verdict of ${gates(reason)}, and no verdict is not a pass.${log(reason)}`,
    hint: `\`wt-orch why ${about.task}\` says why; \`wt-orch gate ${about.task}\` asks again, then \`wt-orch land ${about.task}\`.`,
  }),
  ownRulesChanged: (reason, { task }) => ({
    message: sentence(`Its branch changes the rules it is judged by${files(reason)}`),
    hint: `Look at it with \`wt-orch diff ${task}\`; \`wt-orch land ${task}\` lands it.`,
  }),
  approvalAsked: (_, { task }) => ({
    message: 'It asks for approval before it lands.',
    hint: `Look at it with \`wt-orch diff ${task}\`; \`wt-orch land ${task}\` lands it.`,
  }),
  personRefused: (_, about) => ({ message: 'A person said no to its branch.', hint: again(about) }),
  textConflict: (reason, about) => ({
    message: sentence(`Its branch does not merge with what is on the target branch now${files(reason)}`),
    hint: `Merge the target into ${about.branch ?? 'its branch'}${about.worktree === undefined ? '' : ` in ${plainText(about.worktree, 1_000)}`}, then \`wt-orch land ${about.task}\`; or \`wt-orch retry ${about.task}\` to start from what is there now.`,
  }),
  testsRed: (reason, about) => ({
    message: `The tests fail with it${told(reason)}.${log(reason)}`,
    hint: again(about),
  }),
  testsTimedOut: (reason, about) => ({
    message: `The tests with it ran out of time${told(reason)}.${log(reason)}`,
    hint: `\`landing.timeout\` gives them longer; then \`wt-orch land ${about.task}\`.`,
  }),
  testsUnrunnable: (reason, about) => ({
    message: `The tests could not be run on it${told(reason)}.${log(reason)}`,
    hint: `When that is mended: \`wt-orch land ${about.task}\`.`,
  }),
  testsNotConfigured: (_, about) => ({
    message: 'It is finished, and nothing says how to test it, so it does not land.',
    hint: `Set \`landing.test\` in .wt-orch/config.yaml (\`[]\` means deliberately untested). ${whenFree(about)}`,
  }),
  deliberatelyUntested: () => ({ message: 'It landed untested: the config says `landing.test: []`.' }),
  wouldOverwrite: (reason, about) => ({
    message: sentence(
      `It is finished; landing it would touch files that you have changed or that git does not track${files(reason)}`,
    ),
    hint: `Commit them or move them away. ${whenFree(about)}`,
  }),
  targetBusy: (reason, about) => ({
    message: `It is finished; the checkout of the target branch is in the middle of ${operation(reason)}.`,
    hint: `Finish that or abort it. ${whenFree(about)}`,
  }),
  targetElsewhere: (reason, about) => ({
    message: sentence(`It is finished; the target branch cannot be moved where it is checked out${told(reason)}`),
    hint: `Check another branch out there. ${whenFree(about)}`,
  }),
  branchMoved: (reason, about) => ({
    message: `Its branch was moved after it was judged${reason.detail === undefined ? '' : reason.detail === 'gone' ? ': it is gone' : `, to ${plainText(reason.detail).slice(0, 8)}`}.`,
    hint: `\`wt-orch land ${about.task}\` judges and tests it as it is now.`,
  }),
  foreignPaths: (reason, about) => ({
    message: sentence(`Landing it would change files that its branch does not change${files(reason)}`),
    hint: `Look at ${about.branch ?? 'its branch'}: its history may hold work of others. ${whenFree(about)}`,
  }),
  notLanding: (_, { task }) => ({
    message: 'It is ready; this run lands nothing.',
    hint: `\`wt-orch land ${task}\` lands it.`,
  }),
  interrupted: (_, about) => ({ message: 'The run was interrupted while it was at work.', hint: again(about) }),
  internal: (reason, about) => ({
    message: sentence(`A fault of wt-orch itself ended it${told(reason)}`),
    hint: `${again(about)} Please report it.`,
  }),
};

const gates = ({ detail }: Reason): string =>
  detail === undefined ? 'a gate' : `the ${detail.includes(',') ? 'gates' : 'gate'} ${plainText(detail)}`;

const operation = ({ detail }: Reason): string => (detail === undefined ? 'something' : `a ${plainText(detail)}`);

const savedAs = ({ detail }: Reason): string =>
  detail === undefined
    ? ' It had left nothing.'
    : ` What was there is saved in commit ${plainText(detail).slice(0, 8)} on its branch.`;
