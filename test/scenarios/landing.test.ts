import { expect, test } from 'vitest';
import { differences, leftovers, redCommits } from './evidence.ts';
import { project } from './project.ts';

/** The sum of the numbers in total/ may not be more than two: each task alone is fine, all three are not. */
const atMostTwo = 'total=$(cat total/* 2>/dev/null | wc -l); echo "total $total"; test "$total" -le 2\n';

test('tasks land one merge commit each, in order; one that breaks the tests on top of the others is dropped and kept', async () => {
  await using p = await project({
    tasks: ['T-1', 'T-2', 'T-3'],
    test: atMostTwo,
    agents: {
      'T-1': 'put total/1 one; commit "one"; put extra done; commit "one more"',
      'T-2': 'wait_for go-2; put total/2 two; commit "two"',
      'T-3': 'wait_for go-3; put total/3 three; commit "three"',
    },
  });
  const before = await p.tasksFile();
  const run = p.start(['run', '--json', 'T-1', 'T-2', 'T-3']);
  await run.line('landed', 'T-1');
  await p.say('go-2');
  await run.line('landed', 'T-2');
  await p.say('go-3');
  const ended = await run.ended;

  expect(ended.code, ended.output).toBe(1);
  expect(await p.mainLine()).toEqual(['T-2: Do T-2', 'T-1: Do T-1', 'first']);
  const parents = (await p.git(['log', '--first-parent', '--format=%P', '-2', 'main'])).split('\n');
  expect(parents.map((line) => line.split(' ').length)).toEqual([2, 2]);
  expect(await redCommits(p)).toEqual([]);
  const dropped = run.lines().find((line) => line.type === 'stepEnded' && line.task === 'T-3');
  expect(dropped).toMatchObject({ outcome: 'tests_failed', reason: { kind: 'testsRed' } });
  const log = (dropped as unknown as { reason: { log: string } }).reason.log;
  expect(await p.read(log, '/')).toContain('total 3');
  expect(await p.ref('wt-orch/T-3')).toBeDefined();
  expect(await p.read('total/3', p.worktree('T-3'))).toBe('three\n');
  expect(await p.ref('wt-orch/T-1')).toBeUndefined();
  expect(differences(before, await p.tasksFile())).toEqual(['3:   -> x', '4:   -> x', '5:   -> !']);
  expect(await p.git(['status', '--porcelain'])).toBe(' M TASKS.md');
});

test('a task whose dependency fails is skipped with the reason, the rest lands', async () => {
  await using p = await project({
    tasks: '- [ ] A-1 First\n- [ ] A-2 Second — depends: A-1\n- [ ] A-3 Third\n- [ ] A-4 Fourth — depends: A-2\n',
    agents: { 'A-1': 'put half done; echo "cannot go on" >&2; exit 3' },
  });
  const run = await p.runJson('--all');
  expect(run.code, run.output).toBe(1);
  expect(run.summary.tasks.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'A-1 agent_failed',
    'A-2 skipped',
    'A-3 landed',
    'A-4 skipped',
  ]);
  const why = await p.wtOrch(['why', 'A-2']);
  expect(why.stdout).toContain('A-1');
  expect(await p.tasksFile()).toBe(
    '- [!] A-1 First\n- [ ] A-2 Second — depends: A-1\n- [x] A-3 Third\n- [ ] A-4 Fourth — depends: A-2\n',
  );
  expect(await p.read('half', p.worktree('A-1'))).toBe('done\n');
});

test('a dependent starts from a main that has its dependency, as soon as that has landed', async () => {
  await using p = await project({
    tasks: '- [ ] A-1 First\n- [ ] A-2 Second — depends: A-1\n- [ ] A-3 Slow\n',
    agents: {
      'A-1': 'put base.txt made',
      'A-2': 'cp base.txt copy.txt; say a2-started; wait_for a2-done',
      'A-3': 'wait_for a3-done; put slow.txt done',
    },
  });
  const run = p.start(['run', '--json', '--all']);
  await p.heard('a2-started');
  expect(run.lines().some((line) => line.type === 'agentExited' && line.task === 'A-3')).toBe(false);
  await p.say('a2-done');
  await run.line('landed', 'A-2');
  await p.say('a3-done');
  expect((await run.ended).code).toBe(0);
  expect(await p.read('copy.txt')).toBe('made\n');
  expect(await leftovers(p)).toEqual([]);
});

test('a candidate whose base moved while it was tested is tested again on the new main', async () => {
  await using p = await project({
    tasks: ['B-1'],
    test: 'ls; if [ -e mine.txt ]; then exit 0; fi; : > "$HOME/../stage/testing"; while [ ! -e "$HOME/../stage/moved" ]; do sleep 0.02; done\n',
    agents: { 'B-1': 'put b done' },
  });
  const run = p.start(['run', '--json', 'B-1']);
  await p.heard('testing');
  const mine = await p.commit({ 'mine.txt': 'by hand\n' }, 'by hand');
  await p.say('moved');
  const ended = await run.ended;
  expect(ended.code, ended.output).toBe(0);
  expect(run.lines().filter((line) => line.type === 'testEnded')).toHaveLength(2);
  expect(await p.mainLine()).toEqual(['B-1: Do B-1', 'by hand', 'first']);
  expect(await p.git(['rev-parse', 'main^1'])).toBe(mine);
});
