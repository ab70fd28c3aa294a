import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  exitCodeOf,
  foldRun,
  type Outcome,
  type Position,
  type Recorded,
  type RunEvent,
  type RunState,
  reduce,
  waitingFor,
} from '../../src/orchestrator/index.ts';
import { runStarted, stamper, stepSpec } from '../support/steps.ts';
import { lifeOf, lifeUntil, told, toldOfOne, workOfTask } from './told.ts';

const phaseOf = (state: RunState, task = 'A') => state.steps.get(task)?.phase.name;
const position = (task: string, onto: string): Position => ({
  task,
  tip: `tip-${task}`,
  commit: `${onto}+${task}`,
  tree: `tree ${onto} ${task}`,
});
const chain = [position('A', 'main-0'), position('B', 'main-0+A')];
const built: RunEvent = {
  type: 'chainBuilt',
  base: 'main-0',
  positions: chain,
  conflicts: [{ task: 'C', onto: 'main-0+A', paths: ['x'] }],
};
const landed = (task: string, commit: string): RunEvent => ({
  type: 'landed',
  task,
  from: 'main-0',
  commit,
  tested: true,
});

describe('the life of a step', () => {
  test.each([
    ['worktreeIntended', 'waiting', 'preparing'],
    ['worktreeReady', 'preparing', 'prepared'],
    ['agentIntended', 'prepared', 'running'],
    ['agentExited', 'running', 'finishing'],
    ['workFound', 'finishing', 'judging'],
    ['gatesEnded', 'judging', 'judged'],
    ['candidateQueued', 'judged', 'queued'],
    ['landed', 'queued', 'landed'],
  ] as const)('%s leads from %s to %s, and from nowhere else', (type, from, to) => {
    const life = [...lifeOf('A'), landed('A', 'c')];
    const event = life.filter((one) => one.type === type);
    for (const count of life.keys()) {
      const before = phaseOf(toldOfOne(...life.slice(0, count)));
      expect(phaseOf(toldOfOne(...life.slice(0, count), ...event))).toBe(before === from ? to : before);
    }
  });
  test('an ended step stays as it ended, whatever comes late', () => {
    const end: RunEvent = { type: 'stepEnded', task: 'A', outcome: 'cancelled' };
    const state = toldOfOne(...lifeOf('A'), end, ...lifeOf('A'), landed('A', 'c'), {
      type: 'stepEnded',
      task: 'A',
      outcome: 'landed',
    });
    expect(state.steps.get('A')?.phase).toMatchObject({ name: 'ended', outcome: 'cancelled' });
  });
  test('a landed step is neither queued nor held again', () => {
    const state = toldOfOne(
      ...lifeOf('A'),
      landed('A', 'c'),
      { type: 'held', task: 'A', reason: { kind: 'internal' } },
      { type: 'candidateQueued', task: 'A', tip: 't' },
    );
    expect(phaseOf(state)).toBe('landed');
  });
  test('time counts as spent while somebody works on the step, and not while it waits', () => {
    // Events are a second apart: seven from the intent to the end of the gates, and then it waits.
    const busy = toldOfOne(...lifeUntil('A', 'gatesEnded')).steps.get('A')?.busyMs;
    expect(busy).toBe(6000);
    const queued = toldOfOne(...lifeOf('A'), { type: 'targetMoved', to: 'm' }, landed('A', 'c')).steps.get('A')?.busyMs;
    expect(queued).toBe(6000);
  });
  test('a gate that judges again replaces its earlier word', () => {
    const judge = (verdict: 'fail' | 'pass'): RunEvent => ({
      type: 'gateJudged',
      task: 'A',
      gate: 'lint',
      verdict,
      findings: [],
      ms: 1,
    });
    const { gates } = toldOfOne(...lifeUntil('A', 'workFound'), judge('fail'), judge('pass')).steps.get('A') ?? {};
    expect(gates).toEqual([{ gate: 'lint', verdict: 'pass', findings: [], ms: 1 }]);
  });
  test('a step that goes on begins in the worktree there is, one that lands with its branch', () => {
    const entry = { kind: 'continue', note: 'again' } as const;
    const work = workOfTask('B');
    const steps = [stepSpec('A', { entry }), stepSpec('B', { entry: { kind: 'land', work, approved: false } })];
    const state = told(runStarted(steps));
    expect(state.steps.get('A')).toMatchObject({ phase: { name: 'waiting' }, worktree: 'there', note: 'again' });
    expect(state.steps.get('B')).toMatchObject({ phase: { name: 'judging', work }, worktree: 'there' });
  });
});

