import { describe, expect, test } from 'vitest';
import { decide, type Overlap, type RunEvent, type StatusClaim } from '../../src/orchestrator/index.ts';
import { runStarted, stepSpec } from '../support/steps.ts';
import { lifeOf, lifeUntil, told, toldOfOne, workOfTask } from './told.ts';

const overlap: Overlap = { tasks: ['A', 'B'], paths: ['x'] };
const two = [stepSpec('A'), stepSpec('B')];
const stop: RunEvent = { type: 'stopRequested', by: 'person' };
const ended = (task: string, outcome: string, kind: string, more: object = {}) => ({
  type: 'stepEnded',
  task,
  outcome,
  reason: { kind, ...more },
});
const says = (claim: StatusClaim): RunEvent => ({ type: 'statusReported', task: 'A', claim });
const exits = (more: object): RunEvent => ({ type: 'agentExited', task: 'A', ended: 'itself', survivors: [], ...more });
const running = lifeUntil('A', 'agentStarted');
const asked = (about: string, more: object = {}) =>
  expect.objectContaining({ type: 'questionAsked', question: expect.objectContaining({ about, id: 'q1', ...more }) });

describe('overlaps', () => {
  const opened = (more: object) => told(runStarted(two, { overlaps: [overlap], ...more }));
  test.each(['sequential', 'parallel', 'cancel'] as const)(
    'the setting %s is the choice, and nobody is asked',
    (onConflict) => {
      expect(decide(opened({ onConflict, attended: true }))).toEqual([
        { type: 'overlapsDecided', choice: onConflict, by: 'setting' },
      ]);
    },
  );
  test('a person at a terminal is asked, once, and nothing starts before the answer', () => {
    const first = opened({ attended: true });
    const question = decide(first);
    expect(question).toEqual([asked('overlaps', { options: ['sequential', 'parallel', 'cancel'] })]);
    expect(decide(told(runStarted(two, { overlaps: [overlap], attended: true }), ...question))).toEqual([]);
  });
  test('the answer of a person is the choice', () => {
    const [question] = decide(opened({ attended: true }));
    const answer: RunEvent = { type: 'questionAnswered', question: 'q1', value: 'parallel' };
    const state = told(
      runStarted(two, { overlaps: [overlap], attended: true }),
      ...(question ? [question] : []),
      answer,
    );
    expect(decide(state)).toEqual([{ type: 'overlapsDecided', choice: 'parallel', by: 'person' }]);
  });
  test('without a terminal they run one after the other', () => {
    expect(decide(opened({}))).toEqual([{ type: 'overlapsDecided', choice: 'sequential', by: 'noTerminal' }]);
  });
  test('to cancel ends what has not begun, and leaves what has', () => {
    const choice: RunEvent = { type: 'overlapsDecided', choice: 'cancel', by: 'person' };
    expect(decide(told(...lifeUntil('A', 'worktreeIntended'), choice))).toEqual([
      ended('B', 'cancelled', 'runCancelled'),
      ended('C', 'cancelled', 'runCancelled'),
    ]);
  });
});

describe('a stop', () => {
  test.each([
    ['waits', []],
    ['has its worktree', lifeUntil('A', 'worktreeReady')],
    ['is judged', lifeUntil('A', 'workFound')],
    ['is queued', lifeOf('A')],
  ] as const)('ends a step that %s at once', (_, events) => {
    expect(decide(toldOfOne(...events, stop))).toEqual([ended('A', 'cancelled', 'stopped')]);
  });
  test.each([
    ['is being made', lifeUntil('A', 'worktreeIntended')],
    ['runs', running],
    ['is looked at', lifeUntil('A', 'agentExited')],
  ] as const)('leaves the end of a step that %s to its effect', (_, events) => {
    expect(decide(toldOfOne(...events, stop))).toEqual([]);
  });
  test('lets a landing that is under way finish', () => {
    const landing: RunEvent = { type: 'landingIntended', tasks: ['A'], from: 'main-0', to: 'c' };
    expect(decide(toldOfOne(...lifeOf('A'), landing, stop))).toEqual([]);
  });
  test('comes too late for a landing that was not intended yet, which is then refused', () => {
    const state = toldOfOne(...lifeOf('A'), stop, ...decide(toldOfOne(...lifeOf('A'), stop)), {
      type: 'landingIntended',
      tasks: ['A'],
      from: 'main-0',
      to: 'c',
    });
    expect(state.train.landing).toEqual([]);
  });
  test('of a held step leaves it held', () => {
    const reason = { kind: 'wouldOverwrite', paths: ['.env'] } as const;
    expect(decide(toldOfOne(...lifeOf('A'), { type: 'held', task: 'A', reason }, stop))).toEqual([
      { type: 'stepEnded', task: 'A', outcome: 'held', reason },
    ]);
  });
  test('of one task ends that one only', () => {
    const state = told(...lifeUntil('B', 'worktreeReady'), { type: 'stopRequested', task: 'B', by: 'person' });
    expect(decide(state)).toEqual([ended('B', 'cancelled', 'stopped')]);
  });
  test('ends tasks that join after it', () => {
    const joined: RunEvent = { type: 'tasksJoined', steps: [stepSpec('D')], skipped: [], overlaps: [] };
    expect(decide(toldOfOne(...lifeUntil('A', 'worktreeIntended'), stop, joined))).toEqual([
      ended('D', 'cancelled', 'stopped'),
    ]);
  });
});

