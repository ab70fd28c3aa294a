import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TestPlan } from '../../src/landing/index.ts';
import type { RunEvent, TaskId } from '../../src/orchestrator/index.ts';
import { carriers } from '../support/processes.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { waitFor } from '../support/wait-for.ts';
import { type TrainOptions, trainOnGit } from './train-on-git.ts';

const tag = `landing-test-${process.pid}`;
const tree = 'test ! -e red.txt';
let repo: TempRepo;
beforeEach(async () => {
  repo = await tempRepo({
    'a.txt': 'one\ntwo\nthree\n',
    'b.txt': 'b\n',
    'TASKS.md': '- [ ] A-1 x\n',
    '.gitignore': '.worktrees\n.env\n',
  });
});
afterEach(async () => {
  expect(carriers(tag)).toEqual([]);
  await repo.dispose();
});

const work = async (task: string, files: Record<string, string | undefined>, from = 'main') =>
  await repo.commitOn(`wt-orch/${task}`, from, files);
const train = async (options: TrainOptions) => await trainOnGit(repo, tag, options);
const main = async () => await repo.git(['rev-parse', 'main']);
const endOf = (events: readonly RunEvent[], task: TaskId) =>
  events.flatMap((event) => (event.type === 'stepEnded' && event.task === task ? [event] : []))[0];
const mayNot = async (folder: string) =>
  (await repo.read('A.txt', folder)) === undefined ? undefined : 'set-up: npm ci: exit code 1';
const heldOf = (events: readonly RunEvent[]) => events.flatMap((event) => (event.type === 'held' ? [event] : []))[0];

/** The train with one branch that is built, tested and about to land. */
async function ready(
  task = 'A',
  options: Partial<TrainOptions> = {},
  enqueued: { readonly paths?: readonly string[] } = {},
) {
  await work(task, { [`${task}.txt`]: 'new\n' });
  const it = await train({ tasks: [task], ...options });
  await it.enqueue(task, enqueued);
  await it.move();
  await it.move();
  expect([...it.state().train.verdicts.values()]).toMatchObject([{ verdict: 'green' }]);
  return it;
}

describe('branches that pass', () => {
  test('land one after the other, each as one commit on top of those before it, named by its task', async () => {
    for (const task of ['A', 'B', 'C']) await work(task, { [`${task}.txt`]: task });
    const seen: string[] = [];
    const it = await train({
      tasks: ['A', 'B', 'C'],
      settings: { mode: 'strict' },
      testing: { commands: ['ls *.txt | tr "\\n" " " >> ../../../seen; echo >> ../../../seen'] },
      after: async (event) => void (event.type === 'landed' && seen.push(event.commit)),
    });
    const first = await main();
    for (const task of ['A', 'B', 'C']) await it.enqueue(task);
    await it.run();
    expect(await repo.git(['log', '--first-parent', '--reverse', '--format=%s', `${first}..main`])).toBe(
      'A: the title of A\nB: the title of B\nC: the title of C',
    );
    expect(await main()).toBe(seen.at(-1));
    expect((await repo.read('seen'))?.trim().split(/\s*\n/)).toEqual([
      'A.txt a.txt b.txt',
      'A.txt B.txt a.txt b.txt',
      'A.txt B.txt C.txt a.txt b.txt',
    ]);
    expect(await repo.git(['status', '--porcelain', '--untracked-files=no'])).toBe('');
    expect(await repo.read('C.txt')).toBe('C');
  });
  test.each(['merge', 'squash', 'rebase'] as const)('land as the strategy %s says', async (strategy) => {
    await work('A', { 'A.txt': 'a' });
    const it = await train({ tasks: ['A'], strategy });
    await it.enqueue('A');
    await it.run();
    const parents = (await repo.git(['log', '-1', '--format=%P', 'main'])).split(' ');
    expect(parents).toHaveLength(strategy === 'merge' ? 2 : 1);
    expect(await repo.read('A.txt')).toBe('a');
  });
  test('do not bring their version of the task file', async () => {
    await work('A', { 'A.txt': 'a', 'TASKS.md': 'gone\n' });
    const it = await train({ tasks: ['A'] });
    await it.enqueue('A');
    await it.run();
    expect([await repo.read('A.txt'), await repo.read('TASKS.md')]).toEqual(['a', '- [ ] A-1 x\n']);
  });
  test('land without a test where the project says it has none, and it is said', async () => {
    await work('A', { 'A.txt': 'a' });
    const it = await train({ tasks: ['A'], tested: 'deliberatelyNot' });
    await it.enqueue('A');
    await it.run();
    expect(it.events.filter(({ type }) => type === 'testStarted')).toEqual([]);
    expect(it.events.at(-1)).toMatchObject({ type: 'landed', tested: false });
  });
});

