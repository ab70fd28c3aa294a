import { expect, test } from 'vitest';
import { prepared } from './prepared.ts';

test('report gives the account of the latest run, or of the one that is named', async () => {
  await using repo = await prepared();
  expect((await repo.wtOrch(['run', 'T-1'])).code).toBe(0);
  const first = JSON.parse((await repo.wtOrch(['report', '--json'])).stdout);
  expect((await repo.wtOrch(['run', 'T-2'])).code).toBe(0);
  const latest = await repo.wtOrch(['report']);
  expect(latest.stdout).toContain('T-2');
  expect(latest.stdout).not.toContain('T-1');
  const named = await repo.wtOrch(['report', first.run, '--format', 'md']);
  expect(named.stdout).toContain(first.run);
  expect(named.stdout).toContain('T-1');
});

test('an unknown run is refused with the ones that there are', async () => {
  await using repo = await prepared();
  expect((await repo.wtOrch(['report'])).code).toBe(2);
  await repo.wtOrch(['run', 'T-1']);
  const { run } = JSON.parse((await repo.wtOrch(['status', '--json'])).stdout);
  const unknown = await repo.wtOrch(['report', 'yesterday']);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toContain(run);
});

test('a format that there is not is refused', async () => {
  await using repo = await prepared();
  for (const format of ['html', 'pdf']) expect((await repo.wtOrch(['report', '--format', format])).code).toBe(2);
});
