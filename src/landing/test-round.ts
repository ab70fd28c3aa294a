import type { Git } from '../git/index.ts';
import { type TestPlan, testCommit } from './test-commit.ts';
import type { Position, TellTrain, Verdict } from './train.ts';

export interface TestRound {
  readonly positions: readonly Position[];
  /** The commit of main, when it is to be tested beside them. */
  readonly main?: string;
  /** Which verdicts make other runs pointless: `each` none, `strict` a red one those behind it, `probe` also a green one those before it. */
  readonly mode: 'probe' | 'strict' | 'each';
  readonly plan: PlanTest;
}

/** What a round needs for each of its tests: a slot, a log and a tag of its own. */
export type PlanTest = (position: Position, slot: number) => TestPlan;

/**
 * Tests prefixes of the chain at the same time, each in a slot of its own, and tells each verdict as it comes.
 * A run that cannot matter any more is ended: one that holds a red prefix, since what is behind it will be rebuilt,
 * and in a train that lands on the last green one also those before a green one. Of main the verdict is told as `mainTested`.
 */
export async function testRound(git: Git, round: TestRound, tell: TellTrain, signal: AbortSignal): Promise<void> {
  const runs = round.positions.map((position, index) => ({ position, index, end: new AbortController() }));
  const settled = (at: number, verdict: Verdict['verdict']): void => {
    for (const { index, end } of runs) {
      const isMoot = verdict === 'green' ? index < at && round.mode === 'probe' : index > at && round.mode !== 'each';
      if (isMoot) end.abort();
    }
  };
  const broken = new AbortController();
  const whole = AbortSignal.any([signal, broken.signal]);
  const tests = runs.map(async ({ position, index, end }) => {
    const plan = round.plan(position, index + 1);
    const both = AbortSignal.any([whole, end.signal]);
    await tell({ type: 'testStarted', position, log: plan.log });
    const began = plan.now();
    const verdict = both.aborted ? undefined : await testCommit(git, plan, position.commit, both);
    if (verdict === undefined || both.aborted) {
      if (!signal.aborted) await tell({ type: 'testCancelled', position });
      return;
    }
    settled(index, verdict.verdict);
    await tell({ type: 'testEnded', position, ms: plan.now() - began, ...verdict });
  });
  if (round.main !== undefined) tests.push(testMain(git, round.main, round.plan, runs.length + 1, tell, whole));
  await allOrNone(tests, broken);
}

/** When one of them throws the others are ended, and waited for: they are busy in slots that the next round needs. */
async function allOrNone(tests: readonly Promise<void>[], broken: AbortController): Promise<void> {
  const ends = await Promise.allSettled(
    tests.map((test) =>
      test.catch((bug: unknown) => {
        broken.abort();
        throw bug;
      }),
    ),
  );
  const bug = ends.find((end) => end.status === 'rejected');
  if (bug !== undefined) throw bug.reason;
}

async function testMain(
  git: Git,
  main: string,
  planTest: PlanTest,
  slot: number,
  tell: TellTrain,
  signal: AbortSignal,
): Promise<void> {
  const plan = planTest({ task: '', tip: main, commit: main, tree: '' }, slot);
  const began = plan.now();
  const verdict = await testCommit(git, plan, main, signal);
  if (!signal.aborted) await tell({ type: 'mainTested', commit: main, verdict, ms: plan.now() - began });
}
