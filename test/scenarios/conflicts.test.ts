import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, redCommits } from './evidence.ts';
import { type Project, type ProjectPlan, project, readRun } from './project.ts';

/**
 * Two tasks that put their own line into one file; the first lands while the second is at work. `resolve` is what the agent of
 * the second does when a merge waits in its worktree; `$round` counts its rounds.
 */
const colliding = (resolve: string): ProjectPlan => ({
  tasks: '- [ ] C-1 Put in the line of C-1\n- [ ] C-2 Put in the line of C-2\n',
  files: { 'shared.txt': 'old line\n' },
  agents: {
    'C-1': 'wait_for c2-there; put shared.txt "line of one"; commit one',
    'C-2': `
      if git rev-parse -q --verify MERGE_HEAD >/dev/null; then
        echo x >> "$STAGE/rounds"; round=$(wc -l < "$STAGE/rounds"); cat > "$STAGE/prompt-$((round))"
        ${resolve}
      else
        say c2-there; wait_for c1-landed; put shared.txt "line of two"; commit two
      fi`,
  },
});

const both = `printf 'line of one\\nline of two\\n' > shared.txt`;

async function runBoth(p: Project) {
  const run = p.start(['run', '--json', '--all', '--max-parallel', '2']);
  await run.line('landed', 'C-1');
  await p.say('c1-landed');
  return readRun(await run.ended);
}

const typesOf = (run: Awaited<ReturnType<typeof runBoth>>) =>
  run.lines.map(({ type }) => String(type)).filter((type) => /^conflict/.test(type));
const failures = (run: Awaited<ReturnType<typeof runBoth>>) =>
  run.lines
    .filter(({ type }) => type === 'conflictRoundFailed')
    .map((line) => (line as unknown as { why: { kind: string; paths?: readonly string[] } }).why);
const prompt = (p: Project, round: number) => readFile(join(p.stage, `prompt-${round}`), 'utf8');

test('a branch that collides with main goes back to its agent, and what that makes of it is tested and lands', async () => {
  await using p = await project(colliding(`${both}; commit merged`));
  const run = await runBoth(p);
  expect(run.code, run.output).toBe(0);
  expect(typesOf(run)).toEqual(['conflictFound', 'conflictLeft', 'conflictRoundStarted', 'conflictResolved']);
  expect(await p.read('shared.txt')).toBe('line of one\nline of two\n');
  expect(await p.mainLine()).toEqual(['C-2: Put in the line of C-2', 'C-1: Put in the line of C-1', 'first']);
  // Its own commit is what landed: a merge of its branch and main.
  expect(await p.git(['log', '-1', '--format=%s', 'main^2'])).toBe('merged');
  expect((await p.git(['rev-parse', 'main^2^2'])) === (await p.git(['rev-parse', 'main^1']))).toBe(true);
  expect(run.lines.filter((line) => line.type === 'testEnded' && line['verdict'] === 'green')).toHaveLength(2);
  expect(run.lines.filter((line) => line.type === 'gatesEnded' && line.task === 'C-2')).toHaveLength(2);
  expect(await redCommits(p)).toEqual([]);
  expect(await leftovers(p)).toEqual([]);
  const told = await prompt(p, 1);
  for (const words of ['Put in the line of C-1', 'Put in the line of C-2', 'old line', 'shared.txt', 'Dropped:']) {
    expect(told).toContain(words);
  }
});

test('what an agent resolves and does not commit is committed for it', async () => {
  await using p = await project(colliding(both));
  const run = await runBoth(p);
  expect(run.code, run.output).toBe(0);
  expect(await p.read('shared.txt')).toBe('line of one\nline of two\n');
  expect(await p.git(['log', '-1', '--format=%s', 'main^2'])).toBe('C-2: merge main, conflict resolved by its agent');
  expect(await leftovers(p)).toEqual([]);
});

test('an agent that leaves markers is told so and has another round; nothing of the first round lands', async () => {
  await using p = await project(
    colliding(
      `if [ $((round)) = 1 ]; then put note.txt hm; git rm -q --cached -f note.txt 2>/dev/null || true; rm note.txt; commit "markers and all"; else ${both}; commit merged; fi`,
    ),
  );
  const run = await runBoth(p);
  expect(run.code, run.output).toBe(0);
  expect(failures(run)).toEqual([{ kind: 'conflictMarkers', paths: ['shared.txt'] }]);
  expect(await prompt(p, 2)).toContain('Conflict markers are left: shared.txt');
  expect(await p.read('shared.txt')).toBe('line of one\nline of two\n');
  expect(await p.git(['log', '--format=%s', 'main'])).not.toContain('markers and all');
  // What the agent committed in vain is not lost.
  const kept = await p.git(['for-each-ref', '--format=%(contents:subject)', 'refs/wt-orch/attempts/C-2']);
  expect(kept).toBe('markers and all');
});

