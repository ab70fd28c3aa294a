import { describe, expect, test } from 'vitest';
import {
  type Effects,
  foldRun,
  type Loop,
  type Recorded,
  type RunEvent,
  type StepSpec,
  startLoop,
} from '../../src/orchestrator/index.ts';
import { runStarted, stamper, stepSpec } from '../support/steps.ts';
import { waitFor } from '../support/wait-for.ts';

/** Effects of agents that say at once that nothing has to be done. */
const idle: Effects = {
  undo: async (step, _state, tell) =>
    void (await tell({ type: 'stepEnded', task: step.spec.task, outcome: 'no_change', reason: { kind: 'undoEmpty' } })),
  prepare: async (step, _state, tell) => void (await tell({ type: 'worktreeReady', task: step.spec.task, base: 'b' })),
  runAgent: async (step, _state, tell) => {
    const { task } = step.spec;
    await tell({ type: 'agentIntended', task, tag: 't', log: 'l', command: 'c' });
    await tell({ type: 'statusReported', task, claim: { status: 'no_change' } });
    await tell({ type: 'agentExited', task, ended: 'itself', code: 0, survivors: [] });
  },
  harvest: async (step, _state, tell) => void (await tell({ type: 'nothingFound', task: step.spec.task })),
  judge: async (step, _state, tell) => void (await tell({ type: 'gatesEnded', task: step.spec.task, verdict: 'pass' })),
  resolveConflict: async (step, _state, tell) =>
    void (await tell({ type: 'conflictLeft', task: step.spec.task, to: 'person', paths: [] })),
  tidy: async (step, _state, tell) => void (await tell({ type: 'stepTidied', task: step.spec.task })),
  moveTrain: async () => undefined,
};

interface Started {
  readonly loop: Loop;
  readonly events: readonly Recorded[];
}

function start(
  effects: Partial<Effects>,
  steps: readonly StepSpec[] = [stepSpec('A'), stepSpec('B')],
  record?: (told: readonly RunEvent[]) => Promise<readonly Recorded[]>,
): Started {
  const stamp = stamper();
  const events: Recorded[] = [];
  const watch = (event: Recorded) => void events.push(event);
  const ports = { record: record ?? (async (told) => stamp(told)), effects: { ...idle, ...effects }, watch };
  return { loop: startLoop(ports, [runStarted(steps)]), events };
}

const endOf = async ({ loop }: Started, task: string) => (await loop.ended).steps.get(task)?.phase;

describe('an effect', () => {
  test('that does its work brings its step to its end', async () => {
    expect(await endOf(start({}), 'A')).toMatchObject({ name: 'ended', outcome: 'no_change' });
  });
  test.each<[string, Effects['prepare']]>([
    ['rejects', async () => Promise.reject(new Error('a bug'))],
    [
      'throws before it begins',
      () => {
        throw new Error('a bug');
      },
    ],
    ['returns and has done nothing', async () => undefined],
  ])('that %s ends its own step, and no other', async (_, prepare) => {
    const only: Effects['prepare'] = (step, ...rest) =>
      (step.spec.task === 'A' ? prepare : idle.prepare)(step, ...rest);
    const started = start({ prepare: only });
    expect(await endOf(started, 'A')).toMatchObject({ outcome: 'agent_failed', reason: { kind: 'internal' } });
    expect(await endOf(started, 'B')).toMatchObject({ outcome: 'no_change' });
  });
  test('that does half of its work is not started again and again', async () => {
    let calls = 0;
    const runAgent: Effects['runAgent'] = async (step, _state, tell) => {
      calls += 1;
      await tell({ type: 'agentIntended', task: step.spec.task, tag: 't', log: 'l', command: 'c' });
    };
    expect(await endOf(start({ runAgent }, [stepSpec('A')]), 'A')).toMatchObject({ reason: { kind: 'internal' } });
    expect(calls).toBe(1);
  });
  test('that cannot tidy leaves a word and lets the run end', async () => {
    const started = start({ tidy: async () => Promise.reject(new Error('a bug')) }, [stepSpec('A')]);
    expect(await endOf(started, 'A')).toMatchObject({ outcome: 'no_change' });
    expect(started.events).toContainEqual(expect.objectContaining({ type: 'noted', level: 'warning', task: 'A' }));
  });
  test('of the train that makes no move holds the candidate', async () => {
    const harvest: Effects['harvest'] = async (step, _state, tell) => {
      const work = { base: 'b', tip: 't', paths: ['a'], harvested: false, rules: [] };
      await tell({ type: 'workFound', task: step.spec.task, work });
    };
    expect(await endOf(start({ harvest }, [stepSpec('A')]), 'A')).toMatchObject({
      outcome: 'held',
      reason: { kind: 'internal' },
    });
  });
});

