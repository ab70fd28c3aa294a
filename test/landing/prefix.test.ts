import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/orchestrator/index.ts';
import { carriers } from '../support/processes.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { type TrainOnGit, type TrainOptions, trainOnGit } from './train-on-git.ts';

const tag = `prefix-test-${process.pid}`;
let repo: TempRepo;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n', '.gitignore': '.worktrees\n' });
});
afterEach(async () => {
  expect(carriers(tag)).toEqual([]);
  await repo.dispose();
});

const main = async () => await repo.git(['rev-parse', 'main']);
const subjects = async (from: string) =>
  (await repo.git(['log', '--first-parent', '--reverse', '--format=%s', `${from}..main`])).split('\n');
const of = <T extends RunEvent['type']>(events: readonly RunEvent[], type: T) =>
  events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);

/** A queue of branches, each with a file of its own name unless `files` says otherwise. */
async function queued(
  tasks: readonly string[],
  options: Omit<TrainOptions, 'tasks'> = {},
  files: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<TrainOnGit> {
  for (const task of tasks) await repo.commitOn(`wt-orch/${task}`, 'main', files[task] ?? { [`${task}.txt`]: task });
  const it = await trainOnGit(repo, tag, { tasks, ...options });
  for (const task of tasks) await it.enqueue(task);
  return it;
}

describe('a green prefix', () => {
  const five = ['A', 'B', 'C', 'D', 'E'];
  test.each(['merge', 'squash', 'rebase'] as const)(
    'lands in one step, each candidate as a commit of its own: %s',
    async (strategy) => {
      const before = await main();
      const it = await queued(five, { strategy });
      await it.run();
      expect(of(it.events, 'testEnded')).toHaveLength(1);
      expect(of(it.events, 'landingIntended')).toMatchObject([{ tasks: five, from: before, to: await main() }]);
      expect(of(it.events, 'landed').map(({ task }) => task)).toEqual(five);
      const named = strategy === 'rebase' ? 'work on wt-orch/A' : 'A: the title of A';
      expect((await subjects(before))[0]).toBe(named);
      expect(await subjects(before)).toHaveLength(5);
      for (const { task, from, commit } of of(it.events, 'landed')) {
        expect(await repo.git(['diff', '--name-only', from, commit])).toBe(`${task}.txt`);
      }
      expect((await repo.git(['reflog', 'show', '--format=%gs', 'main'])).split('\n').slice(0, -1)).toHaveLength(1);
      expect(await repo.git(['status', '--porcelain'])).toBe('');
    },
  );

  test('of which one would overwrite a change of the user lands without that one', async () => {
    const it = await queued(['A', 'B', 'C'], {}, { B: { 'a.txt': 'of B\n', 'B.txt': 'B' } });
    await repo.write({ 'a.txt': 'mine\n' });
    const before = await main();
    await it.run();
    expect(of(it.events, 'held')).toMatchObject([{ task: 'B', reason: { kind: 'wouldOverwrite', paths: ['a.txt'] } }]);
    expect(await subjects(before)).toEqual(['A: the title of A', 'C: the title of C']);
    expect([await repo.read('a.txt'), await repo.read('B.txt')]).toEqual(['mine\n', undefined]);
    expect(of(it.events, 'testEnded')).toHaveLength(2);
  });

  test('holds each that would overwrite something of the user, with its own paths', async () => {
    const it = await queued(['A', 'B', 'C'], {}, { C: { 'c/deep.txt': 'C' } });
    await repo.write({ 'A.txt': 'mine', c: 'a file where C needs a folder' });
    await it.run();
    expect(of(it.events, 'held').map(({ task, reason }) => [task, reason.paths])).toEqual([
      ['A', ['A.txt']],
      ['C', ['c']],
    ]);
    expect(of(it.events, 'landed').map(({ task }) => task)).toEqual(['B']);
  });

  test('of which one branch has moved since lands without that one', async () => {
    const moved: { tip?: string } = {};
    const it = await queued(['A', 'B', 'C'], {
      after: async ({ type }) => {
        if (type === 'testEnded') moved.tip ??= await repo.commitOn('wt-orch/B', 'wt-orch/B', { 'more.txt': 'late' });
      },
    });
    const before = await main();
    await it.run();
    expect(of(it.events, 'held')).toMatchObject([{ task: 'B', reason: { kind: 'branchMoved', detail: moved.tip } }]);
    expect(await subjects(before)).toEqual(['A: the title of A', 'C: the title of C']);
    expect(await repo.read('B.txt')).toBeUndefined();
  });

  test('stays where it is when one of it is stopped right before', async () => {
    const it = await queued(['A', 'B']);
    await it.move();
    await it.move();
    const before = await main();
    const landing = it.move();
    it.tell({ type: 'stepEnded', task: 'B', outcome: 'cancelled' });
    await landing;
    expect(await main()).toBe(before);
    await it.run();
    expect(await subjects(before)).toEqual(['A: the title of A']);
  });

  test('that stood on a main which moved during its test is built anew, and tested again', async () => {
    const users: { commit?: string } = {};
    const it = await queued(['A', 'B'], {
      after: async ({ type }) => {
        if (type === 'testStarted') users.commit ??= await repo.commit({ 'user.txt': 'mine' }, 'of the user');
      },
    });
    const before = await main();
    await it.run();
    expect(it.events).toContainEqual({ type: 'targetMoved', to: users.commit });
    expect(of(it.events, 'landingIntended')).toHaveLength(1);
    expect(of(it.events, 'testEnded')).toHaveLength(2);
    expect(await subjects(before)).toEqual(['of the user', 'A: the title of A', 'B: the title of B']);
  });

  test('is not tested at all on a main that has moved before', async () => {
    const it = await queued(['A']);
    await it.move();
    const users = await repo.commit({ 'user.txt': 'mine' }, 'of the user');
    await it.move();
    expect(it.events.at(-1)).toEqual({ type: 'targetMoved', to: users });
    expect(of(it.events, 'testStarted')).toEqual([]);
  });
});

describe('tests side by side', () => {
  const settings = { slots: 2 };
  const seen = async () => ((await repo.read('../seen')) ?? '').trim().split('\n').sort();

  test('have a checkout each', async () => {
    const strict = { ...settings, mode: 'strict' } as const;
    const it = await queued(['A', 'B'], { settings: strict, testing: { commands: ['pwd >> ../../../../seen'] } });
    await it.run();
    const slots = join(repo.root, '.worktrees/.slots');
    expect(new Set(await seen())).toEqual(new Set([join(slots, '1'), join(slots, '2')]));
  });

  test('a run that holds a red prefix is ended, and nothing of it is left', async () => {
    const marker = join(repo.folder, 'begun');
    const both = `test -e ${marker} && exit 1; touch ${marker}; setsid sleep 1000 & sleep 1000`;
    const alone = `until test -e ${marker}; do sleep 0.05; done; exit 1`;
    const command = `if test -e A.txt; then if test -e B.txt; then ${both}; else ${alone}; fi; fi`;
    const left: (readonly number[])[] = [];
    const it = await queued(['A', 'B'], {
      settings,
      testing: { commands: [command] },
      after: async ({ type }) => void (type === 'testCancelled' && left.push(carriers(tag))),
    });
    await it.run();
    expect(left).toEqual([[]]);
    expect(of(it.events, 'testCancelled')).toMatchObject([{ position: { task: 'B' } }]);
    expect(of(it.events, 'landed').map(({ task }) => task)).toEqual(['B']);
    expect(of(it.events, 'stepEnded')).toMatchObject([{ task: 'A', outcome: 'tests_failed' }]);
  });

  test('a run below a green prefix is ended, and what it would have tested lands with it', async () => {
    const it = await queued(['A', 'B'], { settings, testing: { commands: ['test -e B.txt || sleep 1000'] } });
    await it.run();
    expect(of(it.events, 'testCancelled')).toMatchObject([{ position: { task: 'A' } }]);
    expect(of(it.events, 'landed').map(({ task }) => task)).toEqual(['A', 'B']);
  });

  test('in a strict train go on below a green one', async () => {
    const command = 'test -e B.txt || until test -e ../../../../seen; do sleep 0.05; done';
    const it = await queued(['A', 'B'], {
      settings: { ...settings, mode: 'strict' },
      testing: { commands: [command] },
      after: async (event) => {
        if (event.type === 'testEnded' && event.position.task === 'B') await repo.write({ '../seen': '' });
      },
    });
    await it.run();
    expect(of(it.events, 'testEnded').map(({ position }) => position.task)).toEqual(['B', 'A']);
    expect(of(it.events, 'landed').map(({ task }) => task)).toEqual(['A', 'B']);
  });

  test('end together when one of them breaks, so that the next round finds the slots free', async () => {
    const it = await queued(['A', 'B'], {
      settings,
      testing: {
        commands: ['touch ../../../../begun; sleep 1000'],
        setUp: async (folder) => {
          if (!folder.endsWith('2')) return undefined;
          while ((await repo.read('../begun')) === undefined) await new Promise(setImmediate);
          throw new Error('a bug in the set-up');
        },
      },
    });
    await it.move();
    await expect(it.move()).rejects.toThrow('a bug in the set-up');
    expect(carriers(tag)).toEqual([]);
    expect(of(it.events, 'testEnded')).toEqual([]);
  });
});

describe('a second chance', () => {
  test('lets a good one land that was red by accident, behind the others', async () => {
    const once = join(repo.folder, 'once');
    const command = `if test -e A.txt && test ! -e ${once}; then touch ${once}; exit 1; fi`;
    const before = await main();
    const it = await queued(['A', 'B'], { settings: { mode: 'strict' }, testing: { commands: [command] } });
    await it.run();
    expect(of(it.events, 'accused')).toMatchObject([{ task: 'A', verdict: { verdict: 'red' } }]);
    expect(await subjects(before)).toEqual(['B: the title of B', 'A: the title of A']);
  });

  test('is there for nobody on a red main: all are held, with the log of main, and main stays', async () => {
    const before = await main();
    const it = await queued(['A', 'B', 'C'], { settings: { slots: 3 }, testing: { commands: ['exit 1'] } });
    await it.run();
    const log = join(repo.folder, `test-${before}.log`);
    const reason = { kind: 'mainRed', log, detail: 'exit 1' };
    expect(of(it.events, 'held')).toEqual(['A', 'B', 'C'].map((task) => ({ type: 'held', task, reason })));
    expect(of(it.events, 'mainTested')).toHaveLength(2);
    expect(of(it.events, 'stepEnded')).toEqual([]);
    expect(await main()).toBe(before);
  });

  test('on a red main is there for whoever mends it, and those that could not be green without', async () => {
    const before = await main();
    const it = await queued(['A', 'B', 'C'], { settings: { slots: 2 }, testing: { commands: ['test -e C.txt'] } });
    await it.run();
    // Which run ends first says who is accused meanwhile and lands last.
    expect((await subjects(before)).toSorted()).toEqual([
      'A: the title of A',
      'B: the title of B',
      'C: the title of C',
    ]);
    expect(of(it.events, 'held')).toEqual([]);
  });

  test('comes anew when a person has mended main and lets them land', async () => {
    const it = await queued(['A', 'B'], { testing: { commands: ['test -e mended.txt'] } });
    await it.run();
    expect(of(it.events, 'held').map(({ task }) => task)).toEqual(['A', 'B']);
    const users = await repo.commit({ 'mended.txt': '' }, 'mended');
    for (const [task, { phase }] of it.state().steps) {
      if (phase.name !== 'held') continue;
      it.tell({ type: 'holdLifted', task }, { type: 'candidateQueued', task, tip: phase.work.tip });
    }
    await it.run();
    expect(await subjects(users)).toEqual(['A: the title of A', 'B: the title of B']);
  });
});
