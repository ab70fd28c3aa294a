import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { differences, redCommits } from './evidence.ts';
import { type Project, project, readRun } from './project.ts';

const inOrder = { agents: { 'U-2': 'wait_for go-2; put two done', 'U-3': 'wait_for go-3; put three done' } };

/** Lands U-1, U-2 and U-3 in that order. */
async function landThree(p: Project): Promise<void> {
  const run = p.start(['run', '--json', 'U-1', 'U-2', 'U-3']);
  await run.line('landed', 'U-1');
  await p.say('go-2');
  await run.line('landed', 'U-2');
  await p.say('go-3');
  const { code, output } = await run.ended;
  expect(code, output).toBe(0);
}

const undo = async (p: Project, id: string, ...more: string[]) =>
  readRun(await p.wtOrch(['undo', id, '--json', ...more]));
const landedLine = (p: Project) => p.git(['log', '--first-parent', '--format=%s', 'main']);
const trailersOf = (p: Project, commit: string) =>
  execFileSync('sh', ['-c', `git log -1 --format=%B ${commit} | git interpret-trailers --parse`], {
    cwd: p.root,
    env: p.env,
    encoding: 'utf8',
  }).trim();
const logOf = (line: unknown) => (line as { readonly log: string }).log;

test.each(['merge', 'squash', 'rebase'])(
  '%s: a task from the middle is taken back out as a commit of its own, tested on exactly that tree; the others stay',
  async (strategy) => {
    await using p = await project({
      tasks: ['U-1', 'U-2', 'U-3'],
      test: 'git rev-parse HEAD^{tree}\n',
      config: { landing: { test: [['sh', 'test.sh']], strategy } },
      ...inOrder,
    });
    await landThree(p);
    const [before, marked] = [await landedLine(p), await p.tasksFile()];
    const landing = await p.git(['log', '-1', '--format=%H', 'main~1']);
    const ran = await undo(p, 'u-2');

    expect(ran.code, ran.output).toBe(0);
    expect(ran.outcome('U-2')).toBe('landed');
    expect(await landedLine(p)).toBe(`Undo U-2: Do U-2\n${before}`);
    expect(await p.git(['log', '-1', '--format=%P', 'main'])).toBe(await p.git(['rev-parse', 'main~1']));
    expect(await trailersOf(p, 'main')).toBe(`Task: U-2\nRun: ${ran.summary['run']}\nUndoes: ${landing}`);
    const files = (await p.git(['ls-tree', '--name-only', 'main'])).split('\n');
    expect([files.includes('U-1.txt'), files.includes('two'), files.includes('three')]).toEqual([true, false, true]);
    expect([await p.read('two'), await p.read('three')]).toEqual([undefined, 'done\n']);
    const green = ran.lines.filter((line) => line.type === 'testEnded');
    expect(green).toMatchObject([{ verdict: 'green', position: { commit: await p.git(['rev-parse', 'main']) } }]);
    expect(await p.read(logOf(green[0]), '/')).toBe(`${await p.git(['rev-parse', 'main^{tree}'])}\n`);
    expect(differences(marked, await p.tasksFile())).toEqual(['4: x ->  ']);
    expect(await p.git(['status', '--porcelain'])).toBe(' M TASKS.md');
    expect(await p.ref('wt-orch/undo-U-2')).toBeUndefined();

    const why = await p.wtOrch(['why', 'U-2']);
    expect(why.stdout).toContain(`What landed as ${landing.slice(0, 8)} is taken back.`);
    expect(why.stdout).toContain('tests passed');
    const again = await p.wtOrch(['undo', 'U-2']);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('U-2 is taken back already')]);
    expect(await landedLine(p)).toBe(`Undo U-2: Do U-2\n${before}`);
  },
);

test('a task that was taken back can be done and taken back again', async () => {
  await using p = await project({ tasks: ['U-1', 'U-2', 'U-3'], ...inOrder });
  await landThree(p);
  await undo(p, 'U-1');
  const run = await p.runJson('U-1');
  expect(run.outcome('U-1'), run.output).toBe('landed');
  expect(await p.read('U-1.txt')).toBe('done\n');
  expect(await trailersOf(p, 'main')).toBe(`Task: U-1\nRun: ${run.summary['run']}`);
  const ran = await undo(p, 'U-1');
  expect(ran.outcome('U-1'), ran.output).toBe('landed');
  expect((await p.mainLine()).slice(0, 3)).toEqual(['Undo U-1: Do U-1', 'U-1: Do U-1', 'Undo U-1: Do U-1']);
  expect(await p.read('U-1.txt')).toBeUndefined();
});

test('where later work builds on it nothing is changed, and the words name the paths and who touched them', async () => {
  await using p = await project({
    tasks: '- [ ] U-1 First\n- [ ] U-2 Second — depends: U-1\n- [ ] U-3 Third — depends: U-2\n',
    agents: { ...inOrder.agents, 'U-1': 'put shared one', 'U-2': 'wait_for go-2; put shared two' },
  });
  await landThree(p);
  const before = [await p.git(['rev-parse', 'main']), await p.tasksFile()];
  const ran = await undo(p, 'U-1');
  expect([ran.code, ran.outcome('U-1')], ran.output).toEqual([1, 'conflict']);
  expect(ran.summary.tasks[0]?.reason).toBe(
    'It cannot be taken back alone: U-2 builds on it, in shared. Nothing was changed.',
  );
  expect([await p.git(['rev-parse', 'main']), await p.tasksFile()]).toEqual(before);
  expect(await p.git(['for-each-ref', 'refs/heads/wt-orch', 'refs/wt-orch'])).toBe('');
  expect((await p.wtOrch(['why', 'U-1'])).stdout).toContain('Take that back first: `wt-orch undo U-2`');
  // Once what builds on it is out of the way it can go.
  await undo(p, 'U-2');
  expect((await undo(p, 'U-1')).outcome('U-1')).toBe('landed');
  expect([await p.read('shared'), await p.read('three')]).toEqual([undefined, 'done\n']);
});

