import fc from 'fast-check';
import {
  decide,
  foldRun,
  type Loop,
  type Overlap,
  openQuestions,
  type Recorded,
  type RunEvent,
  type RunState,
  startLoop,
} from '../../src/orchestrator/index.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { runStarted, stamper, stepSpec } from '../support/steps.ts';
import type { TrainSettings } from '../support/train-view.ts';
import type { Truth } from '../support/truth.ts';

export interface Scenario {
  readonly truths: readonly Truth[];
  /** How many of the truths are there from the start; the others join, if they join at all. */
  readonly atFirst: number;
  readonly overlaps: readonly Overlap[];
  readonly maxParallel: number;
  readonly land: boolean;
  readonly tested: 'yes' | 'deliberatelyNot' | 'notConfigured';
  readonly onConflict: 'ask' | 'sequential' | 'parallel' | 'cancel';
  readonly attended: boolean;
  /** What happens from outside, by the number of the turn before which it does. */
  readonly outside: ReadonlyMap<number, Outside>;
  readonly train: Required<Pick<TrainSettings, 'mode' | 'slots'>>;
  /** Everything is red until the user commits something. */
  readonly redMain: boolean;
  readonly seed: number;
}

export type Outside =
  | 'stop'
  | 'stopOne'
  | 'interrupt'
  | 'personLeft'
  | 'join'
  | 'userCommits'
  | 'answer'
  | 'answerAgain';

export interface SimulatedRun {
  readonly scenario: Scenario;
  readonly world: FakeWorld;
  readonly events: readonly Recorded[];
  readonly last: RunState;
}

/** Runs a scenario through the loop, one turn at a time, to its end. Throws when there is none. */
export async function simulate(
  scenario: Scenario,
  look: (event: Recorded, state: RunState, world: FakeWorld) => void = () => undefined,
): Promise<SimulatedRun> {
  const world = new FakeWorld(scenario.truths, scenario.train, scenario.redMain);
  const events: Recorded[] = [];
  const stamp = stamper();
  const loop = startLoop(
    {
      record: async (told) => {
        await world.turn();
        return stamp(told);
      },
      effects: world.effects,
      watch: (event, state) => {
        events.push(event);
        look(event, state, world);
      },
    },
    [opening(scenario)],
  );
  const end: { last?: RunState; broken?: { readonly reason: unknown } } = {};
  loop.ended.then(
    (last) => {
      end.last = last;
    },
    (reason: unknown) => {
      end.broken = { reason };
    },
  );
  const random = numbers(scenario.seed);
  for (let turn = 0; turn < 5_000; turn += 1) {
    await new Promise(setImmediate);
    if (end.broken !== undefined) throw end.broken.reason;
    if (end.last !== undefined) return { scenario, world, events, last: end.last };
    const outside = scenario.outside.get(turn);
    if (outside !== undefined && events.length > 0) happen(outside, scenario, loop, world, random);
    else if (!world.give(random())) requirePerson(loop, random);
  }
  throw new Error('The run does not end.');
}

function opening(scenario: Scenario): RunEvent {
  const { maxParallel, land, tested, onConflict, attended, atFirst } = scenario;
  const first = scenario.truths.slice(0, atFirst);
  const overlaps = scenario.overlaps.filter(({ tasks }) =>
    tasks.every((task) => first.some((one) => one.task === task)),
  );
  return runStarted(first.map(specOf), {
    maxParallel,
    land,
    tested,
    onConflict,
    attended,
    overlaps,
    conflictRounds: 2,
  });
}

const specOf = ({ task, after, resources, approve }: Truth) => stepSpec(task, { after, resources, approve });

function happen(outside: Outside, scenario: Scenario, loop: Loop, world: FakeWorld, random: () => number): void {
  const tasks = [...loop.state().steps.keys()];
  switch (outside) {
    case 'stop':
      tell(loop, { type: 'stopRequested', by: 'person' });
      return;
    case 'interrupt':
      tell(loop, { type: 'stopRequested', by: 'SIGINT' });
      return;
    case 'stopOne':
      tell(loop, { type: 'stopRequested', task: tasks[random() % tasks.length] ?? '', by: 'person' });
      return;
    case 'personLeft':
      tell(loop, { type: 'personLeft' });
      return;
    case 'userCommits':
      world.train.userCommits();
      return;
    case 'join': {
      const joining = scenario.truths.slice(scenario.atFirst).filter(({ task }) => !tasks.includes(task));
      const all = [...tasks, ...joining.map(({ task }) => task)];
      const overlaps = scenario.overlaps.filter((overlap) => {
        return overlap.tasks.every((task) => all.includes(task)) && overlap.tasks.some((task) => !tasks.includes(task));
      });
      if (joining.length > 0) tell(loop, { type: 'tasksJoined', steps: joining.map(specOf), skipped: [], overlaps });
      return;
    }
    case 'answer':
      answerOne(loop, random);
      return;
    case 'answerAgain':
      tell(loop, { type: 'questionAnswered', question: `q${(random() % 3) + 1}`, value: 'approve' });
      return;
  }
}

/** When nothing is under way only a person can move the run, and without one it is stuck. */
function requirePerson(loop: Loop, random: () => number): void {
  const state = loop.state();
  if (!state.attended || openQuestions(state).length === 0) throw new Error('The run waits for nothing.');
  answerOne(loop, random);
}

