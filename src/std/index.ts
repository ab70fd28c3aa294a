/** What the standard library lacks: a result type, exhaustive switches, durations, the nearest word. */
export { assertNever } from './assert-never.ts';
export { formatDuration, parseDuration } from './duration.ts';
export { nearest } from './nearest.ts';
export { err, ok, type Result } from './result.ts';
