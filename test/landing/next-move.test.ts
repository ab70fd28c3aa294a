import { describe, expect, test } from 'vitest';
import {
  type Candidate,
  type Move,
  nextMove,
  type Position,
  type TrainView,
  type Verdict,
} from '../../src/landing/index.ts';

const candidate = (task: string, more: Partial<Candidate> = {}): Candidate => ({
  task,
  title: task,
  branch: task,
  tip: `tip-${task}`,
  paths: [],
  failure: 0.1,
  accused: false,
  ...more,
});
const position = (task: string, onto: string): Position => ({
  task,
  tip: `tip-${task}`,
  commit: `${onto}${task}`,
  tree: `tree-${onto}${task}`,
});
const [a, b, c, d] = [position('A', 'm'), position('B', 'mA'), position('C', 'mAB'), position('D', 'mABC')];
const [ca, cb, cc, cd] = [candidate('A'), candidate('B'), candidate('C'), candidate('D')];
const four = { candidates: [ca, cb, cc, cd], positions: [a, b, c, d] };
const verdict = (word: Verdict['verdict']): Verdict => ({ verdict: word, log: 'l' });
const [green, red, unknown] = [verdict('green'), verdict('red'), verdict('unknown')];
const verdicts = (...known: readonly (readonly [Position, Verdict])[]) =>
  new Map(known.map(([{ tree }, word]) => [tree, word]));
const lost = (task: string, onto: string) => ({ task, onto, paths: ['x'] });
const view = (more: Partial<TrainView>): TrainView => ({
  main: 'm',
  candidates: [ca, cb],
  chainBase: 'm',
  positions: [a, b],
  alone: false,
  conflicts: [],
  verdicts: new Map(),
  accusedHere: false,
  mode: 'probe',
  slots: 1,
  tested: true,
  ...more,
});
const build = (more: Partial<Move & { kind: 'build' }>): Move => ({
  kind: 'build',
  keep: [],
  add: [],
  conflicts: [],
  alone: false,
  ...more,
});
const tests = (positions: readonly Position[], main = false): Move => ({ kind: 'test', positions, main });
const lands = (...pairs: readonly (readonly [Position, Candidate])[]): Move => ({
  kind: 'land',
  positions: pairs.map(([one]) => one),
  candidates: pairs.map(([, one]) => one),
});
const accuses = (one: Position, word = red): Move => ({ kind: 'accuse', position: one, verdict: word });

type Case = readonly [belief: string, more: Partial<TrainView>, move: Move];
const moves = (cases: readonly Case[]) =>
  test.each(cases)('%s', (_, more, move) => {
    expect(nextMove(view(more))).toEqual(move);
  });

describe('the chain', () => {
  moves([
    ['with nobody in the queue it waits', { candidates: [] }, { kind: 'wait' }],
    ['with nothing built it is built', { chainBase: 'none', positions: [] }, build({ add: [ca, cb] })],
    ['a newcomer is built onto what is there', { positions: [a] }, build({ keep: [a], add: [cb] })],
    ['on another main it is built afresh', { main: 'n' }, build({ add: [ca, cb] })],
    ['that holds one who left is built afresh from there', { candidates: [cb] }, build({ add: [cb] })],
    [
      'is built afresh from a branch with another tip on',
      { candidates: [ca, candidate('B', { tip: 'new' })] },
      build({ keep: [a], add: [candidate('B', { tip: 'new' })] }),
    ],
    [
      'one that does not merge onto main leaves',
      { conflicts: [lost('B', 'm')], positions: [a] },
      { kind: 'leave', conflict: lost('B', 'm') },
    ],
    ['one that only collides with those ahead stays', { conflicts: [lost('B', 'mA')], positions: [a] }, tests([a])],
    [
      'and is built again when the one it collides with is gone',
      { candidates: [cb], conflicts: [lost('B', 'mA')], positions: [] },
      build({ add: [cb] }),
    ],
    [
      'an accused candidate is not part of it',
      { candidates: [candidate('A', { accused: true }), cb], positions: [] },
      build({ add: [cb] }),
    ],
    ['of a project without tests lands as far as it merges', { tested: false }, lands([a, ca], [b, cb])],
  ]);
});

describe('probing', () => {
  test.each([
    [1, [4]],
    [2, [1, 4]],
    [3, [1, 2, 4]],
    [4, [1, 2, 3, 4]],
  ])('with %i slots of four that may be bad tests the lengths %j', (slots, lengths) => {
    expect(nextMove(view({ ...four, slots }))).toEqual(tests(lengths.map((length) => four.positions[length - 1] ?? a)));
  });
  test('tests fewer together the more likely they are bad', () => {
    const risky = four.candidates.map((one) => ({ ...one, failure: 0.6 }));
    expect(nextMove(view({ ...four, candidates: risky }))).toEqual(tests([a]));
  });
  moves([
    ['a green prefix lands at once', { ...four, verdicts: verdicts([c, green]) }, lands([a, ca], [b, cb], [c, cc])],
    [
      'a later green vindicates a red inside of it',
      { verdicts: verdicts([a, red], [b, green]) },
      lands([a, ca], [b, cb]),
    ],
    [
      'a green prefix lands before anything is said of the red one behind it',
      { ...four, verdicts: verdicts([a, green], [b, red]) },
      lands([a, ca]),
    ],
    ['a red prefix bounds the suspects', { ...four, slots: 4, verdicts: verdicts([c, red]) }, tests([a, b])],
    ['the shortest red prefix counts', { ...four, slots: 4, verdicts: verdicts([b, red], [d, red]) }, tests([a])],
    ['a prefix without a verdict is suspect like a red one', { ...four, verdicts: verdicts([b, unknown]) }, tests([a])],
    ['who is red alone is accused', { verdicts: verdicts([a, red]) }, accuses(a)],
    ['who got no verdict is accused, and does not land', { verdicts: verdicts([a, unknown]) }, accuses(a, unknown)],
  ]);
});

