import { expect, test } from 'vitest';
import { buildPrompt, driverNamed } from '../../src/agents/index.ts';

const parts = {
  task: 'DEV-15',
  title: 'Transfers',
  text: '### [ ] DEV-15: Transfers\n- files: a.ts\n\nBetween accounts.\n\n',
  claims: ['a.ts', 'create b.ts'],
  statusFile: '/w/bot-DEV-15/agent-status.json',
};

test('the prompt holds the words of the profile, the whole task, its files, an answer, and how to report', () => {
  expect(buildPrompt({ ...parts, preamble: 'You know banking.\n', note: 'The left one.' })).toMatchInlineSnapshot(`
    "You know banking.

    You work on task DEV-15: Transfers

    The task, as it stands in the task file:

    ### [ ] DEV-15: Transfers
    - files: a.ts

    Between accounts.

    Files that this task says it will touch:

    - a.ts
    - create b.ts

    A person answered your question:

    The left one.

    You are in a git worktree of your own, on a branch of your own. Work only here. Commit your work; what you leave uncommitted is committed for you.
    Do not edit the task file and do not merge, rebase or push: the coordinator does.
    Report how you are doing in /w/bot-DEV-15/agent-status.json (replace the file as a whole), or with \`wt-orch report-status\`:
    { "taskId": "DEV-15", "status": "in_progress", "progress": 0.4, "message": "what you are doing" }
    \`status\` is in_progress, completed, failed (with a message), needs_input (with a question), or no_change when nothing has to be done.
    "
  `);
});

test('what there is none of leaves no trace in the prompt', () => {
  const prompt = buildPrompt({ ...parts, claims: [], preamble: '  \n' });
  expect(prompt).toMatch(/^You work on task DEV-15: Transfers\n/);
  expect(prompt).not.toMatch(/Files that this task|answered|\n{3}/);
});

test('the driver of commands starts what the profile says, and refuses a profile that says nothing', () => {
  const driver = driverNamed('command');
  if (!driver.ok) throw new Error('there is no driver for commands');
  const about = { task: 'A', worktree: '/w', promptFile: '/p' };
  const profile = { name: 'bot', driver: 'command', permissions: 'edit' } as const;
  expect(driver.value.command({ ...profile, command: ['node', 'agent.mjs'] }, about)).toEqual({
    ok: true,
    value: ['node', 'agent.mjs'],
  });
  expect(driver.value.command(profile, about)).toEqual({ ok: false, error: { kind: 'noCommand', agent: 'bot' } });
  expect(driver.value.environment({ ...profile, model: 'haiku' }, about)).toEqual({ WT_ORCH_MODEL: 'haiku' });
  expect(driver.value.environment(profile, about)).toEqual({});
});

test('a driver that there is not is refused with those there are', () => {
  expect(driverNamed('telepathy')).toMatchObject({
    ok: false,
    error: { kind: 'unknownDriver', driver: 'telepathy', known: expect.arrayContaining(['command']) },
  });
});