test('a task without which the tests are red stays, and its mark with it', async () => {
  await using p = await project({
    tasks: ['U-1', 'U-2', 'U-3'],
    test: 'if [ -e two ]; then test -e U-1.txt; fi\n',
    ...inOrder,
  });
  await landThree(p);
  const before = [await p.git(['rev-parse', 'main']), await p.tasksFile()];
  const ran = await undo(p, 'U-1');
  expect([ran.code, ran.outcome('U-1')], ran.output).toEqual([1, 'tests_failed']);
  expect(ran.summary.tasks[0]?.reason).toContain('The tests fail without it');
  expect([await p.git(['rev-parse', 'main']), await p.tasksFile()]).toEqual(before);
  expect(await redCommits(p)).toEqual([]);
  expect(await p.git(['diff', '--name-status', 'main', 'wt-orch/undo-U-1'])).toBe('D\tU-1.txt');
});

test('what has landed since a run began is taken back by that run, and whoever needs it does not start', async () => {
  await using p = await project({
    tasks: '- [ ] U-1 First\n- [ ] U-2 Slow\n- [ ] U-3 Third — depends: U-1, U-2\n',
    agents: { 'U-2': 'wait_for go-2; put two done' },
  });
  const run = p.start(['run', '--json', '--all']);
  await run.line('stepTidied', 'U-1');
  const joined = await p.wtOrch(['undo', 'U-1']);
  expect([joined.code, joined.stdout], joined.output).toEqual([0, expect.stringContaining('U-1 joined run')]);
  await run.line('landed', 'U-1');
  await p.say('go-2');
  const ended = readRun(await run.ended);
  expect(ended.summary.tasks.map(({ id, outcome }) => `${id} ${outcome}`).sort()).toEqual([
    'U-1 landed',
    'U-2 landed',
    'U-3 skipped',
  ]);
  expect(await p.mainLine()).toEqual(['U-2: Slow', 'Undo U-1: First', 'U-1: First', 'first']);
  expect(await p.tasksFile()).toBe('- [ ] U-1 First\n- [x] U-2 Slow\n- [ ] U-3 Third — depends: U-1, U-2\n');
});

test('a landing is found by its trailers where no journal knows of it, although its task has left the file', async () => {
  await using p = await project({ tasks: ['U-1', 'U-2', 'U-3'], ...inOrder });
  await landThree(p);
  await p.git(['update-ref', 'refs/keep', 'main']);
  await p.write({ '.git/wt-orch/journal.jsonl': undefined });
  await p.commit({ 'TASKS.md': '# Tasks\n\n- [x] U-1 Do U-1\n' }, 'tidy up');
  const ran = await undo(p, 'U-2');
  expect([ran.code, ran.outcome('U-2')], ran.output).toEqual([0, 'landed']);
  expect((await p.mainLine())[0]).toBe('Undo U-2: Do U-2');
  expect([await p.read('two'), await p.read('three')]).toEqual([undefined, 'done\n']);
  expect((await p.wtOrch(['why', 'U-2'])).stdout).toContain('The task file was not marked');
});

test('what has not landed, and what no task is, is refused before anything starts', async () => {
  await using p = await project({ tasks: ['U-1', 'U-2'] });
  await p.runJson('U-1');
  const refused = async (id: string) => {
    const { code, stderr } = await p.wtOrch(['undo', id]);
    return [code, stderr.split('\n')[0]];
  };
  expect(await refused('U-2')).toEqual([2, 'U-2 has not landed on main.']);
  expect(await refused('U-9')).toEqual([2, 'TASKS.md has no task U-9.']);
  await p.git(['reset', '--hard', '--quiet', 'main~1']);
  expect(await refused('U-1')).toEqual([
    2,
    expect.stringMatching(/^U-1 landed as [0-9a-f]{8}, which main no longer has/),
  ]);
});

test('it is held while it would touch what is not committed, and the answer of a person takes it back later', async () => {
  await using p = await project({ tasks: ['U-1'] });
  await p.runJson('U-1');
  await p.write({ 'U-1.txt': 'mine\n' });
  const ran = await undo(p, 'U-1');
  expect([ran.code, ran.outcome('U-1')], ran.output).toEqual([4, 'held']);
  expect(ran.summary.tasks[0]?.reason).toContain('Taking it back would touch files of yours');
  expect([await p.read('U-1.txt'), await p.mainLine()]).toEqual(['mine\n', ['U-1: Do U-1', 'first']]);
  const nothing = await p.wtOrch(['land']);
  expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining('No branch is waiting to land')]);
  await p.git(['checkout', '--', 'U-1.txt']);
  const [question] = (await p.status()).questions;
  expect(question?.prompt).toContain('U-1 is ready to be taken back out');
  const answered = await p.wtOrch(['answer', question?.id ?? '', 'land']);
  expect(answered.code, answered.output).toBe(0);
  expect(await p.mainLine()).toEqual(['Undo U-1: Do U-1', 'U-1: Do U-1', 'first']);
  expect(await p.tasksFile()).toContain('- [ ] U-1');
});
