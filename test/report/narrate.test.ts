import { expect, test } from 'vitest';
import { type Recorded, type RunEvent, type RunState, reduce } from '../../src/orchestrator/index.ts';
import { narrate } from '../../src/report/index.ts';
import { endings, exits, recorded, runs, spec, started, tested, work } from './story.ts';

function told(events: readonly Recorded[]): readonly string[] {
  let state: RunState | undefined;
  return events.flatMap((event) => {
    state = reduce(state, event);
    const line = state === undefined ? undefined : narrate(event, state);
    return line === undefined ? [] : [line];
  });
}

/** What is said of one event about DEV-15, after the first line of a run with two tasks. */
const of = (...events: readonly (RunEvent | readonly RunEvent[])[]) =>
  told(recorded(started(['DEV-15', 'X-1']), ...events)).at(-1);

test('a task that lands is told from its worktree to its commit, ids padded to the longest', () => {
  const events = recorded(started(['DEV-15', 'UX-9']), endings.landed('UX-9'), runs('DEV-15'), exits('DEV-15', 1), {
    type: 'runEnded',
    exitCode: 0,
  });
  expect(told(events)).toMatchInlineSnapshot(`
    [
      "run     2 tasks, up to 3 at once; landing on main",
      "UX-9    preparing .worktrees/bank-UX-9",
      "UX-9    started bank in .worktrees/bank-UX-9",
      "UX-9    its agent finished",
      "UX-9    2 files changed",
      "UX-9    gate security passed",
      "UX-9    queued to land",
      "UX-9    testing it as 1a2b3c4d",
      "UX-9    tests passed in 2.0s",
      "UX-9    landed as 1a2b3c4d",
      "DEV-15  preparing .worktrees/bank-DEV-15",
      "DEV-15  started bank in .worktrees/bank-DEV-15",
      "DEV-15  its agent ended with exit code 1",
      "run     ended after 23s: 1 of 2 tasks successful",
    ]
  `);
});

const event = (rest: object): RunEvent => ({ task: 'DEV-15', ...rest }) as RunEvent;
const claim = (rest: object) => event({ type: 'statusReported', claim: { status: 'in_progress', ...rest } });
const gate = (rest: object) => event({ type: 'gateJudged', gate: 'lint', findings: [], ms: 1, ...rest });
const finding = { rule: 'r', message: 'm', severity: 'error', path: 'a.ts', line: 3 };

test.each<[string, RunEvent, string | undefined]>([
  ['progress and message', claim({ progress: 0.4, message: 'writing the model' }), '40 %  writing the model'],
  ['a sign of life', claim({}), undefined],
  ['impossible progress', claim({ progress: 7 }), '100 %'],
  ['a message that would steer the terminal', claim({ message: '\u001b[2J\nhi' }), 'hi'],
  ['a claim to be done', claim({ status: 'completed' }), 'says it is done'],
  ['a claim to have failed', claim({ status: 'failed', message: 'no key' }), 'says it failed: no key'],
  ['a claim of nothing to do', claim({ status: 'no_change' }), 'says nothing has to change'],
  ['a question', claim({ status: 'needs_input', question: 'Which one?' }), 'asks: Which one?'],
  [
    'a bad report',
    event({ type: 'reportRejected', problem: 'no status' }),
    'its status report was not understood: no status',
  ],
  ['a stop', event({ type: 'agentStopIntended', why: 'stopped' }), 'stopping its agent'],
  [
    'a time limit',
    event({ type: 'agentStopIntended', why: 'timeLimit' }),
    'stopping its agent: the time limit of 30m 00s is reached',
  ],
  [
    'an exit',
    event({ type: 'agentExited', ended: 'itself', code: 0, survivors: [5] }),
    'its agent finished; 1 process that it left running ended too',
  ],
  [
    'a signal',
    event({ type: 'agentExited', ended: 'itself', signal: 'SIGSEGV', survivors: [] }),
    'its agent was ended by SIGSEGV',
  ],
  [
    'harvested work',
    event({ type: 'workFound', work: work('DEV-15', { harvested: true, paths: ['a'] }) }),
    '1 file changed; uncommitted work was committed for the agent',
  ],
  ['nothing', event({ type: 'nothingFound' }), 'nothing changed'],
  [
    'an answer passed on',
    event({ type: 'agentResumed', note: 'the left one' }),
    'its agent goes on with the answer: the left one',
  ],
  ['a passed gate', gate({ verdict: 'pass' }), 'gate lint passed'],
  [
    'warnings',
    gate({ verdict: 'pass', findings: [{ ...finding, severity: 'warning' }] }),
    'gate lint passed with 1 warning',
  ],
  [
    'a failed gate',
    gate({ verdict: 'fail', findings: [finding, finding] }),
    'gate lint failed: a.ts:3: m (r), and 1 more',
  ],
  ['a failed command', gate({ verdict: 'fail', why: 'exit code 2' }), 'gate lint failed: exit code 2'],
  ['a gate that does not apply', gate({ verdict: 'n/a', why: 'no tag fits' }), 'gate lint does not apply: no tag fits'],
  [
    'a gate without verdict',
    gate({ verdict: 'unknown', why: 'it crashed' }),
    'gate lint came to no verdict: it crashed',
  ],
  ['red tests', tested('DEV-15', 'red'), 'tests failed in 2.0s; its output is in /logs/DEV-15/test.log'],
  [
    'tests without verdict',
    tested('DEV-15', 'unknown', { kind: 'testsTimedOut', detail: 'npm test' }),
    'The tests with it ran out of time: npm test.',
  ],
  [
    'an untested landing',
    event({ type: 'landed', from: 'a', commit: 'abcdef0123', tested: false }),
    'landed as abcdef01, untested',
  ],
  [
    'a hold',
    event({ type: 'held', reason: { kind: 'targetBusy', detail: 'rebase' } }),
    'held: It is finished, but the checkout of the target branch is in the middle of a rebase.',
  ],
  [
    'an end',
    event({ type: 'stepEnded', outcome: 'agent_failed', reason: { kind: 'exitCode', detail: '3' } }),
    'agent failed: Its agent ended with exit code 3.',
  ],
  [
    'red tests at the end',
    event({ type: 'stepEnded', outcome: 'tests_failed', reason: { kind: 'testsRed', log: '/l' } }),
    'dropped from the landing queue: The tests fail with it (output: /l).',
  ],
  [
    'an outcome without a reason',
    event({ type: 'stepEnded', outcome: 'rate_limited' }),
    'rate limited: The provider of its agent takes no more requests for now.',
  ],
  [
    'a hold left for later',
    event({ type: 'stepEnded', outcome: 'held', reason: { kind: 'targetBusy' } }),
    'left for later. Finish that or abort it. Then: `wt-orch land DEV-15`',
  ],
  [
    'a mark that was refused',
    event({ type: 'taskMarkRefused', why: 'the id is gone' }),
    'the task file was not marked: the id is gone',
  ],
  ['a warning', event({ type: 'noted', level: 'warning', text: 'disk low' }), 'warning: disk low'],
  ['a stop that somebody asked for', event({ type: 'stopRequested', by: 'SIGINT' }), 'asked to stop by SIGINT'],
  ['what only matters to the program', event({ type: 'stepTidied' }), undefined],
])('%s', (_what, one, text) => {
  expect(of(one)).toBe(text === undefined ? 'run     2 tasks, up to 3 at once; landing on main' : `DEV-15  ${text}`);
});

