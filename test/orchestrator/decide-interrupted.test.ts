import { expect, test } from 'vitest';
import { decideInterrupted, type Question, type RunEvent, stepOf } from '../../src/orchestrator/index.ts';
import { runStarted, stepSpec } from '../support/steps.ts';
import { lifeUntil, told, toldOfOne, workOfTask } from './told.ts';

const next = (...events: readonly RunEvent[]) => {
  const state = toldOfOne(...events);
  return decideInterrupted(stepOf(state, 'A'), state);
};
const ends = (outcome: string, kind: string, more: object = {}) => [
  { type: 'stepEnded', task: 'A', outcome, reason: { kind, ...more } },
];
const ready = [{ ...ends('ready', 'landingInterrupted')[0], commit: 'tip-A' }];
const held: RunEvent = { type: 'held', task: 'A', reason: { kind: 'wouldOverwrite', paths: ['x'] } };
const exits = (more: object): RunEvent => ({ type: 'agentExited', task: 'A', ended: 'itself', survivors: [], ...more });
const asked = (question: Partial<Question>): readonly RunEvent[] => [
  {
    type: 'questionAsked',
    question: { id: 'q1', kind: 'approve', about: 'approval', prompt: '?', options: [], ...question },
  },
  { type: 'personAwaited', task: 'A', question: 'q1' },
];

test.each(['worktreeIntended', 'worktreeReady', 'agentIntended', 'agentStarted'] as const)(
  'a step that was killed behind %s had no finished work, and is called interrupted',
  (last) => expect(next(...lifeUntil('A', last))).toEqual(ends('cancelled', 'interrupted')),
);

test('a step that had not begun is called interrupted', () => expect(next()).toEqual(ends('cancelled', 'interrupted')));

test.each(['workFound', 'gatesEnded', 'candidateQueued'] as const)(
  'what an agent had finished is ready to land, wherever behind %s the kill came',
  (last) => expect(next(...lifeUntil('A', last))).toEqual(ready),
);

test('the work of an agent that ended by itself is looked at first', () =>
  expect(next(...lifeUntil('A', 'agentExited'))).toEqual([]));

test('an agent that had failed has failed', () =>
  expect(next(...lifeUntil('A', 'agentStarted'), exits({ code: 3 }))).toEqual(
    ends('agent_failed', 'exitCode', { detail: '3', log: 'agent.log' }),
  ));

test('a branch that its gates had blocked is blocked', () => {
  const gate: RunEvent = { type: 'gateJudged', task: 'A', gate: 'lint', verdict: 'fail', findings: [], ms: 1 };
  const blocked: RunEvent = { type: 'gatesEnded', task: 'A', verdict: 'blocked' };
  expect(next(...lifeUntil('A', 'workFound'), gate, blocked)).toEqual(
    ends('gate_blocked', 'gateFailed', { detail: 'lint' }),
  );
});

test('a hold is still one, with its reason', () =>
  expect(next(...lifeUntil('A', 'candidateQueued'), held)).toEqual(ends('held', 'wouldOverwrite', { paths: ['x'] })));

test('a yes that was owed is still owed', () => {
  const events = [...lifeUntil('A', 'gatesEnded'), ...asked({})];
  const state = told(runStarted([stepSpec('A', { approve: true })]), ...events);
  expect(decideInterrupted(stepOf(state, 'A'), state)).toEqual(ends('waiting_person', 'approvalAsked'));
});

test('a question of an agent still waits for its answer', () =>
  expect(next(...lifeUntil('A', 'agentExited'), ...asked({ kind: 'input', about: 'needsInput' }))).toEqual(
    ends('waiting_person', 'needsInput'),
  ));

test('what was on the target has landed', () =>
  expect(
    next(...lifeUntil('A', 'candidateQueued'), { type: 'landed', task: 'A', from: 'm', commit: 'c', tested: true }),
  ).toEqual([{ type: 'stepEnded', task: 'A', outcome: 'landed', commit: 'c' }]));

test('the end of a step is asked for until it is there, and no longer', () => {
  const events = lifeUntil('A', 'candidateQueued', workOfTask('A'));
  expect(next(...events, ...next(...events))).toEqual([]);
});