describe('tasks that join', () => {
  const joins = (...steps: readonly ReturnType<typeof stepSpec>[]): RunEvent => ({
    type: 'tasksJoined',
    steps,
    skipped: [],
    overlaps: [],
  });
  test('leave a step that is under way as it is', () => {
    expect(phaseOf(toldOfOne(...lifeUntil('A', 'agentStarted'), joins(stepSpec('A'))))).toBe('running');
  });
  test('begin a step that ended again, as another attempt', () => {
    const end: RunEvent = { type: 'stepEnded', task: 'A', outcome: 'agent_failed' };
    const step = toldOfOne(end, { type: 'stepTidied', task: 'A' }, joins(stepSpec('A'))).steps.get('A');
    expect(step).toMatchObject({ phase: { name: 'waiting' }, attempt: 2, tidied: false });
  });
  test('that are refused count as skipped only when they are no part of the run', () => {
    const skipped = ['A', 'X'].map((task) => ({ task, reason: { kind: 'blocked' } as const }));
    expect([...toldOfOne({ type: 'tasksJoined', steps: [], skipped, overlaps: [] }).skipped.keys()]).toEqual(['X']);
  });
});

describe('what a step waits for', () => {
  const overlaps = [{ tasks: ['A', 'B'] as const, paths: ['x'] }];
  const sequential: RunEvent = { type: 'overlapsDecided', choice: 'sequential', by: 'setting' };
  const b = (more: object, opening: object, ...events: readonly RunEvent[]) =>
    waitingFor(told(runStarted([stepSpec('A', more), stepSpec('B', more)], opening), ...events), 'B');
  const runs = lifeUntil('A', 'agentStarted');
  test('a decision', () => expect(b({}, { overlaps })).toEqual({ kind: 'decision' }));
  test('an earlier one that overlaps', () =>
    expect(b({}, { overlaps }, sequential)).toEqual({ kind: 'earlier', tasks: ['A'] }));
  test('nothing, when the earlier one waits for a person', () => {
    expect(
      b({}, { overlaps }, sequential, ...lifeOf('A'), { type: 'held', task: 'A', reason: { kind: 'internal' } }),
    ).toBeUndefined();
  });
  test('a resource', () => expect(b({ resources: ['db'] }, {}, ...runs)).toEqual({ kind: 'resource', tasks: ['A'] }));
  test('a slot', () => expect(b({}, { maxParallel: 1 }, ...runs)).toEqual({ kind: 'slot', running: 1 }));
  test('nothing', () => expect(b({}, {}, ...runs)).toBeUndefined());
  test.each([
    ['nothing when it landed', landed('A', 'c'), undefined],
    ['it while it runs', { type: 'noted', level: 'info', text: '' }, { kind: 'dependency', tasks: ['A'] }],
    [
      'nothing when it said that nothing had to change',
      { type: 'stepEnded', task: 'A', outcome: 'no_change', reason: { kind: 'noChange' } },
      undefined,
    ],
    [
      'it when it only left nothing',
      { type: 'stepEnded', task: 'A', outcome: 'no_change', reason: { kind: 'noChangeSilent' } },
      { kind: 'dependency', tasks: ['A'] },
    ],
  ] as const)('of a dependency, %s', (_, event, expected) => {
    const steps = [stepSpec('A'), stepSpec('B', { after: ['A'] })];
    expect(waitingFor(told(runStarted(steps), ...lifeOf('A'), event), 'B')).toEqual(expected);
  });
});

