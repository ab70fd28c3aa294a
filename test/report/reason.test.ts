import { expect, test } from 'vitest';
import type { RepositoryRefusal } from '../../src/git/index.ts';
import type { Reason, ReasonKind } from '../../src/orchestrator/index.ts';
import {
  blockSentence,
  problemText,
  type RefusedRepository,
  reasonSentence,
  repositorySentence,
} from '../../src/report/index.ts';
import type { BlockReason, Problem } from '../../src/tasks/index.ts';

const about = { task: 'DEV-15', worktree: '/w/bank-DEV-15', branch: 'wt-orch/DEV-15' };
const retry = '`wt-orch retry DEV-15` starts again; with --continue its agent goes on in /w/bank-DEV-15';
const tip = '0123456789abcdef';
const byHand =
  'Resolve it in /w/bank-DEV-15 (`git status` says whether a merge waits there; else merge the target), commit, then: `wt-orch land DEV-15`. Or `wt-orch retry DEV-15` starts from what is there now';

/** For every kind of reason: its particulars, the sentence, and what to do. */
const table: Readonly<Record<ReasonKind, readonly [Omit<Reason, 'kind'>, string, string?]>> = {
  blocked: [{ detail: 'it is part of the run already' }, 'DEV-15 does not run: it is part of the run already.'],
  alreadyDone: [{}, 'DEV-15 is done already.', 'To do it again: `wt-orch tasks set DEV-15 ready`'],
  dependencyFailed: [
    { tasks: ['DB-3', 'DB-4'] },
    'It did not start: it needs DB-3 and DB-4, which did not land.',
    'Land DB-3 and DB-4 first, then: `wt-orch run DEV-15`',
  ],
  runCancelled: [{}, 'The run was cancelled before it started.', '`wt-orch run DEV-15` asks again'],
  stopped: [{}, 'It was stopped.', retry],
  worktreeFailed: [
    { detail: 'base x is no commit' },
    'Its worktree could not be made: base x is no commit.',
    'When that is mended: `wt-orch retry DEV-15`',
  ],
  setupFailed: [
    { detail: 'npm ci: exit code 1', log: '/l/set-up.log' },
    'The set-up of its worktree failed: npm ci: exit code 1 (output: /l/set-up.log).',
    'When that is mended: `wt-orch retry DEV-15`',
  ],
  startFailed: [
    { detail: 'claude: not found' },
    'Its agent could not be started: claude: not found.',
    '`wt-orch doctor` checks the agents. When that is mended: `wt-orch retry DEV-15`',
  ],
  exitCode: [{ detail: '3', log: '/l/a.log' }, 'Its agent ended with exit code 3 (output: /l/a.log).', retry],
  endedBySignal: [{ detail: 'SIGKILL' }, 'Its agent was ended by SIGKILL, and not by this run.', retry],
  agentSaidFailed: [{ detail: 'no key' }, 'Its agent says that it failed: no key.', retry],
  timeLimit: [
    { detail: tip },
    'Its agent was stopped at the time limit; what it had done is saved as 01234567 on its branch.',
    '`wt-orch retry DEV-15` starts again (a `timeout:` on the task gives it longer); with --continue its agent goes on in /w/bank-DEV-15',
  ],
  gitTampered: [
    { detail: 'gitGone' },
    'Its agent changed the git administration of its worktree, so nothing there was read: gitGone.',
    'Look into it by hand; `wt-orch retry DEV-15` starts afresh. Its worktree: /w/bank-DEV-15',
  ],
  harvestFailed: [{ detail: 'disk full.' }, 'What its agent left could not be read: disk full.', retry],
  noChange: [{}, 'Its agent says that nothing has to change, and changed nothing.'],
  noChangeSilent: [
    {},
    'Its branch changes nothing, and its agent did not say that nothing has to change.',
    '`wt-orch logs DEV-15` shows what it did, `wt-orch retry DEV-15` starts again',
  ],
  needsInput: [
    {},
    'Its agent waits for an answer.',
    '`wt-orch status` shows the question, `wt-orch answer QUESTION TEXT` answers it. Its worktree: /w/bank-DEV-15',
  ],
  gateFailed: [{ detail: 'security' }, 'Its branch did not pass the gate security.', retry],
  gateUnknown: [
    { detail: 'lint, types', log: '/l/lint.log' },
    'There is no verdict from the gates lint, types, and no verdict is no pass (output: /l/lint.log).',
    '`wt-orch gate DEV-15` asks again, `wt-orch land DEV-15` judges it again and lands it. Its worktree: /w/bank-DEV-15',
  ],
  ownRulesChanged: [
    { paths: ['package.json'] },
    'Its branch changes the rules it is judged by: package.json.',
    '`wt-orch diff DEV-15` shows it, `wt-orch land DEV-15` lands it',
  ],
  approvalAsked: [
    {},
    'It asks for approval before it lands.',
    '`wt-orch diff DEV-15` shows it, `wt-orch land DEV-15` lands it',
  ],
  personRefused: [{}, 'A person said no to its branch.', retry],
  textConflict: [
    { paths: ['a.ts', 'b.ts'] },
    'Its branch does not merge with what is on the target branch now: a.ts and b.ts.',
    byHand,
  ],
  conflictMarkers: [{ paths: ['a.ts'] }, 'Conflict markers are left: a.ts.', byHand],
  conflictForeign: [{ paths: ['b.ts'] }, 'Files without a conflict were changed while it was resolved: b.ts.', byHand],
  conflictUndecided: [
    { paths: ['logo.png'] },
    'Nobody has decided which side of the conflict counts: logo.png.',
    byHand,
  ],
  conflictLost: [
    { paths: ['a.ts'], detail: 'a.ts: const limit = 3\na.ts: check(limit)' },
    'The resolution of its conflict drops what a side had added, without a word about it: a.ts: const limit = 3 and a.ts: check(limit).',
    byHand,
  ],
  conflictStands: [{ paths: ['a.ts'] }, 'Its branch still does not merge with the target branch: a.ts.', byHand],
  conflictWorktree: [
    { detail: 'another merge waits there to be finished' },
    'Its branch does not merge with the target branch, and its worktree is not fit to resolve that in: another merge waits there to be finished.',
    byHand,
  ],
  regenerateFailed: [
    { detail: 'npm install: exit code 1', log: '/l/regenerate.log' },
    'A file that a program writes could not be written anew: npm install: exit code 1 (output: /l/regenerate.log).',
    byHand,
  ],
  discarded: [
    {},
    'A person discarded its branch; what it held is kept under refs/wt-orch/attempts.',
    '`wt-orch retry DEV-15` starts again',
  ],
  mainRed: [
    { detail: 'npm test', log: '/l/main.log' },
    'The tests do not pass on the target branch itself, without it: npm test (output: /l/main.log). Nothing lands on a red branch.',
    'Mend the target branch. Then: `wt-orch land DEV-15`',
  ],
  testsRed: [
    { detail: 'npm test', log: '/l/test.log' },
    'The tests fail with it: npm test (output: /l/test.log).',
    retry,
  ],
  testsTimedOut: [
    { detail: 'npm test', log: '/l/test.log' },
    'The tests with it ran out of time: npm test (output: /l/test.log).',
    '`landing.timeout` in .wt-orch/config.yaml gives them longer. Then: `wt-orch land DEV-15`',
  ],
  testsUnrunnable: [
    { detail: 'npm: not found' },
    'The tests could not be run on it: npm: not found.',
    'When that is mended: `wt-orch land DEV-15`',
  ],
  testsNotConfigured: [
    {},
    'It is finished, and nothing says how to test it, so it does not land.',
    'Set `landing.test` in .wt-orch/config.yaml; `[]` means deliberately untested. Then: `wt-orch land DEV-15`',
  ],
  deliberatelyUntested: [{}, 'It landed untested: the config says `landing.test: []`.'],
  wouldOverwrite: [
    { paths: ['.env.local', 'notes.md'] },
    'It is finished, but landing it would touch files of yours that are not committed: .env.local and notes.md.',
    'Commit them or move them away. Then: `wt-orch land DEV-15`',
  ],
  targetBusy: [
    { detail: 'merge' },
    'It is finished, but the checkout of the target branch is in the middle of a merge.',
    'Finish that or abort it. Then: `wt-orch land DEV-15`',
  ],
  targetElsewhere: [
    { detail: 'branch main is gone' },
    'It is finished, but the target branch cannot be moved where it is: branch main is gone.',
    'Mend that. Then: `wt-orch land DEV-15`',
  ],
  alreadyThere: [
    {},
    'Its commits are on the target branch already, and it was not this run that put them there: they were neither judged nor tested.',
    'Look at what is there. If it is right, `wt-orch tasks set DEV-15 done`; if not, take it back with git',
  ],
  branchMoved: [
    { detail: tip },
    'Its branch was moved to 01234567 after it was judged.',
    '`wt-orch land DEV-15` judges and tests it as it is now',
  ],
  foreignPaths: [
    { paths: ['x.ts'] },
    'Landing it would change files that its branch does not change: x.ts.',
    'The history of wt-orch/DEV-15 may hold work of others. When that is mended: `wt-orch land DEV-15`',
  ],
  notLanding: [{}, 'It is ready; this run lands nothing.', '`wt-orch land DEV-15` lands it'],
  undone: [{ detail: tip }, 'What landed as 01234567 is taken back.', '`wt-orch run DEV-15` does it again'],
  undoConflict: [
    { paths: ['a.ts'], tasks: ['UX-20', 'UX-19'] },
    'It cannot be taken back alone: UX-20 and UX-19 build on it, in a.ts. Nothing was changed.',
    'Take that back first: `wt-orch undo UX-20`. Or take DEV-15 out by hand, or as a task of its own',
  ],
  undoEmpty: [{}, 'Nothing of it is left on the target branch, so there is nothing to take back.'],
  undoBranch: [
    { detail: 'wt-orch/undo-DEV-15 is checked out in /w' },
    'The branch for taking it back could not be made: wt-orch/undo-DEV-15 is checked out in /w.',
    'When that is mended: `wt-orch undo DEV-15`',
  ],
  interrupted: [{}, 'The run was interrupted before it was finished.', retry],
  landingInterrupted: [
    {},
    'It is finished; the run was interrupted before it could land.',
    '`wt-orch land DEV-15` lands it, and so does `wt-orch run DEV-15`, without its agent',
  ],
  internal: [{ detail: 'boom' }, 'A fault of wt-orch itself ended it: boom.', `Please report that. ${retry}`],
};

