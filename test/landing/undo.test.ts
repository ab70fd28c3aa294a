import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Git } from '../../src/git/index.ts';
import { moveTrain, prepareUndo, type TrainEvent, type TrainPlan, type TrainView } from '../../src/landing/index.ts';
import { held, opened } from '../git/opened.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';

let repo: TempRepo;
let git: Git;
let landing: { readonly from: string; readonly to: string };
const branch = 'wt-orch/undo-T-1';
const asideRef = 'refs/wt-orch/attempts/T-1/1';
const main = async () => (await repo.ref('main')) ?? '';

beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n' });
  git = await opened(repo);
  const from = await main();
  const to = await repo.commit({ 't.txt': 'landed\n' }, 'T-1: land');
  landing = { from, to };
  await repo.commit({ 'later.txt': 'later\n' }, 'later');
});
afterEach(async () => await repo.dispose());

const prepare = async () =>
  await prepareUndo(git, {
    ...{ task: 'T-1', title: 'land', run: 'r1', main: await main(), landing, branch, asideRef },
    keepFromMain: ['TASKS.md'],
  });

describe('the candidate that takes a landing back', () => {
  test('is one commit on main, on its branch, which names the task, the run and the landing', async () => {
    const made = held(await prepare());
    expect(made).toEqual({ base: await main(), tip: await repo.ref(branch), paths: ['t.txt'] });
    expect(await repo.git(['log', '-1', '--format=%P%n%B', branch])).toBe(
      `${await main()}\nUndo T-1: land\n\nTask: T-1\nRun: r1\nUndoes: ${landing.to}\n`,
    );
  });

  test('takes the branch of an earlier one, which is kept aside', async () => {
    const earlier = await repo.commitOn(branch, 'main', { 'mine.txt': 'mine\n' });
    const { tip } = held(await prepare());
    expect([await repo.ref(branch), await repo.ref(asideRef)]).toEqual([tip, earlier]);
  });

  test('is not made where its branch is checked out, and nothing is touched', async () => {
    await repo.git(['switch', '--quiet', '-c', branch]);
    const tip = await repo.commit({ 'mine.txt': 'mine\n' });
    await repo.git(['branch', '--force', 'main', 'HEAD~1']);
    expect(await prepare()).toEqual({
      ok: false,
      error: { kind: 'branchTaken', message: `${branch} is checked out in ${repo.root}` },
    });
    expect([await repo.ref(branch), await repo.ref(asideRef)]).toEqual([tip, undefined]);
  });

  test('is not made where later work builds on it, and nothing is touched', async () => {
    await repo.commit({ 't.txt': 'built on\n' });
    expect(await prepare()).toEqual({ ok: false, error: { kind: 'textConflict', paths: ['t.txt'] } });
    expect(await repo.ref(branch)).toBeUndefined();
  });
});

describe('the train', () => {
  const plan = { target: 'main', run: 'r1', strategy: 'merge', keepFromMain: ['TASKS.md'] } as const;
  const testing: TrainPlan['testing'] = () => {
    throw new Error('nothing is tested here');
  };
  const candidate = async () => {
    const { tip, paths } = held(await prepare());
    return { task: 'T-1', title: 'land', branch, tip, paths, failure: 0.1, accused: false, undoes: landing.to };
  };
  /** What the move of a train with nothing but this candidate tells. */
  const moved = async (view: Pick<TrainView, 'candidates'> & Partial<TrainView>): Promise<TrainEvent | undefined> => {
    const events: TrainEvent[] = [];
    const whole: TrainView = {
      ...{ main: await main(), positions: [], alone: false, conflicts: [], verdicts: new Map(), accusedHere: false },
      ...{ mode: 'probe', slots: 1, tested: true },
      ...view,
    };
    const tell = async (event: TrainEvent) => {
      events.push(event);
      return { train: { landing: [] } };
    };
    await moveTrain(git, { ...plan, testing }, whole, tell, new AbortController().signal);
    return events[0];
  };

  test('puts it on top of the rest as one commit that names what it undoes, whatever the strategy', async () => {
    const candidates = [await candidate()];
    const other = await repo.commit({ 'more.txt': 'more\n' });
    const built = await moved({ candidates });
    if (built?.type !== 'chainBuilt') throw new Error('nothing was built');
    const commit = built.positions[0]?.commit ?? '';
    expect(await repo.git(['log', '-1', '--format=%P%n%s%n%(trailers:key=Undoes,valueonly)', commit])).toBe(
      `${other}\nUndo T-1: land\n${landing.to}\n`,
    );
  });

  test('sends it back to be made again when it does not merge with main any more', async () => {
    const candidates = [await candidate()];
    await repo.commit({ 't.txt': 'built on\n' });
    const built = await moved({ candidates });
    if (built?.type !== 'chainBuilt') throw new Error('nothing was built');
    const { conflicts, base: chainBase } = built;
    expect(await moved({ candidates, conflicts, chainBase })).toEqual({
      type: 'undoCollided',
      task: 'T-1',
      paths: ['t.txt'],
    });
  });
});