describe('the strict train', () => {
  const strict = { ...four, mode: 'strict' as const };
  test.each([1, 2, 3, 4])('tests the first %i', (slots) => {
    expect(nextMove(view({ ...strict, slots }))).toEqual(tests(four.positions.slice(0, slots)));
  });
  moves([
    [
      'lands each that is green, up to the first that is not',
      { ...strict, verdicts: verdicts([a, green], [b, green], [c, red], [d, green]) },
      lands([a, ca], [b, cb]),
    ],
    ['lands nothing on the green of a later one', { ...strict, verdicts: verdicts([b, green]) }, tests([a])],
    ['accuses a first that is red', { ...strict, verdicts: verdicts([a, red], [b, green]) }, accuses(a)],
    ['tests nobody behind a red one', { ...strict, slots: 4, verdicts: verdicts([b, red]) }, tests([a])],
  ]);
});

describe('the tail', () => {
  const [aa, ab, ac] = [position('A', 'm'), position('B', 'm'), position('C', 'm')];
  const accused = [ca, cb, cc].map((one) => ({ ...one, accused: true }));
  const [xa = ca, xb = cb, xc = cc] = accused;
  const tail = { candidates: accused, positions: [aa, ab, ac], alone: true, slots: 4 };
  const reds = verdicts([aa, red], [ab, red], [ac, unknown]);
  moves([
    [
      'is built on main, each by itself',
      { ...tail, alone: false, positions: [] },
      build({ add: accused, alone: true }),
    ],
    [
      'keeps those whose commit still stands when one has left',
      { ...tail, candidates: [xa, xc, candidate('D', { accused: true })] },
      build({ keep: [aa, ac], add: [candidate('D', { accused: true })], alone: true }),
    ],
    ['waits while somebody else is in the queue', { ...tail, candidates: [...accused, cd] }, build({ add: [cd] })],
    ['is tested with main beside it', tail, tests([aa, ab, ac], true)],
    ['is tested without main when there is no room', { ...tail, slots: 3 }, tests([aa, ab, ac])],
    ['is tested in turns of as many as there are slots', { ...tail, slots: 2 }, tests([aa, ab])],
    [
      'goes on with the rest, and main',
      { ...tail, slots: 2, verdicts: verdicts([aa, red], [ab, red]) },
      tests([ac], true),
    ],
    ['asks main itself when all are red again', { ...tail, slots: 1, verdicts: reds }, tests([], true)],
    ['lands who is green now, on its own', { ...tail, verdicts: verdicts([aa, red], [ab, green]) }, lands([ab, xb])],
    [
      'lands who is green even when main is not',
      { ...tail, verdicts: verdicts([aa, red], [ab, green]), mainVerdict: red },
      lands([ab, xb]),
    ],
    [
      'drops who is red twice on a green main',
      { ...tail, verdicts: reds, mainVerdict: green },
      { kind: 'drop', position: aa, verdict: red },
    ],
    [
      'drops who got no verdict twice',
      { ...tail, candidates: [xc], positions: [ac], verdicts: reds, mainVerdict: green },
      { kind: 'drop', position: ac, verdict: unknown },
    ],
    [
      'blames nobody when main is red',
      { ...tail, verdicts: reds, mainVerdict: red },
      { kind: 'stopQueue', verdict: red },
    ],
    [
      'blames nobody when nothing is known of main',
      { ...tail, verdicts: reds, mainVerdict: unknown },
      { kind: 'stopQueue', verdict: unknown },
    ],
    [
      'one that does not merge onto the new main leaves',
      { ...tail, positions: [aa, ac], conflicts: [lost('B', 'm')] },
      { kind: 'leave', conflict: lost('B', 'm') },
    ],
    [
      'keeps no chain that was built for others',
      { ...tail, alone: false, positions: [aa] },
      build({ add: accused, alone: true }),
    ],
  ]);
});

describe('a main that may be red', () => {
  const suspect = { ...four, accusedHere: true, slots: 4 };
  moves([
    ['is tested before a second one is accused on it', { ...suspect, verdicts: verdicts([a, red]) }, tests([], true)],
    [
      'is tested beside the suspects where there is room',
      { ...suspect, verdicts: verdicts([c, red]) },
      tests([a, b], true),
    ],
    ['is not tested in the place of a suspect', { ...suspect, slots: 2, verdicts: verdicts([c, red]) }, tests([a, b])],
    ['is not suspect while nothing is red', suspect, tests([a, b, c, d])],
    ['is not asked twice', { ...suspect, mainVerdict: green, verdicts: verdicts([a, red]) }, accuses(a)],
    [
      'is mended by a chain that is green as a whole',
      { ...suspect, mainVerdict: red, verdicts: verdicts([a, red]) },
      tests([d]),
    ],
    [
      'stops the queue when the whole chain is red as well',
      { ...suspect, mainVerdict: red, verdicts: verdicts([a, red], [d, red]) },
      { kind: 'stopQueue', verdict: red },
    ],
    [
      'stops a strict train, in which nobody lands on the green of a later one',
      { ...suspect, mode: 'strict', mainVerdict: red, verdicts: verdicts([a, red]) },
      { kind: 'stopQueue', verdict: red },
    ],
    [
      'lands the whole chain that mends it',
      { ...suspect, mainVerdict: red, verdicts: verdicts([a, red], [d, green]) },
      lands([a, ca], [b, cb], [c, cc], [d, cd]),
    ],
  ]);
});