describe('branches that do not pass', () => {
  test('are dropped when their tests are red, and the others land', async () => {
    await work('A', { 'A.txt': 'a' });
    await work('B', { 'red.txt': 'b' });
    await work('C', { 'C.txt': 'c' });
    const it = await train({ tasks: ['A', 'B', 'C'], testing: { commands: [tree] } });
    for (const task of ['A', 'B', 'C']) await it.enqueue(task);
    await it.run();
    expect(endOf(it.events, 'B')).toMatchObject({
      outcome: 'tests_failed',
      reason: { kind: 'testsRed', detail: tree },
    });
    expect([await repo.read('A.txt'), await repo.read('red.txt'), await repo.read('C.txt')]).toEqual([
      'a',
      undefined,
      'c',
    ]);
    expect(await repo.ref('wt-orch/B')).toBeDefined();
  });
  test('leave when they do not merge onto main, and nothing is tested for them', async () => {
    await work('A', { 'a.txt': 'A\ntwo\nthree\n' });
    await work('B', { 'a.txt': 'B\ntwo\nthree\n' });
    const it = await train({ tasks: ['A', 'B'] });
    await it.enqueue('A');
    await it.enqueue('B');
    await it.run();
    expect(it.events).toContainEqual({ type: 'conflictFound', task: 'B', onto: await main(), paths: ['a.txt'] });
    expect(it.events.filter(({ type }) => type === 'testEnded')).toHaveLength(1);
  });
  test('are held when main has all of it already, which nobody tested', async () => {
    const tip = await work('A', { 'A.txt': 'a' });
    await repo.git(['merge', '--quiet', '--ff-only', tip]);
    const it = await train({ tasks: ['A'] });
    await it.enqueue('A', { paths: ['A.txt'] });
    await it.run();
    expect(it.events.find(({ type }) => type === 'held')).toMatchObject({
      task: 'A',
      reason: { kind: 'alreadyThere' },
    });
  });
  const unknown = async (testing: Partial<TestPlan>) => {
    await work('A', { 'A.txt': 'a' });
    const before = await main();
    const it = await train({ tasks: ['A'], testing });
    await it.enqueue('A');
    await it.run();
    expect(await main()).toBe(before);
    expect(it.events.find(({ type }) => type === 'testEnded')).toMatchObject({ verdict: 'unknown' });
    return endOf(it.events, 'A');
  };
  const withA = (command: string) => `test ! -e A.txt || { ${command}; }`;
  test('never land on a test that ran out of time, of which no process is left', async () => {
    const slow = withA('sleep 1000 & setsid sleep 1000 & sleep 1000');
    expect(await unknown({ commands: [slow], timeoutMs: 1_000 })).toMatchObject({
      outcome: 'tests_failed',
      reason: { kind: 'testsTimedOut', detail: slow },
    });
  });
  test.each<[string, Partial<TestPlan>, RegExp]>([
    ['that changed tracked files', { commands: [withA('echo more >> a.txt')] }, /changed tracked files/],
    ['that moved HEAD', { commands: [withA('git checkout -q --detach HEAD^')] }, /moved HEAD/],
    ['whose set-up failed', { setUp: async (folder) => await mayNot(folder) }, /npm ci/],
  ])('never land on a test %s', async (_, testing, why) => {
    const end = await unknown(testing);
    expect(end).toMatchObject({ outcome: 'tests_failed', reason: { kind: 'testsUnrunnable' } });
    expect(end?.reason?.detail).toMatch(why);
  });
  test('are held, not blamed, when nothing can be tested, main neither', async () => {
    expect(await unknown({ commands: [['no-such-program']] })).toBeUndefined();
  });
  test('are red by the exit code of the first command that fails, the rest does not run', async () => {
    await work('A', { 'A.txt': 'a' });
    const log = join(repo.folder, 'the.log');
    const it = await train({ tasks: ['A'], testing: { commands: ['echo one', withA('exit 3'), 'echo three'], log } });
    await it.enqueue('A');
    await it.run();
    expect(endOf(it.events, 'A')).toMatchObject({ reason: { kind: 'testsRed', detail: withA('exit 3'), log } });
    // Of its first run, of its second chance, and of main.
    expect(await readFile(log, 'utf8')).toBe('one\none\none\nthree\n');
  });
});