/** An agent that works until it is stopped; `lives` are those that do. */
function endless(lives: Set<string>): Effects['runAgent'] {
  return async (step, _state, tell, signal) => {
    const { task } = step.spec;
    await tell({ type: 'agentIntended', task, tag: 't', log: 'l', command: 'c' });
    lives.add(task);
    try {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await tell({ type: 'agentExited', task, ended: 'stopped', survivors: [] });
    } finally {
      // Not at once, as with processes: whoever waits for the end of the run waits for this too.
      await new Promise(setImmediate);
      lives.delete(task);
    }
  };
}

describe('the loop', () => {
  test('aborts the effect of a step that was stopped, and no other', async () => {
    const lives = new Set<string>();
    const { loop } = start({ runAgent: endless(lives) });
    await waitFor(() => (lives.size === 2 ? true : undefined), 'both agents');
    await loop.tell({ type: 'stopRequested', task: 'A', by: 'person' });
    await waitFor(() => (lives.has('A') ? undefined : true), 'the end of A');
    expect([...lives]).toEqual(['B']);
    await loop.tell({ type: 'stopRequested', by: 'person' });
    const state = await loop.ended;
    expect([...state.steps.values()].map(({ phase }) => (phase.name === 'ended' ? phase.outcome : ''))).toEqual([
      'cancelled',
      'cancelled',
    ]);
  });
  test('whose journal cannot be written ends its effects, and says so when they are over', async () => {
    const lives = new Set<string>();
    const stamp = stamper();
    let isFull = false;
    const record = async (told: readonly RunEvent[]) => (isFull ? Promise.reject(new Error('disk full')) : stamp(told));
    const { loop } = start({ runAgent: endless(lives) }, undefined, record);
    await waitFor(() => (lives.size === 2 ? true : undefined), 'both agents');
    isFull = true;
    await expect(loop.tell({ type: 'personLeft' })).rejects.toThrow('disk full');
    await expect(loop.ended).rejects.toThrow('disk full');
    expect(lives.size).toBe(0);
    await expect(loop.tell({ type: 'personLeft' })).rejects.toThrow('disk full');
  });
  test('records nothing after the end of the run', async () => {
    const { loop, events } = start({});
    const last = await loop.ended;
    expect(await loop.tell({ type: 'tasksJoined', steps: [stepSpec('C')], skipped: [], overlaps: [] })).toBe(last);
    expect(events.at(-1)?.type).toBe('runEnded');
  });
  test('goes on where a run stood', async () => {
    const first = start({});
    const whole = (await first.loop.ended).steps;
    const stamp = stamper();
    const before = first.events.filter(({ type }) => type === 'runStarted');
    const ports = { record: async (told: readonly RunEvent[]) => stamp(told), effects: idle, watch: () => undefined };
    const again = await startLoop(ports, [], foldRun(before)).ended;
    expect([...again.steps.keys()]).toEqual([...whole.keys()]);
    expect(again.exitCode).toBe(0);
  });
});