test('an agent that drops the lines of the other side three times is stopped, and a person resolves it by hand', async () => {
  await using p = await project(colliding('put shared.txt "line of two"; commit mine'));
  const run = await runBoth(p);
  expect(run.code, run.output).toBe(1);
  expect([run.outcome('C-1'), run.outcome('C-2')]).toEqual(['landed', 'conflict']);
  const lost = { kind: 'conflictLost', paths: ['shared.txt'], detail: 'shared.txt: line of one' };
  expect(failures(run)).toEqual([lost, lost, lost]);
  expect(await prompt(p, 2)).toContain('shared.txt: line of one');
  expect(await p.tasksFile()).toContain('- [?] C-2');
  expect(await p.read('shared.txt')).toBe('line of one\n');
  const why = (await p.wtOrch(['why', 'C-2'])).stdout;
  expect(why).toContain(p.worktree('C-2'));
  expect(why).toContain('wt-orch land C-2');
  const [question] = (await p.status()).questions;
  expect(question).toMatchObject({ kind: 'select', options: ['land', 'later', 'discard'] });

  const folder = p.worktree('C-2');
  expect(await p.git(['status', '--porcelain'], folder)).toBe('UU shared.txt');
  const early = readRun(await p.wtOrch(['land', '--json', 'C-2']));
  expect([early.code, early.outcome('C-2')], early.output).toEqual([1, 'conflict']);
  await p.commit({ 'shared.txt': 'by hand\n' }, 'resolved by hand', folder);
  const landed = readRun(await p.wtOrch(['land', '--json', 'C-2']));
  expect(landed.code, landed.output).toBe(0);
  expect(await p.read('shared.txt')).toBe('by hand\n');
  expect(await p.tasksFile()).toContain('- [x] C-2');
});

test('lines may go where the agent says why', async () => {
  await using p = await project(
    colliding(`put shared.txt "line of both"; git add -A; git commit -qm "one line for both

Dropped: shared.txt: both lines said the same"`),
  );
  const run = await runBoth(p);
  expect(run.code, run.output).toBe(0);
  expect(await p.read('shared.txt')).toBe('line of both\n');
  expect(run.lines.find(({ type }) => type === 'conflictResolved')).toMatchObject({
    by: 'agent',
    dropped: ['shared.txt: both lines said the same'],
  });
});

test('an agent that changes other files while it resolves is told so, and may put them back', async () => {
  await using p = await project(
    colliding(
      `if [ $((round)) = 1 ]; then ${both}; put other.txt new; commit more; else rm -f other.txt; commit merged; fi`,
    ),
  );
  const run = await runBoth(p);
  expect(run.code, run.output).toBe(0);
  expect(failures(run)).toEqual([{ kind: 'conflictForeign', paths: ['other.txt'] }]);
  expect(await p.read('other.txt')).toBeUndefined();
  expect(await p.read('shared.txt')).toBe('line of one\nline of two\n');
});

test('an agent that fails while it resolves has used a round; without rounds a person is asked at once', async () => {
  await using p = await project({
    ...colliding('exit 7'),
    config: { landing: { test: [['sh', 'test.sh']], conflictRounds: 1 } },
  });
  const run = await runBoth(p);
  expect([run.code, run.outcome('C-2')], run.output).toEqual([1, 'conflict']);
  expect(failures(run)).toMatchObject([{ kind: 'exitCode', detail: '7' }]);
});

test('a stop while the agent resolves ends it, and the branch is what it was', async () => {
  await using p = await project(colliding('say resolving; wait_for never'));
  const run = p.start(['run', '--json', '--all', '--max-parallel', '2']);
  await run.line('landed', 'C-1');
  const before = p.ref('wt-orch/C-2');
  await p.say('c1-landed');
  await p.heard('resolving');
  expect((await p.status()).tasks.find(({ id }) => id === 'C-2')?.state).toBe('resolving');
  await p.wtOrch(['stop', 'C-2']);
  const ended = readRun(await run.ended);
  expect(ended.outcome('C-2'), ended.output).toBe('cancelled');
  expect(await before).toBeDefined();
  expect(await p.git(['log', '-1', '--format=%s', 'wt-orch/C-2'])).toBe('two');
});

