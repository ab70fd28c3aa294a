import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CrashProject, crashProject } from './crashed-run.ts';

const run = ['run', 'A-1', '--json'];
const one = { tasks: ['A-1'], agents: { 'A-1': 'say started "$$"; put a done; commit "a"' } };
const inTests = { kind: 'test', at: 1, how: 'start' } as const;

/** Closed at the end, with no process of it alive. */
async function using<T>(crashed: CrashProject, story: (crashed: CrashProject) => Promise<T>): Promise<T> {
  try {
    return await story(crashed);
  } finally {
    await crashed.p.dispose();
  }
}

const agents = ({ journal }: CrashProject) => journal().filter(({ type }) => type === 'agentStarted').length;

test.each(['land', 'land A-1', 'run A-1', 'run --all'])(
  'a branch that was being tested when its run was killed lands with `%s`, without its agent',
  async (command) => {
    await using(await crashProject('checkedOut', one), async (crashed) => {
      expect((await crashed.run(run, inTests)).killed).toBe(true);
      const ran = await crashed.run(command.split(' '));
      expect(ran.code, ran.output).toBe(0);
      expect(await crashed.p.mainLine()).toEqual(['A-1: Do A-1', 'first']);
      expect(agents(crashed)).toBe(1);
    });
  },
);

test('`retry` starts its agent again all the same, and the finished branch is pinned', async () => {
  await using(await crashProject('checkedOut', one), async (crashed) => {
    await crashed.run(run, inTests);
    const tip = await crashed.p.ref('wt-orch/A-1');
    const ran = await crashed.run(['retry', 'A-1']);
    expect([ran.code, agents(crashed)]).toEqual([0, 2]);
    expect(await crashed.p.ref('refs/wt-orch/attempts/A-1/1')).toBe(tip);
  });
});

test('a yes that was owed before the kill is owed after it: only naming the branch to `land` is one', async () => {
  const plan = { ...one, tasks: '- [ ] A-1 First — approve: always\n' };
  await using(await crashProject('checkedOut', plan), async (crashed) => {
    // The gates are over when the question is asked.
    await crashed.run(run, { kind: 'git', at: 1, how: 'after', of: 'cat-file' });
    const again = await crashed.run(['run', 'A-1']);
    expect([again.code, agents(crashed)], again.output).toEqual([4, 1]);
    expect(await crashed.p.mainLine()).toEqual(['first']);
    expect((await crashed.run(['land', 'A-1'])).code).toBe(0);
    expect(await crashed.p.mainLine()).toHaveLength(2);
  });
});

test('an agent that had ended by itself is not run again: what it left is harvested after the kill', async () => {
  const plan = { ...one, agents: { 'A-1': 'put a done' } };
  await using(await crashProject('checkedOut', plan), async (crashed) => {
    expect((await crashed.run(run, { kind: 'git', at: 1, how: 'before', of: 'ls-files' })).killed).toBe(true);
    const ran = await crashed.run(['land']);
    expect([ran.code, agents(crashed)], ran.output).toEqual([0, 1]);
    expect(await crashed.p.git(['show', 'main:a'])).toBe('done');
  });
});

test('a fast-forward that outlives its orchestrator is waited for, and recorded as the landing that it is', async () => {
  await using(await crashProject('checkedOut', one), async (crashed) => {
    expect((await crashed.run(run, { kind: 'git', at: 1, how: 'orphan', of: 'merge' })).killed).toBe(true);
    const ran = await crashed.run(['land']);
    expect([ran.code, ran.output]).toEqual([1, expect.stringContaining('No branch is waiting to land.')]);
    expect(await crashed.p.mainLine()).toEqual(['A-1: Do A-1', 'first']);
    expect(await crashed.p.tasksFile()).toContain('- [x] A-1');
    const runs = crashed.journal().filter(({ type }) => type === 'runStarted' || type === 'landed');
    expect(new Set(runs.map((line) => line.run)).size).toBe(1);
  });
});

test('a lock that a killed git has left in the checkout of the user is named, and stays until they remove it', async () => {
  await using(await crashProject('checkedOut', one), async (crashed) => {
    await crashed.run(run, { kind: 'git', at: 1, how: 'torn', of: 'merge' });
    const lock = join(crashed.p.root, '.git/index.lock');
    expect((await crashed.run(['land'])).code).toBe(4);
    const why = await crashed.p.wtOrch(['why', 'A-1']);
    expect(why.stdout).toContain(lock);
    expect(existsSync(lock)).toBe(true);
    rmSync(lock);
    expect((await crashed.run(['land'])).code).toBe(0);
    expect(await crashed.p.mainLine()).toHaveLength(2);
  });
});

test('a lock that a killed git has left in a place of ours goes, and the journal says so', async () => {
  await using(await crashProject('checkedOut', one), async (crashed) => {
    await crashed.run(run, { kind: 'git', at: 1, how: 'torn', of: 'update-ref' });
    const lock = join(crashed.p.root, '.git/refs/heads/wt-orch/A-1.lock');
    expect(existsSync(lock)).toBe(true);
    expect((await crashed.run(['run', 'A-1'])).code).toBe(0);
    expect(existsSync(lock)).toBe(false);
    const notes = crashed.journal().filter(({ type, text }) => type === 'noted' && String(text).includes(lock));
    expect(notes).toHaveLength(1);
  });
});
