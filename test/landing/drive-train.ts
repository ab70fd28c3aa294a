import { type Move, nextMove, type TrainView } from '../../src/landing/index.ts';
import { foldRun, type Recorded, type RunEvent, type RunState } from '../../src/orchestrator/index.ts';
import { lifeOf } from '../orchestrator/told.ts';
import { runStarted, stamper, stepSpec } from '../support/steps.ts';
import { type TrainSettings, viewOf } from '../support/train-view.ts';

/** What is true of a queue without the train knowing it. Candidates are letters, in queue order. */
export interface Truths {
  readonly candidates: string;
  readonly bad: ReadonlySet<string>;
  /** Pairs that do not merge with each other. */
  readonly clash: readonly (readonly [string, string])[];
  /** Pairs that are red together. */
  readonly together: readonly (readonly [string, string])[];
  /** The move before which each candidate comes; all at once if not given. */
  readonly arrivals?: readonly number[];
  readonly redMain?: boolean;
  /** The chance that a run of something green is red anyway. */
  readonly flakes?: number;
  /** Numbers in [0, 1) that decide which runs flake and in which order the runs of a round end. */
  readonly random: () => number;
}

export interface Driven {
  readonly state: RunState;
  readonly events: readonly Recorded[];
  readonly moves: readonly Move[];
  /** Moves that tested something. */
  readonly rounds: number;
}

const meets = (pairs: Truths['clash'], task: string, tree: string): boolean =>
  pairs.some(([one, other]) => (one === task && tree.includes(other)) || (other === task && tree.includes(one)));

/** Whether a candidate does not merge onto a commit, which is the list of the candidates in it. */
export const collides = ({ clash }: Truths, task: string, onto: string): boolean => meets(clash, task, onto);

/** What an honest test says of a commit. */
export const isRed = ({ bad, together, redMain = false }: Truths, commit: string): boolean =>
  redMain || [...commit].some((task) => bad.has(task) || meets(together, task, commit));

/** Drives the train until nobody waits. Throws when it does not come to an end, or makes a move that cannot be meant. */
export function drive(truths: Truths, settings: TrainSettings): Driven {
  const stamp = stamper();
  const events: Recorded[] = [];
  const coming = [...truths.candidates];
  let state = foldRun([]);
  const tell = (...told: readonly RunEvent[]): void => {
    const stamped = stamp(told);
    events.push(...stamped);
    state = foldRun(stamped, state);
  };
  tell(
    runStarted(
      coming.map((id) => stepSpec(id)),
      { base: '' },
    ),
  );
  const moves: Move[] = [];
  const limit = 100 + 40 * coming.length;
  while (state !== undefined && moves.length < limit) {
    const arrived = truths.candidates.length - coming.length;
    if (coming.length > 0 && (truths.arrivals?.[arrived] ?? 0) <= moves.length) {
      tell(...lifeOf(coming.shift() ?? ''));
      continue;
    }
    const view = viewOf(state, settings);
    const move = nextMove(view);
    if (view.candidates.length === 0 && coming.length === 0) {
      return { state, events, moves, rounds: moves.filter(({ kind }) => kind === 'test').length };
    }
    requireMeant(move, view);
    moves.push(move);
    for (const event of made(move, truths, view)) tell(event);
  }
  throw new Error('the train does not stop');
}

/** A round is for something that is not known yet, in the slots that there are, and in the order of the chain. */
function requireMeant(move: Move, view: TrainView): void {
  if (move.kind === 'wait' && view.candidates.length > 0) throw new Error('it waits although somebody is in the queue');
  if (move.kind !== 'test') return;
  const { positions, main } = move;
  const runs = positions.length + (main ? 1 : 0);
  if (runs === 0 || runs > view.slots) throw new Error(`a round of ${runs} runs in ${view.slots} slots`);
  if (main && view.mainVerdict !== undefined) throw new Error('main is tested again');
  if (positions.some(({ tree }) => view.verdicts.has(tree))) throw new Error('a tree is tested again');
  const places = positions.map((position) => view.positions.indexOf(position));
  if (places.some((place, index) => place <= (places[index - 1] ?? -1)))
    throw new Error('not in the order of the chain');
}

/** What a move comes to in that world. */
function made(move: Move, truths: Truths, view: TrainView): readonly RunEvent[] {
  switch (move.kind) {
    case 'wait':
      return [{ type: 'noted', level: 'info', text: 'nobody is here yet' }];
    case 'build':
      return [built(move, truths, view.main)];
    case 'test':
      return round(move, truths, view);
    case 'land':
      return move.positions.map(({ task, commit }) => ({ type: 'landed', task, from: '', commit, tested: true }));
    case 'accuse':
      return [{ type: 'accused', task: move.position.task, position: move.position, verdict: move.verdict }];
    case 'stopQueue':
      return view.candidates.map(({ task }) => ({ type: 'held', task, reason: { kind: 'mainRed' } }));
    case 'drop':
      return [{ type: 'stepEnded', task: move.position.task, outcome: 'tests_failed' }];
    case 'leave':
      return [{ type: 'stepEnded', task: move.conflict.task, outcome: 'conflict' }];
  }
}

function built(move: Move & { kind: 'build' }, truths: Truths, main: string): RunEvent {
  const positions = [...move.keep];
  const conflicts = [...move.conflicts];
  for (const { task, tip } of move.add) {
    const onto = move.alone ? main : (positions.at(-1)?.commit ?? main);
    if (collides(truths, task, onto)) conflicts.push({ task, onto, paths: [] });
    else positions.push({ task, tip, commit: onto + task, tree: [...onto, task].sort().join('') });
  }
  return { type: 'chainBuilt', base: main, positions, conflicts, alone: move.alone };
}

/** The runs end in any order; one that cannot matter any more by then has no verdict. */
function round(move: Move & { kind: 'test' }, truths: Truths, view: TrainView): readonly RunEvent[] {
  const { random, flakes = 0 } = truths;
  const verdictOf = (commit: string) =>
    isRed(truths, commit) || random() < flakes ? ('red' as const) : ('green' as const);
  const moot = new Set<number>();
  const order = move.positions
    .map((position, index) => ({ position, index, at: random() }))
    .toSorted((a, b) => a.at - b.at);
  const ends = order.map(({ position, index }): RunEvent => {
    if (moot.has(index)) return { type: 'testCancelled', position };
    const verdict = verdictOf(position.commit);
    for (const other of view.alone ? [] : move.positions.keys()) {
      if (verdict === 'green' ? other < index && view.mode === 'probe' : other > index) moot.add(other);
    }
    return { type: 'testEnded', position, verdict, ms: 1, log: 'l' };
  });
  if (!move.main) return ends;
  const verdict = { verdict: verdictOf(view.main), log: 'l' };
  return [...ends, { type: 'mainTested', commit: view.main, verdict, ms: 1 }];
}

/** Numbers in [0, 1) that look random and are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
