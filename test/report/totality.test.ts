import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Outcome,
  openQuestions,
  type Question,
  type Reason,
  type ReasonKind,
  type Recorded,
  type RunEvent,
  type RunState,
  reduce,
  type StepSpec,
} from '../../src/orchestrator/index.ts';
import {
  narrate,
  questionText,
  reportJson,
  reportMarkdown,
  statusJson,
  statusText,
  summarize,
  summaryText,
  whyText,
} from '../../src/report/index.ts';
import { outcomes, recorded, spec, start, started, work } from './story.ts';

/** Text as a hostile agent would write it. */
const text = fc.oneof(
  fc.string(),
  fc.constantFrom('\u001b]0;title\u0007', '\u009b2J', 'a\nb\r\nc', '| `x` <b>', '\ud83d', '\u202etxt.exe', ''),
);
const task = fc.constantFrom('A-1', 'B-2', 'C-3', 'NOBODY-9');
const kind = fc.constantFrom<ReasonKind>(
  'wouldOverwrite',
  'testsRed',
  'exitCode',
  'textConflict',
  'conflictLost',
  'conflictWorktree',
  'gateFailed',
  'blocked',
  'undone',
  'undoConflict',
  'internal',
);
const reason: fc.Arbitrary<Reason> = fc.record(
  { kind, detail: text, paths: fc.array(text, { maxLength: 12 }), tasks: fc.array(task), log: text },
  { requiredKeys: ['kind'] },
);
const maybe = <T>(name: string, value: fc.Arbitrary<T>) => fc.record({ [name]: value }, { requiredKeys: [] });
const position = task.map((id) => ({ task: id, tip: 't', commit: `c${id}`, tree: `tree-${id}` }));
const verdict = fc.record(
  { verdict: fc.constantFrom('green', 'red', 'unknown'), log: text, why: reason },
  { requiredKeys: ['verdict', 'log'] },
);
const id = fc.constantFrom('q1', 'q2', 'q9');
const question: fc.Arbitrary<Question> = fc
  .record({
    id,
    kind: fc.constantFrom('approve' as const, 'select' as const, 'input' as const),
    about: fc.constantFrom(
      'overlaps' as const,
      'hold' as const,
      'conflict' as const,
      'ownRules' as const,
      'approval' as const,
      'needsInput' as const,
    ),
    prompt: text,
    options: fc.array(fc.oneof(text, fc.constantFrom('sequential', 'land', 'approve', 'discard'))),
  })
  .chain((asked) => maybe('task', task).map((of) => ({ ...asked, ...of })));
const finding = fc.record(
  { rule: text, message: text, severity: fc.constantFrom('error', 'warning'), path: text, line: fc.nat() },
  { requiredKeys: ['rule', 'message', 'severity'] },
);
const claim = fc.record(
  {
    status: fc.constantFrom('in_progress', 'completed', 'failed', 'needs_input', 'no_change'),
    progress: fc.double({ min: 0, max: 1, noNaN: true }),
    message: text,
    question: text,
    costUsd: fc.double({ min: 0, max: 100, noNaN: true }),
  },
  { requiredKeys: ['status'] },
);
const entry = fc.constantFrom<StepSpec['entry']>({ kind: 'fresh' }, { kind: 'undo', landing: { from: 'b', to: 'c' } });
const step = fc
  .tuple(task, entry)
  .map(([one, way]) => spec(one, { after: one === 'B-2' ? ['A-1'] : [], resources: ['db'], entry: way }));
const skipped = fc.array(fc.record({ task, reason }), { maxLength: 2 });
const overlaps = fc.array(fc.record({ tasks: fc.tuple(task, task), paths: fc.array(text) }), { maxLength: 3 });

type Rest<T extends RunEvent['type']> = Omit<Extract<RunEvent, { type: T }>, 'type'>;

