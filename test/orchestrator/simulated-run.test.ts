import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  foldRun,
  isEnded,
  type Recorded,
  type RunState,
  type StepState,
  serialPredecessors,
  stepOf,
} from '../../src/orchestrator/index.ts';
import type { FakeWorld } from '../support/fake-world.ts';
import { possibleOutcomes } from './possible-outcomes.ts';
import { type Outside, type Scenario, type SimulatedRun, scenarios, settled, simulate } from './simulated-run.ts';

const everything: readonly Outside[] = [
  'stop',
  'stopOne',
  'interrupt',
  'personLeft',
  'join',
  'userCommits',
  'answer',
  'answerAgain',
];

const busy = ['preparing', 'prepared', 'running', 'finishing'];
const busySteps = (state: RunState) => [...state.steps.values()].filter((step) => busy.includes(step.phase.name));

/** What must hold after each event, whatever happens. */
function requireSafe(event: Recorded, state: RunState, world: FakeWorld, scenario: Scenario, asked: Set<string>): void {
  const working = busySteps(state);
  // An agent whose process is gone holds neither a slot nor a resource, also while its work is being looked at.
  const held = working.filter((step) => step.phase.name !== 'finishing');
  expect(held.length).toBeLessThanOrEqual(state.maxParallel);
  const used = held.flatMap((step) => step.spec.resources);
  expect(new Set(used).size).toBe(used.length);
  for (const step of working) {
    const others = serialPredecessors(state, step.spec.task);
    expect(working.filter((other) => others.includes(other.spec.task))).toEqual([]);
  }
  if (event.type === 'questionAsked') {
    // The answer to one is not taken for the answer to another.
    expect(asked.has(event.question.id)).toBe(false);
    asked.add(event.question.id);
  }
  if (event.type === 'worktreeIntended') requireMayStart(event.task, state, world);
  if (event.type === 'landingIntended' && scenario.tested === 'yes') {
    expect(state.train.verdicts.get(world.train.tree(event.to))?.verdict).toBe('green');
    expect(world.train.truthOf(event.to)).toBe('green');
  }
  if (event.type === 'landed') {
    const isOwn = scenario.tested === 'yes' && scenario.train.mode === 'strict';
    if (isOwn) expect(state.train.verdicts.get(world.train.tree(event.commit))?.verdict).toBe('green');
    expect(world.train.tree(event.commit).split(' ')).toContain(event.task);
  }
  settled(state);
}

function requireMayStart(task: string, state: RunState, world: FakeWorld): void {
  expect(state.stop).toBeUndefined();
  expect(state.conflictChoice).not.toBe('cancel');
  for (const id of stepOf(state, task).spec.after) {
    const isOnMain = world.train.tree(state.train.main).split(' ').includes(id);
    expect(isOnMain || saidNoChange(stepOf(state, id))).toBe(true);
  }
}

const saidNoChange = ({ phase }: StepState) =>
  phase.name === 'ended' && phase.outcome === 'no_change' && phase.reason?.kind === 'noChange';

/** What must hold of the whole, whatever happened. */
function requireSound({ events, world, last, scenario }: SimulatedRun): void {
  expect(world.wrongs).toEqual([]);
  expect(world.underWay).toEqual([]);
  expect(events.filter(({ type }) => type === 'runEnded')).toHaveLength(1);
  expect(events.at(-1)?.type).toBe('runEnded');
  expect([...last.steps.values()].filter((step) => !isEnded(step) || !step.tidied)).toEqual([]);
  const moves = events.flatMap((event) =>
    event.type === 'landed' ? [event.commit] : event.type === 'targetMoved' ? [event.to] : [],
  );
  expect(last.train.main).toBe(moves.at(-1) ?? 'main-0');
  const landed = [...last.steps.values()].filter(({ phase }) => phase.name === 'ended' && phase.outcome === 'landed');
  const onMain = world.train
    .tree(world.train.main)
    .split(' ')
    .filter((name) => scenario.truths.some(({ task }) => task === name));
  expect(landed.map(({ spec }) => spec.task).sort()).toEqual(onMain.sort());
  expect(foldRun(JSON.parse(JSON.stringify(events)) as Recorded[])).toEqual(last);
}

test('whatever happens, limits and order are kept, only what passed lands, the record tells all of it, and the run ends', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(everything, 6), async (scenario) => {
      const asked = new Set<string>();
      requireSound(
        await simulate(scenario, (event, state, world) => requireSafe(event, state, world, scenario, asked)),
      );
    }),
    { numRuns: 400 },
  );
});

test('left to itself, each task comes to the end that its own truth allows, and a failing one stops nobody but those behind it', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(['userCommits'], 3), async (scenario) => {
      const { last } = await simulate(scenario);
      const possible = possibleOutcomes(scenario);
      for (const [task, { phase }] of last.steps) {
        expect([...(possible.get(task) ?? [])]).toContain(phase.name === 'ended' ? phase.outcome : phase.name);
      }
    }),
    { numRuns: 400 },
  );
});

test('with overlaps and the choice to cancel nothing is ever made', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(['stop', 'userCommits', 'answer'], 3), async (scenario) => {
      fc.pre(scenario.overlaps.length > 0);
      const { events } = await simulate({ ...scenario, onConflict: 'cancel' });
      expect(events.filter(({ type }) => type === 'worktreeIntended')).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