describe('the end of an agent', () => {
  test.each([
    ['exit code 3', exits({ code: 3 }), ended('A', 'agent_failed', 'exitCode', { detail: '3', log: 'agent.log' })],
    [
      'a signal',
      exits({ signal: 'SIGKILL' }),
      ended('A', 'agent_failed', 'endedBySignal', { detail: 'SIGKILL', log: 'agent.log' }),
    ],
    ['a stop', exits({ ended: 'stopped' }), ended('A', 'cancelled', 'stopped')],
  ])('by %s is the end of its step', (_, exit, end) => {
    expect(decide(toldOfOne(...running, exit))).toEqual([end]);
  });
  test('a claim of success does not outrank the exit code', () => {
    expect(decide(toldOfOne(...running, says({ status: 'completed' }), exits({ code: 1 })))).toMatchObject([
      { outcome: 'agent_failed' },
    ]);
  });
  test('an agent that says it failed has failed, exit code 0 or not', () => {
    const state = toldOfOne(...running, says({ status: 'failed', message: 'no bank' }), exits({ code: 0 }));
    expect(decide(state)).toEqual([ended('A', 'agent_failed', 'agentSaidFailed', { detail: 'no bank' })]);
  });
  test('at the time limit what is there is looked for before the step ends', () => {
    const limit = [...running, exits({ ended: 'timeLimit' })];
    expect(decide(toldOfOne(...limit))).toEqual([]);
    expect(decide(toldOfOne(...limit, { type: 'nothingFound', task: 'A' }))).toEqual([
      ended('A', 'timed_out', 'timeLimit'),
    ]);
    const work = workOfTask('A');
    expect(decide(toldOfOne(...limit, { type: 'workFound', task: 'A', work }))).toEqual([
      ended('A', 'timed_out', 'timeLimit', { detail: work.tip }),
    ]);
  });
  test.each([
    ['said so', says({ status: 'no_change' }), 'noChange'],
    ['did not say so', says({ status: 'completed' }), 'noChangeSilent'],
  ])('an agent that left nothing and %s has changed nothing', (_, claim, kind) => {
    const state = toldOfOne(...running, claim, exits({ code: 0 }), { type: 'nothingFound', task: 'A' });
    expect(decide(state)).toEqual([ended('A', 'no_change', kind)]);
  });
  test('one that needs an answer asks for it', () => {
    const state = toldOfOne(...running, says({ status: 'needs_input', question: 'Which one?' }), exits({ code: 0 }));
    expect(decide(state)).toEqual([
      asked('needsInput', { kind: 'input', prompt: 'Which one?', task: 'A' }),
      { type: 'personAwaited', task: 'A', question: 'q1' },
    ]);
  });
  test('two that ask at once get a question each', () => {
    const needing = (task: string): readonly RunEvent[] => [
      ...lifeUntil(task, 'agentStarted'),
      { type: 'statusReported', task, claim: { status: 'needs_input' } },
      { type: 'agentExited', task, ended: 'itself', code: 0, survivors: [] },
    ];
    const events = [...needing('A'), ...needing('B')];
    const first = decide(told(...events));
    const second = decide(told(...events, ...first));
    const ids = [...first, ...second].flatMap((event) => (event.type === 'questionAsked' ? [event.question.id] : []));
    expect(ids).toEqual(['q1', 'q2']);
  });
});

