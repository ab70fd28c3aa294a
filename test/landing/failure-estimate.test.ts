import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CandidateFeatures,
  emptyRecord,
  estimate,
  type FailureRecord,
  featuresOf,
  learn,
  parseFailureRecord,
} from '../../src/landing/failure-estimate.ts';

const plain: CandidateFeatures = {
  agent: 'fast',
  testedAlone: false,
  overlapAhead: 'none',
  touchesShared: false,
  paths: 3,
};
const worst: CandidateFeatures = { ...plain, overlapAhead: 'file', touchesShared: true, paths: 500 };

/** What is known after so many verdicts, of which every so-manieth was bad; 0: none was. */
function taught(count: number, everyBad: number, candidate = plain, from: FailureRecord = emptyRecord): FailureRecord {
  return Array.from({ length: count }, (_, index) => everyBad > 0 && index % everyBad === 0).reduce(
    (record, bad) => learn(record, { candidate, bad }),
    from,
  );
}

test('with no history a plain candidate is bad in one case of ten', () => {
  expect(estimate(emptyRecord, plain)).toBeCloseTo(0.1, 12);
});

test.each<[string, Partial<CandidateFeatures>]>([
  ['touches a folder that one ahead touches', { overlapAhead: 'folder' }],
  ['touches a file that one ahead touches', { overlapAhead: 'file' }],
  ['touches what everybody builds on', { touchesShared: true }],
  ['is large', { paths: 30 }],
])('a candidate that %s is likelier to be bad', (_, more) => {
  expect(estimate(emptyRecord, { ...plain, ...more })).toBeGreaterThan(0.105);
});

test('a shared file weighs more than a shared folder, and very many paths more than many', () => {
  const chance = (more: Partial<CandidateFeatures>) => estimate(emptyRecord, { ...plain, ...more });
  expect(chance({ overlapAhead: 'file' })).toBeGreaterThan(chance({ overlapAhead: 'folder' }));
  expect(chance({ paths: 41 })).toBeGreaterThan(chance({ paths: 40 }));
  expect(chance({ paths: 40 })).toBe(chance({ paths: 11 }));
});

test('one that passed alone can only fail together with others, which about three of a hundred do', () => {
  expect(estimate(emptyRecord, { ...plain, testedAlone: true })).toBeCloseTo(0.03, 3);
});

test('odds are multiplied: two thirds of even odds are two fifths, and no heap of reasons makes a failure certain', () => {
  const record = { ...emptyRecord, all: { bad: 4, weight: 0 } };
  expect(estimate(record, plain)).toBeCloseTo(0.5, 12);
  expect(estimate(record, { ...plain, overlapAhead: 'file' })).toBeCloseTo(2 / 3, 12);
  expect(estimate(record, worst)).toBeCloseTo(6 / 7, 12);
});

describe('verdicts', () => {
  test('move the rate as a Beta(1, 9) prior says', () => {
    const landed = learn(emptyRecord, { candidate: plain, bad: false });
    expect(landed.all).toEqual({ bad: 0, weight: 1 });
    expect(estimate(landed, { ...plain, agent: 'another' })).toBeCloseTo(1 / 11, 12);
    const blamed = learn(emptyRecord, { candidate: plain, bad: true });
    expect(estimate(blamed, { ...plain, agent: 'another' })).toBeCloseTo(2 / 11, 12);
  });

  test.each([
    ['plain', plain],
    ['risky', { ...plain, touchesShared: true, overlapAhead: 'file', paths: 20 } as const],
    ['tested alone', { ...plain, testedAlone: true }],
  ])('bring the estimate to what happens, also where all candidates are %s', (_, candidate) => {
    for (const everyBad of [4, 10, 20]) {
      const chance = estimate(taught(400, everyBad, candidate), candidate);
      expect(chance).toBeGreaterThan(0.8 / everyBad);
      expect(chance).toBeLessThan(1.2 / everyBad);
    }
  });

  test('on one agent say more of it than of the others', () => {
    const mixed = Array.from({ length: 30 }, () => 0).reduce<FailureRecord>(
      (record, _) =>
        taught(3, 0, { ...plain, agent: 'careful' }, taught(1, 1, { ...plain, agent: 'careless' }, record)),
      emptyRecord,
    );
    const [careless, careful, unknown] = ['careless', 'careful', 'new'].map((agent) =>
      estimate(mixed, { ...plain, agent }),
    );
    expect(careless).toBeGreaterThan((unknown ?? 1) + 0.2);
    expect(careful).toBeLessThan((unknown ?? 0) / 2);
  });

  test('of long ago fade', () => {
    const bad = taught(300, 2);
    const better = taught(300, 0, plain, bad);
    expect(estimate(bad, plain)).toBeGreaterThan(0.4);
    expect(estimate(better, plain)).toBeLessThan(0.12);
    expect(better.all.weight).toBeLessThanOrEqual(200);
  });

  test('are kept by the name of the agent, whatever it is called', () => {
    for (const agent of ['__proto__', 'constructor', 'toString', '']) {
      const record = taught(5, 1, { ...plain, agent });
      expect(Object.hasOwn(record.agents, agent)).toBe(true);
      expect(estimate(record, { ...plain, agent })).toBeGreaterThan(estimate(record, plain));
    }
  });
});

