import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { carriers, isDead } from '../support/processes.ts';
import { leftovers } from './evidence.ts';
import { type Project, project } from './project.ts';

const events = [
  'runStarted',
  'worktreeIntended',
  'worktreeReady',
  'agentIntended',
  'agentStarted',
  'agentExited',
  'workFound',
  'gateJudged',
  'candidateQueued',
  'chainBuilt',
  'testStarted',
  'testEnded',
  'landingIntended',
  'landed',
  'stepEnded',
  'taskMarked',
  'worktreeRemoved',
];

/** What must hold in the end, however the first run was killed: landed once, marked, nothing left but pinned attempts. */
async function expectLandedOnce(p: Project, task: string): Promise<void> {
  expect((await p.mainLine()).filter((subject) => subject.startsWith(`${task}:`))).toEqual([`${task}: Do ${task}`]);
  expect(await p.read(`${task}.txt`)).toBe('done\n');
  expect(await p.tasksFile()).toContain(`- [x] ${task}`);
  expect((await leftovers(p)).filter((left) => !left.startsWith('refs/wt-orch/attempts/'))).toEqual([]);
}

test.for(events)('killed at %s, the next run finishes as if nothing had happened', async (event) => {
  await using p = await project({ tasks: ['K-1', 'K-2'], agents: { 'K-2': 'exit 0' } });
  const run = p.start(['run', '--json', 'K-1']);
  await run.line(event);
  run.kill('SIGKILL');
  await run.ended;
  const next = await p.wtOrch(['run', 'K-1']);
  expect([0, 2], next.output).toContain(next.code);
  await expectLandedOnce(p, 'K-1');
  const after = await p.runJson('K-2');
  expect(after.code, after.output).toBe(0);
});

test('an agent that outlives its killed orchestrator is ended by the next run, and its work is kept', async () => {
  await using p = await project({
    tasks: ['K-1', 'K-2'],
    agents: { 'K-1': 'put half.txt half; say here "$$"; wait_for go; put "K-1.txt" done' },
  });
  const run = p.start(['run', '--json', 'K-1']);
  const pid = Number(await p.heard('here'));
  run.kill('SIGKILL');
  await run.ended;
  expect(isDead(pid)).toBe(false);
  const status = await p.status();
  expect(status.state).not.toBe('running');
  const next = await p.runJson('K-2');
  expect(next.code, next.output).toBe(0);
  expect(isDead(pid)).toBe(true);
  expect(await p.read('half.txt', p.worktree('K-1'))).toBe('half\n');
  expect((await p.wtOrch(['why', 'K-1'])).stdout).toMatch(/interrupted/i);
  await p.say('go');
  expect((await p.runJson('K-1')).code).toBe(0);
  await expectLandedOnce(p, 'K-1');
  expect(await p.git(['show', 'refs/wt-orch/attempts/K-1/1:half.txt'])).toBe('half');
});

test('a run that is killed by its own test command has landed nothing, and its tests are ended by the next one', async () => {
  await using p = await project({
    tasks: ['K-1'],
    test: 'if [ ! -e "$HOME/killed" ]; then : > "$HOME/killed"; kill -9 "$(cat "$HOME/../stage/orchestrator")"; while :; do sleep 1; done; fi\n',
    agents: { 'K-1': 'wait_for orchestrator; put K-1.txt done' },
  });
  const run = p.start(['run', '--json', 'K-1']);
  const { run: id } = await run.line('runStarted');
  await p.say('orchestrator', String(run.child.pid));
  expect((await run.ended).code).toBe(137);
  expect(await p.mainLine()).toEqual(['first']);
  expect(carriers(String(id))).not.toEqual([]);
  const next = await p.wtOrch(['run', 'K-1']);
  expect(next.code, next.output).toBe(0);
  expect(carriers(String(id))).toEqual([]);
  await expectLandedOnce(p, 'K-1');
});

test('a run that is killed while main moves has landed once, and the next run marks it', async () => {
  await using p = await project({
    tasks: ['K-1', 'K-2'],
    agents: { 'K-1': 'wait_for orchestrator; put K-1.txt done' },
  });
  // A git that kills its orchestrator once the user's checkout is fast-forwarded: after the intent, before the landing is recorded.
  const bin = join(p.folder, 'bin');
  const real = (p.env['PATH'] ?? '').split(':').find((folder) => existsSync(join(folder, 'git')));
  await mkdir(bin);
  const script = `#!/bin/sh
"${real}/git" "$@"; code=$?
case " $* " in *' merge --quiet --no-stat '*) kill -9 "$(cat '${p.stage}/orchestrator')";; esac
exit $code
`;
  await writeFile(join(bin, 'git'), script, { mode: 0o755 });
  const run = p.start(['run', '--json', 'K-1'], { env: { PATH: `${bin}:${p.env['PATH']}` } });
  await run.line('runStarted');
  await p.say('orchestrator', String(run.child.pid));
  expect((await run.ended).code).toBe(137);
  expect(run.lines().at(-1)?.type).toBe('landingIntended');
  const next = await p.runJson('K-2');
  expect(next.code, next.output).toBe(0);
  await expectLandedOnce(p, 'K-1');
  expect((await p.mainLine()).toSorted()).toEqual(['K-1: Do K-1', 'K-2: Do K-2', 'first']);
});