test.each(Object.entries(table))('%s says what happened and what to do', (kind, [particulars, message, hint]) => {
  const said = reasonSentence({ kind: kind as ReasonKind, ...particulars }, about);
  expect(said).toEqual(hint === undefined ? { message } : { message, hint });
});

test.each(Object.keys(table))('%s has a whole sentence with no particulars at all', (kind) => {
  const { message } = reasonSentence({ kind: kind as ReasonKind }, { task: 'A-1' });
  expect(message).toMatch(/^[A-Z].*\.$/);
  expect(message).not.toMatch(/undefined|: ?\.|\.\./);
});

test('a worktree that is gone is not named', () => {
  expect(reasonSentence({ kind: 'exitCode', detail: '1' }, { task: 'A-1' }).hint).toBe(
    '`wt-orch retry A-1` starts again',
  );
});

test('a hold of a run that goes on is lifted by its answer, because a second orchestrator would be refused', () => {
  const { hint } = reasonSentence({ kind: 'wouldOverwrite', paths: ['a'] }, { ...about, question: 'q2' });
  expect(hint).toBe('Commit them or move them away. Then: `wt-orch answer q2 land`');
});

test('many files are named in part', () => {
  const paths = Array.from({ length: 12 }, (_, number) => `f${number}`);
  expect(reasonSentence({ kind: 'textConflict', paths }, about).message).toContain('f8, f9 and 2 more.');
});