/** For every type of event any event of that type; the compiler sees to it that none is missing. */
const rests: { readonly [T in RunEvent['type']]: fc.Arbitrary<object> | fc.Arbitrary<Rest<T>> } = {
  runStarted: fc.record({ overlaps, skipped }).map((over) => started(['A-1', 'B-2', 'C-3'], over)),
  tasksJoined: fc.record({ steps: fc.array(step, { maxLength: 2 }), skipped, overlaps }),
  overlapsDecided: fc.record({
    choice: fc.constantFrom('sequential', 'parallel', 'cancel'),
    by: fc.constantFrom('setting', 'person', 'noTerminal'),
  }),
  questionAsked: fc.record({ question }),
  questionAnswered: fc.record({ question: id, value: text }),
  questionWithdrawn: fc.record({ question: id }),
  stopRequested: fc.record({ task, by: fc.constantFrom('person', 'SIGINT', 'SIGTERM') }, { requiredKeys: ['by'] }),
  personLeft: fc.constant({}),
  runEnded: fc.record({ exitCode: fc.nat(4) }),
  worktreeIntended: fc.record({ task, base: text }),
  worktreeReady: fc.record({ task, base: text }),
  agentIntended: fc.record({ task, tag: text, log: text, command: text }),
  agentStarted: fc.record({ task, pid: fc.nat(), startTime: text, bootId: text }),
  statusReported: fc.record({ task, claim }),
  reportRejected: fc.record({ task, problem: text }),
  agentStopIntended: fc.record({ task, why: fc.constantFrom('timeLimit', 'stopped') }),
  agentExited: fc.record(
    {
      task,
      ended: fc.constantFrom('itself', 'timeLimit', 'stopped'),
      code: fc.nat(255),
      signal: text,
      survivors: fc.array(fc.nat(), { maxLength: 2 }),
    },
    { requiredKeys: ['task', 'ended', 'survivors'] },
  ),
  workFound: fc.record({ task, work: fc.array(text).map((paths) => work('A-1', { paths, rules: paths })) }),
  nothingFound: fc.record({ task }),
  agentResumed: fc.record({ task, note: text }),
  personAwaited: fc.record({ task, question: id }),
  approved: fc.record({ task, by: fc.constant('person') }),
  gateJudged: fc.record(
    {
      task,
      gate: text,
      verdict: fc.constantFrom('pass', 'fail', 'n/a', 'unknown'),
      findings: fc.array(finding, { maxLength: 5 }),
      ms: fc.nat(),
      log: text,
      why: text,
    },
    { requiredKeys: ['task', 'gate', 'verdict', 'findings', 'ms'] },
  ),
  gatesEnded: fc.record({ task, verdict: fc.constantFrom('pass', 'blocked') }),
  candidateQueued: fc.record({ task, tip: text }),
  chainBuilt: fc.record({
    base: text,
    positions: fc.array(position, { maxLength: 3 }),
    conflicts: fc.array(fc.record({ task, onto: text, paths: fc.array(text) }), { maxLength: 2 }),
    alone: fc.boolean(),
  }),
  testStarted: fc.record({ position, log: text }),
  testCancelled: fc.record({ position }),
  verdictRecalled: fc.record({ position, log: text, from: text }),
  accused: fc.record({ task, position, verdict }),
  slotsLowered: fc.record({ task, together: fc.integer({ min: 2, max: 4 }), to: fc.integer({ min: 1, max: 3 }) }),
  mainTested: fc.record({ commit: text, verdict, ms: fc.nat() }),
  testEnded: fc.record(
    { position, verdict: fc.constantFrom('green', 'red', 'unknown'), ms: fc.nat(), log: text, why: reason },
    { requiredKeys: ['position', 'verdict', 'ms', 'log'] },
  ),
  landingIntended: fc.record({ tasks: fc.array(task), from: text, to: text }),
  landed: fc.record(
    { task, from: text, commit: text, tested: fc.boolean(), undoes: text },
    { requiredKeys: ['task', 'from', 'commit', 'tested'] },
  ),
  held: fc.record({ task, reason }),
  holdLifted: fc.record({ task }),
  undoCollided: fc.record({ task, paths: fc.array(text) }),
  targetMoved: fc.record({ to: text }),
  conflictFound: fc.record({ task, onto: text, paths: fc.array(text) }),
  conflictLeft: fc.record(
    { task, to: fc.constantFrom('agent', 'person'), paths: fc.array(text), why: reason },
    { requiredKeys: ['task', 'to', 'paths'] },
  ),
  conflictRoundStarted: fc.record({ task, round: fc.nat(5) }),
  conflictRoundFailed: fc.record({ task, round: fc.nat(5), why: reason }),
  conflictResolved: fc.record({
    task,
    by: fc.constantFrom('rule', 'agent', 'person'),
    work: fc.array(text).map((paths) => work('A-1', { paths, rules: paths })),
    dropped: fc.array(text),
  }),
  stepEnded: fc.record(
    { task, outcome: fc.constantFrom<Outcome>(...outcomes), reason, commit: text },
    { requiredKeys: ['task', 'outcome'] },
  ),
  taskMarked: fc.record({ task, mark: text }),
  taskMarkRefused: fc.record({ task, why: text }),
  worktreeRemoved: fc.record({ task }),
  worktreeKept: fc.record({ task, why: text }),
  stepTidied: fc.record({ task }),
  noted: fc.record({ task, level: fc.constantFrom('info', 'warning'), text }, { requiredKeys: ['level', 'text'] }),
};

