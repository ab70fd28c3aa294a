import { expect, test } from 'vitest';
import { jsonLines } from '../support/program.ts';
import { prepared } from './prepared.ts';

test('every line of run --json says what it is, when it was and of which run; they are numbered without a gap', async () => {
  await using repo = await prepared();
  const ran = await repo.wtOrch(['run', '--all', '--json']);
  expect(ran.code, ran.output).toBe(0);
  const lines = jsonLines(ran.stdout);
  expect(ran.stdout.split('\n')).toHaveLength(lines.length + 1);
  expect(lines.at(-1)?.type).toBe('summary');
  for (const [at, line] of lines.entries()) {
    expect(line).toMatchObject({ type: expect.any(String), seq: at + 1, run: lines[0]?.['run'] });
    expect(new Date(String(line['time'])).toISOString()).toBe(line['time']);
  }
});