test('who waits for whom is said when the overlaps are decided', () => {
  const overlaps = [
    { tasks: ['A-1', 'B-2'], paths: ['x'] },
    { tasks: ['C-3', 'A-1'], paths: ['y'] },
  ] as const;
  const decided = (choice: 'sequential' | 'parallel' | 'cancel', by: 'setting' | 'person' | 'noTerminal') =>
    told(recorded(started(['A-1', 'B-2', 'C-3'], { overlaps }), { type: 'overlapsDecided', choice, by })).at(-1);
  expect(decided('sequential', 'person')).toBe(
    'run  overlapping tasks run one after the other; B-2 waits for A-1; C-3 waits for A-1',
  );
  expect(decided('parallel', 'setting')).toBe('run  overlapping tasks run at the same time, as configured');
  expect(decided('cancel', 'noTerminal')).toBe('run  cancelled because of the overlaps: nobody can be asked');
});

test('a question is told with its id and what may be answered', () => {
  const question = {
    id: 'q1',
    kind: 'approve',
    about: 'approval',
    prompt: 'Land it?',
    options: ['approve', 'reject'],
    task: 'DEV-15',
  } as const;
  expect(of({ type: 'questionAsked', question })).toBe('DEV-15  question q1: Land it? (approve, reject)');
  expect(of({ type: 'questionAsked', question }, { type: 'questionAnswered', question: 'q1', value: 'approve' })).toBe(
    'run     question q1 answered: approve',
  );
});

test('a run says at its start what it will not do', () => {
  const skipped = [{ task: 'OLD-1', reason: { kind: 'alreadyDone' } }] as const;
  const first = (over: object) => told(recorded(started(['A-1'], over)))[0];
  expect(first({ skipped })).toBe('run    1 task, up to 3 at once; landing on main; not run: OLD-1');
  expect(first({ land: false })).toBe('run  1 task, up to 3 at once; landing nothing');
  expect(first({ tested: 'deliberatelyNot' })).toBe(
    'run  1 task, up to 3 at once; landing on main; deliberately untested',
  );
  expect(first({ tested: 'notConfigured' })).toBe(
    'run  1 task, up to 3 at once; landing on main; no tests configured, so nothing can land',
  );
});

test('a second attempt and a worktree in an unusual place are named as they are', () => {
  const events = recorded(started([spec('A-1', { attempt: 2, worktree: '/elsewhere/a' })]), runs('A-1'));
  expect(told(events).at(-1)).toBe('A-1  started bank in /elsewhere/a, attempt 2');
});

test('an event of a newer version is passed over', () => {
  expect(of(event({ type: 'brandNew' }))).toBe('run     2 tasks, up to 3 at once; landing on main');
});

test('ids shorter than the word for the run still stand in one column', () => {
  expect(told(recorded(started(['A1']), { type: 'nothingFound', task: 'A1' }))).toEqual([
    'run  1 task, up to 3 at once; landing on main',
    'A1   nothing changed',
  ]);
});

test('who is over already waits for nobody', () => {
  const overlaps = [{ tasks: ['A-1', 'B-2'], paths: ['x'] }] as const;
  const events = recorded(
    started(['A-1', 'B-2'], { overlaps }),
    { type: 'stepEnded', task: 'B-2', outcome: 'cancelled', reason: { kind: 'stopped' } },
    { type: 'overlapsDecided', choice: 'sequential', by: 'setting' },
  );
  expect(told(events).at(-1)).toBe('run  overlapping tasks run one after the other, as configured');
});
