import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { prepared } from './prepared.ts';

test('logs prints what the agent of the latest attempt said, and names the logs beside it on stderr', async () => {
  await using repo = await prepared({
    agent: 'echo "attempt of $WT_ORCH_TASK"; exit 1',
    config: { worktrees: { setup: [['true']] } },
  });
  expect((await repo.wtOrch(['run', 'T-1'])).code).toBe(1);
  const config = JSON.parse((await repo.read('.wt-orch/config.yaml')) ?? '');
  config.agents.worker.command = ['sh', '-c', 'echo second; exit 1'];
  await repo.write({ '.wt-orch/config.yaml': JSON.stringify(config) });
  expect((await repo.wtOrch(['logs', 't-1'])).stdout).toBe('attempt of T-1\n');
  expect((await repo.wtOrch(['retry', 'T-1'])).code).toBe(1);
  const logs = await repo.wtOrch(['logs', 'T-1']);
  expect(logs).toMatchObject({ code: 0, stdout: 'second\n' });
  expect(logs.stderr).toContain('T-1.2.set-up.log');
});

test('after a run that only landed the branch the log is still the one of the agent', async () => {
  await using repo = await prepared({ agent: 'echo working; echo x > x.txt' });
  await repo.wtOrch(['run', 'T-1', '--no-land']);
  expect((await repo.wtOrch(['land', 'T-1'])).code).toBe(0);
  expect(await repo.wtOrch(['logs', 'T-1'])).toMatchObject({ code: 0, stdout: 'working\n' });
});

test('a log that is followed is shown as it grows, and the end of the step is the end', async () => {
  await using repo = await prepared({
    agent: 'echo one; while [ -e "$HOME" ] && [ ! -e "$HOME/go" ]; do sleep 0.05; done; printf two',
  });
  const run = repo.start(['run', 'T-1', '--json']);
  await run.line('agentStarted');
  const logs = repo.start(['logs', '-f', 'T-1']);
  await waitFor(() => (logs.stdout() === 'one\n' ? true : undefined), 'the first line');
  await writeFile(join(repo.folder, 'home/go'), '');
  expect(await logs.ended).toMatchObject({ code: 0, stdout: 'one\ntwo' });
  await run.ended;
});

test('a log that was replaced while it was followed is read from its beginning', async () => {
  await using repo = await prepared({
    agent: 'echo before; while [ -e "$HOME" ] && [ ! -e "$HOME/go" ]; do sleep 0.05; done',
  });
  const run = repo.start(['run', 'T-1', '--json']);
  const { log } = await run.line('agentIntended');
  const logs = repo.start(['logs', '-f', 'T-1']);
  await waitFor(() => (logs.stdout() === 'before\n' ? true : undefined), 'the first line');
  await rm(String(log));
  await writeFile(String(log), 'after it\n');
  await waitFor(() => (logs.stdout() === 'before\nafter it\n' ? true : undefined), 'the new file');
  await writeFile(join(repo.folder, 'home/go'), '');
  expect((await logs.ended).code).toBe(0);
  await run.ended;
});

test('without a run of the task, or after its logs were removed, logs says so', async () => {
  await using repo = await prepared();
  const unknown = await repo.wtOrch(['logs', 'T-1']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('No run had a task T-1');
  await repo.wtOrch(['run', 'T-1']);
  await rm(join(repo.stateDir, 'runs'), { recursive: true });
  const gone = await repo.wtOrch(['logs', 'T-1']);
  expect(gone.code).toBe(1);
  expect(gone.stderr).toContain('is gone');
});
