import { expect, test } from 'vitest';
import { pause } from '../../src/system/index.ts';

test('a pause of a month is not over at once', async () => {
  const over = new AbortController();
  const month = pause(30 * 86_400_000, over.signal).then(() => 'month' as const);
  const moment = pause(20).then(() => 'moment' as const);
  expect(await Promise.race([month, moment])).toBe('moment');
  over.abort();
  expect(await month).toBe('month');
});