test('a changelog whose rule is `merge` gets the lines of both, without an agent', async () => {
  const add = (task: string) =>
    `{ printf '# Changes\\n- ${task}\\n'; tail -n +2 CHANGELOG.md; } > c; mv c CHANGELOG.md; commit ${task}`;
  await using p = await project({
    ...colliding('exit 1'),
    files: { 'CHANGELOG.md': '# Changes\n- older\n' },
    agents: {
      'C-1': `wait_for c2-there; ${add('C-1')}`,
      'C-2': `say c2-there; wait_for c1-landed; ${add('C-2')}`,
    },
    config: { landing: { test: [['sh', 'test.sh']], conflicts: [{ paths: ['CHANGELOG.md'], rule: 'merge' }] } },
  });
  const run = await runBoth(p);
  expect(run.code, run.output).toBe(0);
  expect(typesOf(run)).toEqual(['conflictFound', 'conflictResolved']);
  expect(await p.read('CHANGELOG.md')).toBe('# Changes\n- C-1\n- C-2\n- older\n');
  expect(await leftovers(p)).toEqual([]);
});

test('a file that a program writes is written anew from what both sides have', async () => {
  const add = (name: string) => `put deps/${name} "${name} 1.0"; sh lock.sh; commit ${name}`;
  await using p = await project({
    ...colliding('exit 1'),
    files: { 'deps/base': 'base 1.0\n', 'lock.sh': 'cat deps/* | tr "\\n" " " > all.lock\n', 'all.lock': 'base 1.0 ' },
    test: 'cat deps/* | tr "\\n" " " | cmp - all.lock\n',
    agents: {
      'C-1': `wait_for c2-there; ${add('one')}`,
      'C-2': `say c2-there; wait_for c1-landed; ${add('two')}`,
    },
    config: {
      landing: {
        test: [['sh', 'test.sh']],
        conflicts: [{ paths: ['*.lock'], rule: 'regenerate', command: ['sh', 'lock.sh'] }],
      },
    },
  });
  const run = await runBoth(p);
  expect(run.code, run.output).toBe(0);
  expect(run.lines.find(({ type }) => type === 'conflictResolved')).toMatchObject({ by: 'rule' });
  expect(await p.read('all.lock')).toBe('base 1.0 one 1.0 two 1.0 ');
  expect(await redCommits(p)).toEqual([]);
});

test('a file whose program fails is a matter for the agent, like any other', async () => {
  await using p = await project({
    ...colliding(`printf 'line of one\\nline of two\\n' > shared.txt; commit merged`),
    config: {
      landing: {
        test: [['sh', 'test.sh']],
        conflicts: [{ paths: ['shared.txt'], rule: 'regenerate', command: 'echo broken; exit 3' }],
      },
    },
  });
  const run = await runBoth(p);
  expect(run.code, run.output).toBe(0);
  expect(run.lines.find(({ type }) => type === 'conflictLeft')).toMatchObject({
    to: 'agent',
    paths: ['shared.txt'],
    why: { kind: 'regenerateFailed', detail: 'echo broken; exit 3: exit code 3' },
  });
  expect(await p.read('shared.txt')).toBe('line of one\nline of two\n');
});

test('a branch that a person discards goes with its worktree, and what it held is kept', async () => {
  await using p = await project({
    ...colliding('exit 1'),
    config: { landing: { test: [['sh', 'test.sh']], conflictRounds: 0 } },
  });
  const run = await runBoth(p);
  expect([run.code, run.outcome('C-2')], run.output).toEqual([1, 'conflict']);
  const tip = await p.ref('wt-orch/C-2');
  const [question] = (await p.status()).questions;
  const answer = await p.wtOrch(['answer', question?.id ?? '', 'discard']);
  expect(answer.code, answer.output).toBe(0);
  expect(await p.ref('wt-orch/C-2')).toBeUndefined();
  expect(await p.git(['for-each-ref', '--format=%(objectname)', 'refs/wt-orch/attempts/C-2'])).toBe(tip);
  expect((await p.status()).questions).toEqual([]);
});