test('an estimate is never certain, whatever happened', () => {
  const features = fc.record({
    agent: fc.constantFrom('a', 'b'),
    testedAlone: fc.boolean(),
    overlapAhead: fc.constantFrom('none' as const, 'folder' as const, 'file' as const),
    touchesShared: fc.boolean(),
    paths: fc.nat(1000),
  });
  const verdicts = fc.array(fc.record({ candidate: features, bad: fc.boolean() }), { maxLength: 120, size: 'max' });
  fc.assert(
    fc.property(verdicts, features, fc.boolean(), (told, candidate, always) => {
      const record = told.reduce(
        (known, { bad, ...verdict }) => learn(known, { ...verdict, bad: bad || always }),
        emptyRecord,
      );
      const chance = estimate(record, candidate);
      expect(chance).toBeGreaterThanOrEqual(0.01);
      expect(chance).toBeLessThanOrEqual(0.9);
      expect(parseFailureRecord(JSON.parse(JSON.stringify(record)))).toEqual({ ok: true, value: record });
      expect(estimate(learn(record, { candidate, bad: true }), candidate)).toBeGreaterThanOrEqual(chance - 1e-12);
      expect(estimate(learn(record, { candidate, bad: false }), candidate)).toBeLessThanOrEqual(chance + 1e-12);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['another version', { ...emptyRecord, version: 2 }],
  ['a negative count', { ...emptyRecord, all: { bad: -1, weight: 0 } }],
  ['a key that is not known', { ...emptyRecord, more: 1 }],
  ['nothing', undefined],
])('%s is no record', (_, json) => {
  expect(parseFailureRecord(json)).toMatchObject({ ok: false, error: { kind: 'unreadableRecord' } });
});

describe('the paths of a candidate', () => {
  const features = (paths: readonly string[], ahead: readonly string[] = []) =>
    featuresOf({ agent: 'fast', testedAlone: false, paths, ahead });

  test.each<[readonly string[], readonly string[], CandidateFeatures['overlapAhead']]>([
    [['src/a.ts'], [], 'none'],
    [['src/a.ts'], ['src/a.ts', 'b.ts'], 'file'],
    [['src/a.ts'], ['src/b.ts'], 'folder'],
    [['src/a.ts'], ['src/deep/b.ts'], 'none'],
    [['a.ts'], ['b.ts'], 'none'],
  ])('%j behind %j overlap: %s', (paths, ahead, overlap) => {
    expect(features(paths, ahead).overlapAhead).toBe(overlap);
  });

  test.each([
    'package-lock.json',
    'web/pnpm-lock.yaml',
    'yarn.lock',
    'bun.lockb',
    'Cargo.lock',
    'go.sum',
    'prisma/schema.prisma',
    'api/bank.proto',
    'db/migrations/0001_accounts.sql',
  ])('%s is something that everybody builds on', (path) => {
    expect(features(['README.md', path])).toMatchObject({ touchesShared: true, paths: 2 });
  });

  test.each(['src/lock.ts', 'src/block', 'docs/schema-notes.md', 'src/clock.json', 'src/migrate.ts'])(
    '%s is nothing of the kind',
    (path) => {
      expect(features([path])).toMatchObject({ touchesShared: false, paths: 1 });
    },
  );
});
