import { randomBytes } from 'node:crypto';
import { now } from '../system/index.ts';

/** Short enough to say aloud, sorted by time: the day and the time in UTC, and four letters against two in one second. */
export function newRunId(): string {
  const stamp = new Date(now()).toISOString().replace(/[-:]/g, '').slice(0, 15).replace('T', '-');
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}
