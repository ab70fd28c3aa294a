import { describe, expect, test } from 'vitest';
import { decide, type RunEvent } from '../../src/orchestrator/index.ts';
import { runStarted, stepSpec } from '../support/steps.ts';
import { lifeOf, lifeUntil, told, workOfTask } from './told.ts';

const answer = (value: string, question = 'q1'): RunEvent => ({ type: 'questionAnswered', question, value });
const question = (
  task: string,
  about: 'needsInput' | 'approval' | 'hold',
  options: readonly string[],
): readonly RunEvent[] => [
  { type: 'questionAsked', question: { id: 'q1', kind: 'input', about, prompt: 'Well?', options, task } },
  { type: 'personAwaited', task, question: 'q1' },
];
const needing = (task: string): readonly RunEvent[] => [
  ...lifeUntil(task, 'agentStarted'),
  { type: 'statusReported', task, claim: { status: 'needs_input' } },
  { type: 'agentExited', task, ended: 'itself', code: 0, survivors: [] },
  ...question(task, 'needsInput', []),
];
const approving = (rules: readonly string[] = []): readonly RunEvent[] => [
  ...lifeUntil('A', 'gatesEnded', workOfTask('A', { rules })),
  ...question('A', 'approval', ['approve', 'reject']),
];
const reason = { kind: 'wouldOverwrite', paths: ['.env'] } as const;
const held: readonly RunEvent[] = [...lifeOf('A'), { type: 'held', task: 'A', reason }];
const one = (more: object = {}) => runStarted([stepSpec('A')], { attended: true, ...more });
const end = (outcome: string, kind: string, more: object = {}) => [
  { type: 'stepEnded', task: 'A', outcome, reason: { kind, ...more } },
];

describe('an answer', () => {
  test('goes to the agent that asked, which starts again and has said nothing yet', () => {
    const state = told(one(), ...needing('A'), answer('the left one'));
    expect(decide(state)).toEqual([{ type: 'agentResumed', task: 'A', note: 'the left one' }]);
    const resumed = told(one(), ...needing('A'), answer('the left one'), ...decide(state)).steps.get('A');
    expect(resumed).toMatchObject({ attempt: 2, note: 'the left one', phase: { name: 'prepared', base: 'main-0' } });
    expect(resumed).not.toHaveProperty('claim');
  });
  test('waits while others hold all slots', () => {
    const steps = [stepSpec('A'), stepSpec('B')];
    const opening = runStarted(steps, { attended: true, maxParallel: 1 });
    const events = [opening, ...needing('A'), ...lifeUntil('B', 'agentStarted'), answer('yes')];
    expect(decide(told(...events))).toEqual([]);
    const over: RunEvent = { type: 'stepEnded', task: 'B', outcome: 'agent_failed' };
    expect(decide(told(...events, over))).toEqual([{ type: 'agentResumed', task: 'A', note: 'yes' }]);
  });
  test('waits while another one uses the same resource', () => {
    const steps = [stepSpec('A', { resources: ['db'] }), stepSpec('B', { resources: ['db'] })];
    const events = [
      runStarted(steps, { attended: true }),
      ...needing('A'),
      ...lifeUntil('B', 'agentStarted'),
      answer('yes'),
    ];
    expect(decide(told(...events))).toEqual([]);
  });
  test('waits for the step that touches the same files and was let past until that has landed', () => {
    const overlaps = [{ tasks: ['A', 'B'] as const, paths: ['x'] }];
    const opening = runStarted([stepSpec('A'), stepSpec('B')], { attended: true, overlaps, onConflict: 'sequential' });
    const choice: RunEvent = { type: 'overlapsDecided', choice: 'sequential', by: 'setting' };
    const events = [opening, choice, ...needing('A'), ...lifeOf('B'), answer('yes')];
    expect(decide(told(...events))).toEqual([]);
    const landed: RunEvent = { type: 'landed', task: 'B', from: 'main-0', commit: 'c', tested: true };
    expect(decide(told(...events, landed))).toContainEqual({ type: 'agentResumed', task: 'A', note: 'yes' });
  });
  test('approves: the branch is queued', () => {
    expect(decide(told(one(), ...approving(), answer('approve')))).toEqual([
      { type: 'approved', task: 'A', by: 'person' },
      { type: 'candidateQueued', task: 'A', tip: 'tip-A' },
    ]);
  });
  test('rejects: the step is cancelled', () => {
    expect(decide(told(one(), ...approving(), answer('reject')))).toEqual(end('cancelled', 'personRefused'));
  });
  test('counts once, and only when it was offered', () => {
    expect(decide(told(one(), ...approving(), answer('reject'), answer('approve')))).toEqual(
      end('cancelled', 'personRefused'),
    );
    expect(decide(told(one(), ...approving(), answer('perhaps'), answer('approve', 'q9')))).toEqual([]);
  });
  test('lifts a hold, which sends the branch back to the end of the queue', () => {
    expect(decide(told(one(), ...held, ...question('A', 'hold', ['land', 'later']), answer('land')))).toEqual([
      { type: 'holdLifted', task: 'A' },
      { type: 'candidateQueued', task: 'A', tip: 'tip-A' },
    ]);
  });
  test('leaves a hold for later', () => {
    expect(decide(told(one(), ...held, ...question('A', 'hold', ['land', 'later']), answer('later')))).toEqual(
      end('held', 'wouldOverwrite', { paths: ['.env'] }),
    );
  });
});

describe('a hold', () => {
  test('becomes a question', () => {
    expect(decide(told(one(), ...held))).toEqual([
      expect.objectContaining({
        type: 'questionAsked',
        question: expect.objectContaining({ about: 'hold', task: 'A', options: ['land', 'later'] }),
      }),
      { type: 'personAwaited', task: 'A', question: 'q1' },
    ]);
  });
  test('with a person there waits for them', () => {
    expect(decide(told(one(), ...held, ...question('A', 'hold', ['land', 'later'])))).toEqual([]);
  });
});

describe('with nobody to ask', () => {
  const nobody = one({ attended: false });
  test.each([
    [
      'a hold stays held',
      [...held, ...question('A', 'hold', ['land'])],
      end('held', 'wouldOverwrite', { paths: ['.env'] }),
    ],
    ['an agent that asked waits for a person', needing('A'), end('waiting_person', 'needsInput')],
    ['an approval waits for a person', approving(), end('waiting_person', 'approvalAsked')],
    [
      'a change of the rules is held',
      approving(['.wt-orch/config.yaml']),
      end('held', 'ownRulesChanged', { paths: ['.wt-orch/config.yaml'] }),
    ],
  ])('%s, and the run ends', (_, events, expected) => {
    expect(decide(told(nobody, ...events))).toEqual(expected);
  });
  test('the others are finished first', () => {
    const steps = [stepSpec('A'), stepSpec('B')];
    const events = [...needing('A'), ...lifeUntil('B', 'agentStarted')];
    expect(decide(told(runStarted(steps), ...events))).toEqual([]);
  });
  test('a person who leaves leaves their questions open for later', () => {
    const events = [one(), ...needing('A'), { type: 'personLeft' } as const];
    const left = decide(told(...events));
    expect(left).toEqual(end('waiting_person', 'needsInput'));
    expect(decide(told(...events, ...left))).toEqual([]);
  });
});