describe('after the gates', () => {
  const judged = (task = 'A', work = workOfTask(task)) => lifeUntil(task, 'gatesEnded', work);
  const gate = (name: string, verdict: 'fail' | 'unknown', log?: string): RunEvent => ({
    type: 'gateJudged',
    task: 'A',
    gate: name,
    verdict,
    findings: [],
    ms: 1,
    ...(log === undefined ? {} : { log }),
  });
  const blocked = (...gates: readonly RunEvent[]) =>
    toldOfOne(...lifeUntil('A', 'workFound'), ...gates, { type: 'gatesEnded', task: 'A', verdict: 'blocked' });
  test('what passed is queued', () => {
    expect(decide(toldOfOne(...judged()))).toEqual([{ type: 'candidateQueued', task: 'A', tip: 'tip-A' }]);
  });
  test('a gate that failed blocks, and is named before those that only could not tell', () => {
    expect(decide(blocked(gate('slow', 'unknown'), gate('lint', 'fail', 'lint.log')))).toEqual([
      ended('A', 'gate_blocked', 'gateFailed', { detail: 'lint', log: 'lint.log' }),
    ]);
    expect(decide(blocked(gate('slow', 'unknown')))).toEqual([
      ended('A', 'gate_blocked', 'gateUnknown', { detail: 'slow' }),
    ]);
  });
  test('without landing it is ready', () => {
    expect(decide(told(runStarted([stepSpec('A')], { land: false }), ...judged()))).toEqual([
      { ...ended('A', 'ready', 'notLanding'), commit: 'tip-A' },
    ]);
  });
  test('without tests it is held', () => {
    expect(decide(told(runStarted([stepSpec('A')], { tested: 'notConfigured' }), ...judged()))).toEqual([
      { type: 'held', task: 'A', reason: { kind: 'testsNotConfigured' } },
    ]);
  });
  const rules = workOfTask('A', { rules: ['package.json'] });
  test.each([
    ['changes its own rules', told(runStarted([stepSpec('A')]), ...judged('A', rules)), 'ownRules'],
    ['asks for approval', told(runStarted([stepSpec('A', { approve: true })]), ...judged()), 'approval'],
  ])('a branch that %s waits for a person', (_, state, about) => {
    expect(decide(state)).toEqual([
      asked(about, { kind: 'approve', task: 'A' }),
      { type: 'personAwaited', task: 'A', question: 'q1' },
    ]);
  });
  test('a branch that a person approved is not asked about again', () => {
    const entry = { kind: 'land', work: rules, approved: true } as const;
    const state = told(runStarted([stepSpec('A', { entry, approve: true })]), {
      type: 'gatesEnded',
      task: 'A',
      verdict: 'pass',
    });
    expect(decide(state)).toEqual([{ type: 'candidateQueued', task: 'A', tip: 'tip-A' }]);
  });
});

describe('the train, the dependants and the end', () => {
  const landed: RunEvent = { type: 'landed', task: 'A', from: 'main-0', commit: 'c', tested: true };
  test('a landed step ends, and says so when nothing was tested', () => {
    expect(decide(toldOfOne(...lifeOf('A'), landed))).toEqual([
      { type: 'stepEnded', task: 'A', outcome: 'landed', commit: 'c' },
    ]);
    const untested = told(runStarted([stepSpec('A')], { tested: 'deliberatelyNot' }), ...lifeOf('A'), landed);
    expect(decide(untested)).toMatchObject([{ outcome: 'landed', reason: { kind: 'deliberatelyUntested' } }]);
  });
  test('a step whose dependency failed is skipped', () => {
    const steps = [stepSpec('A'), stepSpec('B', { after: ['A'] })];
    const state = told(runStarted(steps), { type: 'stepEnded', task: 'A', outcome: 'agent_failed' });
    expect(decide(state)).toEqual([ended('B', 'skipped', 'dependencyFailed', { tasks: ['A'] })]);
  });
  test('one step starts at a time, from what main is now', () => {
    const state = told({ type: 'targetMoved', to: 'main-9' });
    expect(decide(state)).toEqual([{ type: 'worktreeIntended', task: 'A', base: 'main-9' }]);
  });
  test('questions of steps that ended otherwise are taken back', () => {
    const judged = told(runStarted([stepSpec('A', { approve: true })]), ...lifeUntil('A', 'gatesEnded'));
    const events: RunEvent[] = [
      runStarted([stepSpec('A', { approve: true })], { attended: true }),
      ...lifeUntil('A', 'gatesEnded'),
      ...decide(judged),
      stop,
    ];
    const cancelled = decide(told(...events));
    expect(cancelled).toEqual([ended('A', 'cancelled', 'stopped')]);
    expect(decide(told(...events, ...cancelled))).toEqual([{ type: 'questionWithdrawn', question: 'q1' }]);
  });
  test('the run ends when each step has ended and is tidied, and not before', () => {
    const done: RunEvent = { type: 'stepEnded', task: 'A', outcome: 'landed', commit: 'c' };
    expect(decide(toldOfOne(done))).toEqual([]);
    expect(decide(toldOfOne(done, { type: 'stepTidied', task: 'A' }))).toEqual([{ type: 'runEnded', exitCode: 0 }]);
    expect(decide(toldOfOne(done, { type: 'stepTidied', task: 'A' }, { type: 'runEnded', exitCode: 0 }))).toEqual([]);
  });
});
