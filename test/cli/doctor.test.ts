import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Check } from '../../src/cli/doctor/check.ts';
import { findProgram, programOf } from '../../src/cli/doctor/find-program.ts';
import { isDead } from '../support/processes.ts';
import { wtOrch } from '../support/program.ts';
import { tempRepo } from '../support/temp-repo.ts';
import { waitFor } from '../support/wait-for.ts';
import { prepared } from './prepared.ts';

interface Told {
  readonly code: number;
  readonly ok: boolean;
  readonly check: (name: string) => Check | undefined;
}

async function doctor(repo: Parameters<typeof wtOrch>[0], cwd?: string): Promise<Told> {
  const ran = await wtOrch(repo, ['doctor', '--json'], cwd === undefined ? {} : { cwd });
  const { ok, checks } = JSON.parse(ran.stdout) as { readonly ok: boolean; readonly checks: readonly Check[] };
  return { code: ran.code, ok, check: (name) => checks.find((check) => check.name === name) };
}

test('a repository that is ready has nothing wrong', async () => {
  await using repo = await prepared();
  await repo.wtOrch(['init']);
  const told = await doctor(repo);
  expect(told).toMatchObject({ code: 0, ok: true });
  const names = ['node', 'git', 'repository', 'config', 'default agent', 'agent worker', 'tests', 'target', 'tasks'];
  for (const name of [...names, 'exclude lines', 'journal', 'run', 'leftovers', 'disk', 'lock', 'processes']) {
    expect(told.check(name), name).toMatchObject({ state: 'ok' });
  }
});

test('outside of a repository doctor still says what is there and what is not', async () => {
  await using repo = await tempRepo();
  const told = await doctor(repo, repo.folder);
  expect(told).toMatchObject({ code: 1, ok: false });
  expect(told.check('node')?.state).toBe('ok');
  expect(told.check('git')?.state).toBe('ok');
  expect(told.check('repository')).toMatchObject({ state: 'fail', fix: expect.any(String) });
});

test('programs that are not installed are found before a run needs them', async () => {
  await using repo = await prepared({
    config: {
      agents: { default: 'lost', lost: { driver: 'command', command: ['no-such-agent'] }, codex: { driver: 'codex' } },
      worktrees: { setup: ['FAST=1 no-such-installer --all'] },
      gates: { lint: { command: ['no-such-linter'] } },
      landing: { test: [['no-such-tests']] },
    },
  });
  const told = await doctor(repo);
  expect(told.code).toBe(1);
  for (const [name, program] of [
    ['agent lost', 'no-such-agent'],
    ['set-up', 'no-such-installer'],
    ['gate lint', 'no-such-linter'],
    ['tests', 'no-such-tests'],
  ] as const) {
    expect(told.check(name)).toMatchObject({ state: 'fail', message: expect.stringContaining(program) });
  }
  expect(told.check('agent codex')).toMatchObject({ state: 'warn', message: expect.stringContaining('driver') });
});

test('mistakes in the task file are counted, and those in the config named with their place', async () => {
  await using repo = await prepared();
  await repo.write({ 'TASKS.md': '- [ ] T-1 One\n- [ ] T-1 Two\n' });
  const tasks = (await doctor(repo)).check('tasks');
  expect(tasks).toMatchObject({ state: 'fail', message: expect.stringContaining('1 error') });
  await repo.write({ '.wt-orch/config.yaml': 'version: 1\nmaxParalel: 3\n' });
  const config = (await doctor(repo)).check('config');
  expect(config).toMatchObject({ state: 'fail', message: expect.stringContaining('config.yaml:2:1') });
});

test('a damaged journal is told with its place, and the rest is looked at all the same', async () => {
  await using repo = await prepared();
  expect((await repo.wtOrch(['run', 'T-1'])).code).toBe(0);
  const journal = join(repo.stateDir, 'journal.jsonl');
  await writeFile(journal, (await readFile(journal, 'utf8')).replace('runStarted', 'runStartet'));
  const told = await doctor(repo);
  expect(told.code).toBe(1);
  expect(told.check('journal')).toMatchObject({ state: 'fail', message: expect.stringContaining('line 1') });
  expect(told.check('tasks')?.state).toBe('ok');
});

test('without tests, agents and a config doctor says what to do', async () => {
  await using repo = await tempRepo();
  const told = await doctor(repo);
  expect(told.code).toBe(1);
  expect(told.check('default agent')?.state).toBe('fail');
  for (const name of ['config', 'tests', 'tasks', 'exclude lines']) expect(told.check(name)?.state, name).toBe('warn');
});

test('a run that was killed, and what it left, are told', async () => {
  await using repo = await prepared({ agent: 'while [ -e "$HOME" ] && [ ! -e "$HOME/go" ]; do sleep 0.05; done' });
  const run = repo.start(['run', 'T-1', '--json']);
  const { run: id, pid } = await run.line('agentStarted');
  expect((await doctor(repo)).check('run')).toMatchObject({
    state: 'ok',
    message: expect.stringContaining(String(id)),
  });
  run.kill('SIGKILL');
  await run.ended;
  await repo.git(['branch', 'wt-orch/MERGED-1']);
  const told = await doctor(repo);
  expect(told.check('run')).toMatchObject({ state: 'warn', message: expect.stringContaining(String(id)) });
  expect(told.check('leftovers')).toMatchObject({ state: 'warn', message: expect.stringContaining('1 things may go') });
  await writeFile(join(repo.folder, 'home/go'), '');
  await waitFor(() => (isDead(Number(pid)) ? true : undefined), 'the end of the agent');
});

test('the program of a command is told without a shell where that is possible', async () => {
  expect(programOf(['npm', 'ci'])).toBe('npm');
  expect(programOf('A=1 B=2 npm ci && npm test')).toBe('npm');
  for (const command of ['cd app && npm ci', '$(which npm) ci', '"my tool" x', ''])
    expect(programOf(command)).toBeUndefined();
  await using repo = await tempRepo({ 'tools/run.sh': '#!/bin/sh\n' });
  expect(await findProgram('tools/run.sh', repo.root, '')).toBeUndefined();
  expect(await findProgram('tools', repo.root, repo.root)).toBeUndefined();
  expect(await findProgram('sh', repo.root, '/nowhere:/bin')).toBe('/bin/sh');
});