test('a file name cannot reach the terminal through a reason', () => {
  const { message } = reasonSentence({ kind: 'wouldOverwrite', paths: ['\u001b[2Ja\nb'] }, about);
  expect(message).toContain('not committed: a b.');
});

test('a reason of a newer version is shown by its name', () => {
  const { message } = reasonSentence({ kind: 'brandNew' as ReasonKind, detail: 'more' }, about);
  expect(message).toBe('brandNew: more.');
});

const problem: Problem = {
  code: 'unknownDependency',
  severity: 'error',
  message: 'no task DB-9',
  file: 'TASKS.md',
  at: { line: 12, column: 5 },
  tasks: ['DEV-15'],
};

const blocks: Readonly<Record<BlockReason['kind'], readonly [BlockReason, string]>> = {
  dependencyNotDone: [
    { kind: 'dependencyNotDone', id: 'DB-3' },
    'DEV-15 needs DB-3, which is not done and is not going to run.',
  ],
  dependencyCancelled: [
    { kind: 'dependencyCancelled', id: 'DB-3' },
    'DEV-15 needs DB-3, which is cancelled: take it out of its dependencies, or open it again.',
  ],
  failedBefore: [{ kind: 'failedBefore' }, 'DEV-15 failed before: `wt-orch retry DEV-15` tries again.'],
  needsPerson: [
    { kind: 'needsPerson' },
    'DEV-15 needs a person: `wt-orch why DEV-15` says for what, `wt-orch land DEV-15` lands a finished branch.',
  ],
  inProgress: [
    { kind: 'inProgress' },
    'DEV-15 is marked as in progress: `wt-orch tasks set DEV-15 ready` frees it if nobody works on it.',
  ],
  problem: [{ kind: 'problem', problem }, 'DEV-15 has an error in the task file: TASKS.md:12:5: error: no task DB-9'],
  unknownStatus: [{ kind: 'unknownStatus', text: 'wat' }, 'DEV-15 has the status `wat`, which is none that is known.'],
  draft: [{ kind: 'draft' }, 'DEV-15 is a draft: `wt-orch tasks set DEV-15 ready` opens it.'],
  cancelled: [{ kind: 'cancelled' }, 'DEV-15 is cancelled: `wt-orch tasks set DEV-15 ready` opens it again.'],
  blockedByStatus: [
    { kind: 'blockedByStatus' },
    'DEV-15 is marked as blocked by its author: `wt-orch tasks set DEV-15 ready` opens it.',
  ],
};