describe('right before main moves', () => {
  test('a branch that moved since it was judged is held', async () => {
    const it = await ready();
    const moved = await work('A', { 'A.txt': 'sneaked in' }, 'wt-orch/A');
    const before = await main();
    await it.move();
    expect(heldOf(it.events)).toMatchObject({ task: 'A', reason: { kind: 'branchMoved', detail: moved } });
    expect(await main()).toBe(before);
  });
  test('a landing that would change paths outside of its branch is held, and names them', async () => {
    const it = await ready('A', {}, { paths: ['other.txt'] });
    await it.move();
    expect(heldOf(it.events)).toMatchObject({ reason: { kind: 'foreignPaths', paths: ['A.txt'] } });
  });
  test.each([
    ['untracked', 'A.txt'],
    ['ignored', '.env'],
  ])('a file of the user that is %s and in the way holds the landing, and stays', async (_, path) => {
    // With another .gitignore the branch can hold what is ignored in the checkout of the user.
    await work('A', { '.gitignore': '', [path]: 'from the branch' });
    await repo.write({ [path]: 'mine' });
    const it = await train({ tasks: ['A'] });
    await it.enqueue('A');
    await it.run();
    expect(heldOf(it.events)).toMatchObject({ reason: { kind: 'wouldOverwrite', paths: [path] } });
    expect(await repo.read(path)).toBe('mine');
    expect(it.state().train.landing).toEqual([]);
  });
  test('a merge of the user that is under way holds it', async () => {
    const it = await ready();
    const other = await repo.commitOn('other', 'main', { 'z.txt': 'z' });
    await repo.git(['merge', '--no-ff', '--no-commit', other]);
    await it.move();
    expect(heldOf(it.events)).toMatchObject({ reason: { kind: 'targetBusy' } });
  });
  test('a candidate whose main moved is tested again, not forced', async () => {
    const it = await ready();
    const users = await repo.commit({ 'user.txt': 'mine\n' });
    await it.run();
    expect(it.events).toContainEqual({ type: 'targetMoved', to: users });
    expect(it.events.filter(({ type }) => type === 'testEnded')).toHaveLength(2);
    expect(await repo.git(['log', '--first-parent', '--format=%s', '-2', 'main'])).toBe('A: the title of A\na change');
  });
  test('a landing that git shows is not forgotten because the user went on from there', async () => {
    const it = await ready();
    const commit = it.state().train.positions[0]?.commit ?? '';
    await repo.git(['merge', '--quiet', '--ff-only', commit]);
    const users = await repo.commit({ 'user.txt': 'mine\n' });
    await it.move();
    expect(it.events.slice(-2)).toMatchObject([
      { type: 'landed', task: 'A', commit },
      { type: 'targetMoved', to: users },
    ]);
    expect(it.state().train.main).toBe(users);
  });
  test('a target that is gone holds it', async () => {
    const it = await ready();
    await repo.git(['switch', '-q', '--detach']);
    await repo.git(['branch', '-D', 'main']);
    await it.move();
    expect(heldOf(it.events)).toMatchObject({ reason: { kind: 'targetElsewhere', detail: 'branch main is gone' } });
  });
  test('a stop that was recorded before the intent keeps main where it is', async () => {
    const it = await ready();
    const before = await main();
    const landing = it.move();
    it.tell({ type: 'stepEnded', task: 'A', outcome: 'cancelled' });
    await landing;
    expect(it.events.at(-1)?.type).toBe('landingIntended');
    expect(await main()).toBe(before);
    expect(it.state().train.main).toBe(before);
  });
});

test('a test that is aborted tells nothing and leaves no process', async () => {
  await work('A', { 'A.txt': 'a' });
  const marker = join(repo.folder, 'begun');
  const it = await train({ tasks: ['A'], testing: { commands: [`touch ${marker}; setsid sleep 1000 & sleep 1000`] } });
  await it.enqueue('A');
  await it.move();
  const abort = new AbortController();
  const moving = it.move(abort.signal);
  await waitFor(async () => ((await repo.read('../begun')) === undefined ? undefined : true), 'the test');
  abort.abort();
  await moving;
  expect(it.events.at(-1)?.type).toBe('testStarted');
  expect(carriers(tag)).toEqual([]);
});
