import { expect, test } from 'vitest';
import { reportJson, reportMarkdown, summarize, whyJson, whyText } from '../../src/report/index.ts';
import { endings, ends, exits, fold, prepares, recorded, runs, spec, start, started, work } from './story.ts';

const events = recorded(
  started(['A-1', 'B-2', 'C-3', 'D-4'], {
    skipped: [{ task: 'OLD-1', reason: { kind: 'alreadyDone' } }],
    overlaps: [{ tasks: ['A-1', 'B-2'], paths: ['src/a.ts'] }],
  }),
  {
    type: 'questionAsked',
    question: {
      id: 'q1',
      kind: 'select',
      about: 'overlaps',
      prompt: 'Potential file conflicts',
      options: ['sequential'],
    },
  },
  { type: 'questionAnswered', question: 'q1', value: 'sequential' },
  { type: 'overlapsDecided', choice: 'sequential', by: 'person' },
  endings.landed('A-1'),
  endings.tests_failed('B-2'),
  endings.gate_blocked('C-3'),
  endings.landed('D-4'),
  { type: 'runEnded', exitCode: 1 },
);
const state = fold(events);

test('the account has the keys of the summary at its top, and its tasks with more', () => {
  const { tasks, ...numbers } = summarize(state, start);
  const account = reportJson(state, events, start);
  expect(account).toMatchObject(numbers);
  expect(account.tasks).toMatchObject(tasks);
  expect(account.tasks[1]).toMatchObject({
    id: 'B-2',
    title: 'Title of B-2',
    agent: 'bank',
    failed: true,
    seconds: 11,
    worktree: '/repo/.worktrees/bank-B-2',
    logs: { agent: '/logs/B-2/agent.log', test: '/logs/B-2/test.log' },
  });
  expect(account.tests.map(({ task, verdict }) => `${task} ${verdict}`)).toEqual([
    'A-1 green',
    'B-2 red',
    'B-2 red',
    'D-4 green',
  ]);
  expect(account.questions).toEqual([
    { id: 'q1', task: null, prompt: 'Potential file conflicts', answer: 'sequential' },
  ]);
});

test('landings stand in the order in which main moved, with what it was before and after', () => {
  const { landings } = reportJson(state, events, start);
  expect(landings.map(({ task, from, commit }) => [task, from.slice(0, 8), commit.slice(0, 8)])).toEqual([
    ['A-1', 'bbbbbbbb', '1a2b3c4d'],
    ['D-4', 'bbbbbbbb', '1a2b3c4d'],
  ]);
});

test('events of other runs are no part of the account', () => {
  const other = events.map((event) => ({ ...event, run: 'r0' }));
  expect(reportJson(state, [...other, ...events], start)).toEqual(reportJson(state, events, start));
  expect(whyJson('A-1', state, [...other, ...events])).toEqual(whyJson('A-1', state, events));
});

test('the account as Markdown', () => {
  expect(reportMarkdown(state, events, start)).toMatchInlineSnapshot(`
    "# Run r1

    2 of 5 tasks successful, onto main. Started 2026-03-01T10:00:00.000Z, ended 2026-03-01T10:01:09.000Z.

    ## Tasks

    | Task | Outcome | Agent | Time | Commit | Reason |
    |---|---|---|---|---|---|
    | A-1 | landed | bank | 9.0s | 1a2b3c4d |  |
    | B-2 | tests failed | bank | 11s | b2cccccc | The tests fail with it: npm test (output: /logs/B-2/test.log). |
    | C-3 | gate blocked | bank | 7.0s | c3cccccc | Its branch did not pass the gate security. |
    | D-4 | landed | bank | 9.0s | 1a2b3c4d |  |
    | OLD-1 | skipped |  |  |  | OLD-1 is done already. |

    ## Overlaps

    * A-1 and B-2: src/a.ts

    They ran one after the other.

    ## Landings

    1. A-1: main from bbbbbbbb to 1a2b3c4d
    2. D-4: main from bbbbbbbb to 1a2b3c4d

    ## What did not land

    * B-2: The tests fail with it: npm test (output: /logs/B-2/test.log).
      * \\\`wt-orch retry B-2\\\` starts again; with --continue its agent goes on in /repo/.worktrees/bank-B-2
      * Log of the agent: /logs/B-2/agent.log
      * Log of the tests: /logs/B-2/test.log
    * C-3: Its branch did not pass the gate security.
      * \\\`wt-orch retry C-3\\\` starts again; with --continue its agent goes on in /repo/.worktrees/bank-C-3
      * Log of the agent: /logs/C-3/agent.log

    ## Gates

    * A-1, security: pass
    * B-2, security: pass
    * C-3, security: fail
      * error: src/a.ts:3: A GitHub token. (secret/github)
    * D-4, security: pass

    ## Questions

    * Potential file conflicts (answered: sequential)

    ## Numbers

    * Time: 1m 09s; one after the other about 36s (0.52x)
    * Cost, as the agents report it: $0.00
    * Blocked by gates: 1
    * Dropped by failing tests: 1
    * Test runs: 4, of which 2 green
    * Exit code: 1
    "
  `);
});

