import { expect, test } from 'vitest';
import { leftovers } from './evidence.ts';
import { project } from './project.ts';

test('a task that asks for approval waits for it, and the answer lands it', async () => {
  await using p = await project({ tasks: '- [ ] P-1 Careful — approve: always\n- [ ] P-2 Free\n' });
  const run = await p.runJson('--all');
  expect(run.code, run.output).toBe(4);
  expect([run.outcome('P-1'), run.outcome('P-2')]).toEqual(['waiting_person', 'landed']);
  expect(await p.mainLine()).toEqual(['P-2: Free', 'first']);
  const [question] = (await p.status()).questions;
  expect(question).toMatchObject({ kind: 'approve', options: ['approve', 'reject'] });
  const nonsense = await p.wtOrch(['answer', question?.id ?? '', 'maybe']);
  expect([nonsense.code, nonsense.output]).toEqual([2, expect.stringContaining('approve, reject')]);
  const answer = await p.wtOrch(['answer', question?.id ?? '', 'approve']);
  expect(answer.code, answer.output).toBe(0);
  expect(await p.mainLine()).toEqual(['P-1: Careful', 'P-2: Free', 'first']);
  expect(await leftovers(p)).toEqual([]);
});

const asks = `if grep -q 'with blue' ; then put colour.txt blue; else put half.txt half; report '{"status":"needs_input","question":"Which colour?"}'; fi`;

test('an agent that needs an answer asks, and goes on with the answer in its prompt', async () => {
  await using p = await project({ tasks: ['P-1'], agents: { 'P-1': asks } });
  const run = await p.runJson('P-1');
  expect(run.code, run.output).toBe(4);
  expect(run.outcome('P-1')).toBe('waiting_person');
  const [question] = (await p.status()).questions;
  expect(question).toMatchObject({ kind: 'input', prompt: 'Which colour?' });
  const answer = await p.wtOrch(['answer', question?.id ?? '', 'with', 'blue']);
  expect(answer.code, answer.output).toBe(0);
  expect(await p.read('colour.txt')).toBe('blue\n');
  expect(await p.read('half.txt')).toBe('half\n');
  expect(await p.tasksFile()).toContain('- [x] P-1');
});

test('a question can be answered while the run goes on', async () => {
  await using p = await project({
    tasks: ['P-1', 'P-2'],
    agents: { 'P-1': asks, 'P-2': 'wait_for go; put two.txt 2' },
  });
  const run = p.start(['run', '--json', '--all']);
  await run.line('personAwaited', 'P-1');
  const [question] = (await p.status()).questions;
  const answer = await p.wtOrch(['answer', question?.id ?? '', 'with blue']);
  expect(answer.code, answer.output).toBe(0);
  await run.line('landed', 'P-1');
  await p.say('go');
  const ended = await run.ended;
  expect(ended.code, ended.output).toBe(0);
  expect(await p.read('colour.txt')).toBe('blue\n');
});

test('an answer to no question says so', async () => {
  await using p = await project({ tasks: ['P-1'] });
  const answer = await p.wtOrch(['answer', 'q9', 'yes']);
  expect([answer.code, answer.output]).toEqual([2, expect.stringContaining('no open question q9')]);
});