/** A person answers one of the open questions, if there are any. */
function answerOne(loop: Loop, random: () => number): void {
  const questions = openQuestions(loop.state());
  const question = questions[random() % Math.max(1, questions.length)];
  if (question === undefined) return;
  const value = question.options[random() % Math.max(1, question.options.length)] ?? 'go on';
  tell(loop, { type: 'questionAnswered', question: question.id, value });
}

function tell(loop: Loop, event: RunEvent): void {
  // Without an end of the run the rejection comes out of `ended` as well.
  loop.tell(event).catch(() => undefined);
}

/** Numbers that look random and are the same for the same seed: mulberry32. */
function numbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** How many answers `decide` gives before it has none; throws when that is too many. */
export function settled(state: RunState): number {
  const stamp = stamper();
  let now: RunState | undefined = state;
  for (let rounds = 0; rounds < 200; rounds += 1) {
    const next = now === undefined ? [] : decide(now);
    if (next.length === 0) return rounds;
    now = foldRun(stamp(next), now);
  }
  throw new Error('decide never comes to rest');
}

const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];

function truthAt(index: number): fc.Arbitrary<Truth> {
  const before = names.slice(0, index);
  const others = names.filter((name) => name !== names[index]);
  return fc.record(
    {
      task: fc.constant(names[index] ?? ''),
      after:
        before.length === 0
          ? fc.constant([])
          : sometimes(fc.subarray(before, { maxLength: Math.min(2, before.length) }), []),
      resources: sometimes(fc.subarray(['db', 'port']), []),
      approve: sometimes(fc.constant(true), false),
      agent: rarely<Truth['agent']>(
        fc.constantFrom(
          'saysNoChange',
          'leavesNothing',
          'saysFailed',
          'exitsWith1',
          'isKilled',
          'runsOutOfTime',
          ...(['needsInput', 'needsInput', 'needsInput'] as const),
          'cannotStart',
          'cannotPrepare',
        ),
        'works',
      ),
      gates: rarely<Truth['gates']>(fc.constantFrom('fail', 'unknown'), 'pass'),
      changesRules: rarely(fc.constant(true), false),
      tests: rarely<Truth['tests']>(fc.constantFrom('red', 'unknown'), 'green'),
      flakes: rarely(fc.constant(1), 0),
      holds: rarely(fc.constantFrom(1, 2), 0),
      collides: rarely(fc.subarray(others, { minLength: 1, maxLength: 2 }), []),
      resolves: fc.constantFrom<Truth['resolves'][]>('rules', 'agent', 'nobody'),
      bug: rarely<Truth['bug']>(
        fc.constantFrom('prepare', 'runAgent', 'harvest', 'judge', 'resolveConflict', 'tidy', 'moveTrain', 'forgets'),
        undefined,
      ),
    },
    {
      requiredKeys: [
        'task',
        'after',
        'resources',
        'approve',
        'agent',
        'gates',
        'changesRules',
        'tests',
        'flakes',
        'holds',
        'resolves',
        'collides',
      ],
    },
  ) as fc.Arbitrary<Truth>;
}

const rarely = <T>(some: fc.Arbitrary<T>, usual: T) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: some });
const sometimes = <T>(some: fc.Arbitrary<T>, usual: T) =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: some });

/** Scenarios with up to seven tasks. `outside` says what may happen to them from outside, and how often at most. */
export function scenarios(outside: readonly Outside[], most: number): fc.Arbitrary<Scenario> {
  return fc
    .record({
      truths: fc
        .integer({ min: 1, max: names.length })
        .chain((count) => fc.tuple(...names.slice(0, count).map((_, index) => truthAt(index)))),
      joining: outside.includes('join') ? fc.nat(2) : fc.constant(0),
      pairs: sometimes(
        fc.uniqueArray(fc.tuple(fc.nat(names.length - 1), fc.nat(names.length - 1)), { maxLength: 4 }),
        [],
      ),
      maxParallel: fc.integer({ min: 1, max: 4 }),
      land: rarely(fc.constant(false), true),
      tested: rarely<Scenario['tested']>(fc.constantFrom('deliberatelyNot', 'notConfigured'), 'yes'),
      onConflict: fc.constantFrom<Scenario['onConflict'][]>('ask', 'sequential', 'parallel', 'cancel'),
      attended: outside.includes('personLeft') ? fc.boolean() : fc.constant(false),
      happenings: fc.array(fc.tuple(fc.nat(150), fc.constantFrom(...outside)), { maxLength: most }),
      train: fc.record({
        mode: fc.constantFrom<('probe' | 'strict')[]>('probe', 'strict'),
        slots: fc.integer({ min: 1, max: 4 }),
      }),
      redMain: rarely(fc.constant(true), false),
      seed: fc.integer(),
    })
    .map(({ truths, joining, pairs, happenings, ...rest }) => {
      const overlaps = pairs
        .filter(([a, b]) => a < b && b < truths.length)
        .map(([a, b]): Overlap => ({ tasks: [names[a] ?? '', names[b] ?? ''], paths: ['shared.txt'] }));
      const atFirst = Math.max(1, truths.length - joining);
      return { ...rest, truths, atFirst, overlaps, outside: new Map(happenings) };
    });
}