describe('the exit code', () => {
  const withOutcomes = (outcomes: readonly Outcome[], ...more: readonly RunEvent[]) =>
    exitCodeOf(
      told(
        runStarted(outcomes.map((_, index) => stepSpec(`T${index}`))),
        ...outcomes.map((outcome, index): RunEvent => ({ type: 'stepEnded', task: `T${index}`, outcome })),
        ...more,
      ),
    );
  test.each<[number, readonly Outcome[]]>([
    [0, ['landed', 'no_change', 'ready']],
    [1, ['landed', 'agent_failed']],
    [1, ['skipped', 'held', 'cancelled']],
    [4, ['cancelled', 'held', 'landed']],
    [4, ['waiting_person']],
    [3, ['cancelled', 'landed']],
  ])('is %i for %j', (code, outcomes) => expect(withOutcomes(outcomes)).toBe(code));
  test('is 1 when a task was refused', () => {
    const skipped = [{ task: 'X', reason: { kind: 'blocked' } as const }];
    expect(withOutcomes(['landed'], { type: 'tasksJoined', steps: [], skipped, overlaps: [] })).toBe(1);
  });
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['person', 1],
  ] as const)('after a stop by %s is %i', (by, code) => {
    expect(withOutcomes(['agent_failed'], { type: 'stopRequested', by })).toBe(code);
  });
});

const events = fc.array(
  fc
    .tuple(
      fc.constantFrom('A', 'B', 'X'),
      fc.constantFrom('q1', 'q2'),
      fc.nat(),
      fc.constantFrom<Outcome[]>('landed', 'held', 'agent_failed'),
    )
    .chain(([task, question, at, outcome]) =>
      fc.constantFrom<RunEvent[]>(
        ...lifeOf(task),
        built,
        landed(task, `c${at}`),
        { type: 'agentExited', task, ended: 'timeLimit', survivors: [] },
        { type: 'nothingFound', task },
        { type: 'statusReported', task, claim: { status: 'needs_input' } },
        { type: 'agentResumed', task, note: 'n' },
        { type: 'personAwaited', task, question },
        {
          type: 'questionAsked',
          question: { id: question, kind: 'approve', about: 'approval', prompt: 'p', options: [], task },
        },
        { type: 'questionAnswered', question, value: 'approve' },
        { type: 'questionWithdrawn', question },
        { type: 'landingIntended', tasks: [task], from: 'a', to: 'b' },
        { type: 'landingIntended', tasks: ['A', 'B'], from: 'a', to: 'b' },
        { type: 'chainBuilt', base: 'main-0', positions: chain, conflicts: [], alone: true },
        ...chain.flatMap((one): readonly RunEvent[] => [
          { type: 'testStarted', position: one, log: 'l' },
          { type: 'testCancelled', position: one },
          { type: 'testEnded', position: one, verdict: 'red', ms: 1, log: 'l' },
          { type: 'accused', task: one.task, position: one, verdict: { verdict: 'red', log: 'l' } },
          { type: 'verdictRecalled', position: one, log: 'l', from: 'r0' },
        ]),
        { type: 'mainTested', commit: 'main-0', verdict: { verdict: 'unknown', log: 'l' }, ms: 1 },
        { type: 'holdLifted', task },
        { type: 'held', task, reason: { kind: 'internal' } },
        { type: 'targetMoved', to: `m${at}` },
        { type: 'stepEnded', task, outcome },
        { type: 'stepTidied', task },
        { type: 'stopRequested', by: 'person' },
        { type: 'stopRequested', task, by: 'person' },
        { type: 'overlapsDecided', choice: 'sequential', by: 'person' },
        { type: 'runEnded', exitCode: 0 },
      ),
    ),
  { maxLength: 60 },
);

test('no sequence of events makes the fold throw, or changes how a step ended', () => {
  fc.assert(
    fc.property(events, (sequence) => {
      let state: RunState | undefined;
      const ends = new Map<string, string>();
      for (const event of stamper()([runStarted([stepSpec('A'), stepSpec('B')]), ...sequence])) {
        state = reduce(state, event);
        for (const [task, { phase }] of state?.steps ?? []) {
          const end = JSON.stringify(phase);
          if (ends.has(task)) expect(end).toBe(ends.get(task));
          if (phase.name === 'ended') ends.set(task, end);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('events of a run that never began fold to nothing', () => {
  const stray = stamper()(lifeOf('A')) as readonly Recorded[];
  expect(foldRun(stray)).toBeUndefined();
});