test.each([
  ['a table cell', 'a | b', 'a &#124; b'],
  ['HTML', '<img src=x onerror=alert(1)>', '&#60;img src=x onerror=alert(1)&#62;'],
  ['an entity', '&lt;b&gt;', '&#38;lt;b&#38;gt;'],
  ['code', '`x`', '\\`x\\`'],
  ['emphasis', '**a** __b__ ~~c~~', '\\*\\*a\\*\\* \\_\\_b\\_\\_ \\~\\~c\\~\\~'],
  ['a link', '[x](http://y)', '\\[x\\](http&#58;//y)'],
  ['a bare link', 'www.evil.example', 'www&#46;evil.example'],
  ['an image', '![x](y)', '!\\[x\\](y)'],
  ['an escape', '\\<', '\\\\&#60;'],
  ['a mention and an issue', '@who #1', '&#64;who &#35;1'],
  ['a formula', '$x$', '&#36;x&#36;'],
  ['an emoji by name', ':tada:', '&#58;tada:'],
  ['a list', '- a', '&#45; a'],
  ['a numbered list', '1. a', '1&#46; a'],
  ['a heading underline', '=== a', '&#61;== a'],
  ['a line end', 'a\n# b', 'a &#35; b'],
  ['a terminal', '\u001b[31ma', 'a'],
])('%s that somebody wrote stays text in Markdown', (_what, message, escaped) => {
  const own = recorded(
    started(['A-1']),
    runs('A-1'),
    { type: 'statusReported', task: 'A-1', claim: { status: 'needs_input', question: message } },
    {
      type: 'questionAsked',
      question: { id: 'q1', kind: 'input', about: 'needsInput', prompt: message, options: [] },
    },
  );
  expect(reportMarkdown(fold(own), own, start)).toContain(`\n* ${escaped} (not answered)\n`);
});

test('why tells where a task stands, why, what to do, and how it came to that', () => {
  expect(whyText('B-2', state, events)).toMatchInlineSnapshot(`
    "B-2: Title of B-2
      tests failed. The tests fail with it: npm test (output: /logs/B-2/test.log).
      \`wt-orch retry B-2\` starts again; with --continue its agent goes on in /repo/.worktrees/bank-B-2

    Gates
      security pass in 0.4s

    Where
      agent      bank, attempt 1
      worktree   /repo/.worktrees/bank-B-2
      branch     wt-orch/B-2
      commit     b2cccccccccccccccccccccccccccccccccccccc
      agent log  /logs/B-2/agent.log
      test log   /logs/B-2/test.log

    What happened
      +21s  preparing .worktrees/bank-B-2
      +24s  started bank in .worktrees/bank-B-2
      +25s  its agent finished
      +26s  2 files changed
      +27s  gate security passed
      +29s  queued to land
      +31s  testing it as 1a2b3c4d
      +32s  tests failed in 2.0s; its output is in /logs/B-2/test.log
      +33s  the tests failed with it alone; it gets a second chance when the others are through. Their output is in /logs/B-2/test.log
      +35s  testing it as 1a2b3c4d
      +36s  tests failed in 2.0s; its output is in /logs/B-2/test.log
      +38s  dropped from the landing queue: The tests fail with it: npm test (output: /logs/B-2/test.log).
      +39s  its worktree is kept: .worktrees/bank-B-2
    "
  `);
});

test('why lists what the gates found', () => {
  const text = whyText('C-3', state, events);
  expect(text).toContain('Gates\n  security fail in 0.4s\n    error: src/a.ts:3: A GitHub token. (secret/github)\n');
});

test('why speaks of tasks that were refused, and of those that the run does not have', () => {
  expect(whyText('OLD-1', state, events)).toBe(
    'OLD-1\n  skipped. OLD-1 is done already.\n  To do it again: `wt-orch tasks set OLD-1 ready`\n',
  );
  expect(whyJson('OLD-1', state, events)).toMatchObject({ state: 'skipped', agent: null, timeline: [] });
  expect(whyText('NO-1', state, events)).toBe('NO-1 is no task of run r1.\n');
  expect(whyJson('NO-1', state, events)).toMatchObject({ state: null, reason: null });
});

test('why shows what the agent said last, and reports that were not understood', () => {
  const own = recorded(
    started([spec('A-1', { attempt: 2 })]),
    runs('A-1'),
    { type: 'statusReported', task: 'A-1', claim: { status: 'in_progress', progress: 0.5, message: 'on\u001b[0m it' } },
    { type: 'reportRejected', task: 'A-1', problem: 'no status' },
  );
  const lines = whyText('A-1', fold(own), own).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'A-1: Title of A-1',
    '  running, 50 %',
    '  Its agent said last: on it',
    '  Status reports that were not understood: 1',
  ]);
  expect(whyJson('A-1', fold(own), own).claim?.message).toBe('on it');
});

test('why says how to answer what a task waits for', () => {
  const asked = recorded(
    started([spec('A-1', { approve: true })]),
    runs('A-1'),
    exits('A-1'),
    { type: 'workFound', task: 'A-1', work: work('A-1') },
    { type: 'gatesEnded', task: 'A-1', verdict: 'pass' },
    {
      type: 'questionAsked',
      question: {
        id: 'q1',
        kind: 'approve',
        about: 'approval',
        prompt: 'Land it?',
        options: ['approve', 'reject'],
        task: 'A-1',
      },
    },
    { type: 'personAwaited', task: 'A-1', question: 'q1' },
  );
  expect(whyJson('A-1', fold(asked), asked)).toMatchObject({
    state: 'waiting_person',
    reason: 'It waits for the answer to q1: Land it?',
    hint: '`wt-orch answer q1 approve|reject`',
  });
});

test('times in the timeline count from the start of the run', () => {
  const own = recorded(started(['A-1']), 59, prepares('A-1'), ends('A-1', 'cancelled', { kind: 'stopped' }));
  expect(whyJson('A-1', fold(own), own).timeline.map(({ afterMs, type }) => [afterMs, type])).toEqual([
    [60_000, 'worktreeIntended'],
    [61_000, 'stepEnded'],
  ]);
});
