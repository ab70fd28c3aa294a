import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseStatusReport } from '../../src/agents/index.ts';
import { prepared } from './prepared.ts';

test('an agent reports from anywhere in its worktree, as itself, and what it had reported before stays', async () => {
  await using repo = await prepared({ files: { 'src/a.txt': 'a\n' } });
  const before = { status: 'in_progress', progress: 0.1, filesChanged: ['src/a.txt'], extra: { kept: true } };
  await repo.write({ 'agent-status.json': JSON.stringify(before) });
  const env = { WT_ORCH_AGENT: 'worker', WT_ORCH_TASK: 'T-1' };
  const said = ['report-status', '--progress', '0.4', '--message', 'half way'];
  const ran = await repo.wtOrch(said, { env, cwd: join(repo.root, 'src') });
  expect(ran, ran.output).toMatchObject({ code: 0, stdout: '' });
  const text = (await repo.read('agent-status.json')) ?? '';
  const written = JSON.parse(text);
  expect(written).toEqual({
    ...before,
    agentId: 'worker',
    taskId: 'T-1',
    progress: 0.4,
    message: 'half way',
    updatedAt: expect.any(String),
  });
  const context = { task: 'T-1', since: Date.parse(written.updatedAt), now: Date.parse(written.updatedAt) };
  expect(parseStatusReport(new TextEncoder().encode(text), context).ok).toBe(true);
});

test('WT_ORCH_STATUS_FILE says where the report goes', async () => {
  await using repo = await prepared();
  const env = { WT_ORCH_STATUS_FILE: join(repo.folder, 'report.json') };
  await repo.wtOrch(['report-status', '--question', 'Which colour?'], { env });
  expect(JSON.parse((await repo.read('report.json', repo.folder)) ?? '')).toMatchObject({
    status: 'needs_input',
    question: 'Which colour?',
  });
  expect(await repo.read('agent-status.json')).toBeUndefined();
});

test.for([
  ['half a file', '{"status":"in_pro'],
  ['a report nobody would accept', '{"status":"in_progress","filesChanged":7,"extra":1}'],
  ['no object', '[1]'],
])('what stood there before is dropped when it is %s', async ([, text]) => {
  await using repo = await prepared();
  await repo.write({ 'agent-status.json': text });
  expect((await repo.wtOrch(['report-status', '--status', 'completed'])).code).toBe(0);
  const written = JSON.parse((await repo.read('agent-status.json')) ?? '');
  expect(written).toEqual({ status: 'completed', updatedAt: expect.any(String) });
});

test('a link in place of the report is replaced, and what it points to is neither read nor written', async () => {
  await using repo = await prepared();
  await repo.write({ 'elsewhere.json': '{"message":"secret"}' });
  await symlink('elsewhere.json', join(repo.root, 'agent-status.json'));
  await repo.wtOrch(['report-status']);
  expect(await repo.read('elsewhere.json')).toBe('{"message":"secret"}');
  expect(await repo.read('agent-status.json')).not.toContain('secret');
});

test.for([
  ['--progress', '1.1'],
  ['--progress', 'half'],
  ['--progress', '-0.5'],
  ['--status', 'finished'],
  ['--status', 'needs_input'],
  ['--message', 'x'.repeat(5_000)],
])('%s %s is refused, and nothing is written', async ([option = '', value = '']) => {
  await using repo = await prepared();
  expect((await repo.wtOrch(['report-status', `${option}=${value}`])).code).toBe(2);
  expect(await repo.read('agent-status.json')).toBeUndefined();
});

test('outside of a worktree there is nowhere to report to', async () => {
  await using repo = await prepared();
  const ran = await repo.wtOrch(['report-status'], { cwd: repo.folder });
  expect(ran.code).toBe(2);
});