const event = fc.oneof(
  ...Object.entries(rests).map(([type, rest]) =>
    (rest as fc.Arbitrary<object>).map((data) => ({ type, ...data }) as RunEvent),
  ),
);
const story = fc
  .tuple(rests.runStarted as fc.Arbitrary<RunEvent>, fc.array(event, { maxLength: 60 }))
  .map(([first, rest]) => recorded(first, ...rest));

const newline = '\n';
const isSafe = (shown: string) => !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(shown.replaceAll(newline, ''));

function foldAll(events: readonly Recorded[], seen: (event: Recorded, state: RunState) => void): RunState {
  let state: RunState | undefined;
  for (const one of events) {
    state = reduce(state, one);
    if (state !== undefined) seen(one, state);
  }
  if (state === undefined) throw new Error('a story begins with runStarted');
  return state;
}

test('whatever happens in whatever order, everything has words, and none of them steers the terminal', () => {
  fc.assert(
    fc.property(story, fc.boolean(), (events, alive) => {
      const state = foldAll(events, (one, at) => {
        const line = narrate(one, at);
        if (line === undefined) return;
        expect(line).not.toContain(newline);
        expect(isSafe(line)).toBe(true);
      });
      const summary = summarize(state, start);
      const shown = [
        summaryText(summary, state),
        statusText(state, alive, start, 100),
        reportMarkdown(state, events, start),
        ...[...state.steps.keys(), ...state.skipped.keys()].map((one) => whyText(one, state, events)),
        ...openQuestions(state).map((one) => questionText(one, state)),
      ];
      expect(shown.filter((one) => !isSafe(one))).toEqual([]);
      const sentences = statusJson(state, alive).tasks.map((one) => one.reason ?? '');
      expect(sentences.filter((one) => !isSafe(one))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('the groups of a summary add up to its tasks, and the account counts the same', () => {
  fc.assert(
    fc.property(story, (events) => {
      const state = foldAll(events, () => undefined);
      const { successful, failed, blocked, waiting, cancelled, unfinished, totalTasks, ...rest } = summarize(
        state,
        start,
      );
      expect(successful + failed + blocked + waiting + cancelled + unfinished).toBe(totalTasks);
      expect(rest.tasks).toHaveLength(totalTasks);
      expect(unfinished).toBeGreaterThanOrEqual(0);
      expect(reportJson(state, events, start).tasks).toHaveLength(totalTasks);
      expect(statusJson(state, true).tasks).toHaveLength(totalTasks);
    }),
    { numRuns: 300 },
  );
});