test.each(Object.entries(blocks))('%s says why a task does not run', (_kind, [reason, words]) => {
  expect(blockSentence(reason, 'DEV-15')).toBe(words);
  expect(reasonSentence({ kind: 'blocked', detail: words }, about).message).toMatch(
    new RegExp(`^${words.slice(0, 20)}`),
  );
});

test('a problem of the task file is printed as compilers print theirs', () => {
  expect(problemText(problem)).toBe('TASKS.md:12:5: error: no task DB-9');
});

test('every refusal of the git room has a sentence and a way out', () => {
  const refusals: readonly RepositoryRefusal[] = [
    { kind: 'notARepository' },
    { kind: 'bare' },
    { kind: 'noCommit' },
    { kind: 'submodules' },
    { kind: 'gitMissing' },
    { kind: 'gitTooOld', found: '2.30.1', needed: '2.38' },
    { kind: 'midOperation', operation: 'cherry-pick' },
    { kind: 'midOperation', operation: 'bisect' },
  ];
  const accepted: readonly RefusedRepository[] = refusals;
  expect(accepted.map((refusal) => Object.values(repositorySentence(refusal)).join(' '))).toMatchInlineSnapshot(`
    [
      "This is not a git repository. Go to one, or make one: git init",
      "This repository is bare: it has no checkout to work from. Clone it and work in the clone.",
      "This repository has no commit yet, so there is nothing to start a worktree from. Make one: git commit --allow-empty -m "start"",
      "This repository has submodules, which worktrees do not carry over. wt-orch does not work with submodules.",
      "git was not found. Install it, or put it on PATH.",
      "git 2.30.1 is too old; 2.38 or newer is needed. Install a newer git.",
      "This repository is in the middle of a cherry-pick. Finish it or abort it first: git cherry-pick --abort.",
      "This repository is in the middle of a bisect. Finish it or abort it first: git bisect reset.",
    ]
  `);
});
