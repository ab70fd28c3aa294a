import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { carriers } from '../support/processes.ts';
import { project } from './project.ts';

test('a run in the background goes on, is seen, and ends by itself without leaving anything', async () => {
  await using p = await project({ tasks: ['B-1'], agents: { 'B-1': 'put b.txt b; say here; wait_for go' } });
  const started = await p.wtOrch(['run', '--detach', 'B-1']);
  expect(started.code, started.output).toBe(0);
  await p.heard('here');
  const during = await p.status();
  expect(during.state).toBe('running');
  expect(during.tasks).toMatchObject([{ id: 'B-1', state: 'running' }]);
  expect(started.stdout).toContain(during.run);
  const watching = p.start(['status', '--watch', '--json']);
  await p.say('go');
  const watched = await watching.ended;
  expect(watched.code, watched.output).toBe(0);
  expect(JSON.parse(watched.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    tasks: [{ id: 'B-1', state: 'landed' }],
  });
  expect(await p.mainLine()).toEqual(['B-1: Do B-1', 'first']);
  const again = await p.wtOrch(['land', 'B-1']);
  expect(again.output).not.toContain('is at work');
  expect(existsSync(join(p.root, '.git/wt-orch/socket'))).toBe(false);
  expect(carriers(String(during.run))).toEqual([]);
});

test('a background run that cannot start says why at once', async () => {
  await using p = await project({ tasks: ['B-1'] });
  const started = await p.wtOrch(['run', '--detach', 'B-7']);
  expect(started.code, started.output).toBe(2);
  expect(started.output).toContain('B-7');
});

test('what an agent prints is in its log, and the log is not in the repository', async () => {
  await using p = await project({
    tasks: ['B-1'],
    agents: { 'B-1': 'echo "to stdout"; echo "to stderr" >&2; put b b' },
  });
  const run = await p.runJson('B-1');
  const log = String(run.lines.find((line) => line.type === 'agentIntended')?.['log']);
  expect(readFileSync(log, 'utf8')).toMatch(/to stdout\nto stderr\n/);
  expect(await readdir(p.root)).not.toContain('runs');
  expect(await p.git(['status', '--porcelain'])).toBe(' M TASKS.md');
});
