import { err, ok } from '../std/index.ts';
import { now, pause, readSettled } from '../system/index.ts';
import type { TellAgent } from './agent-event.ts';
import type { ReportWatch } from './report-watch.ts';
import { claimOf, parseStatusReport, statusReportLimit } from './status-report.ts';

/** An agent that reports more often than this is heard with its newest word, so that it cannot flood the journal. */
const leastBetweenMs = 100;

export interface ReportSource {
  readonly task: string;
  readonly file: string;
  /** When the attempt began, in milliseconds since 1970. */
  readonly since: number;
}

/**
 * Follows the status report of one agent and tells each new claim, or why a report was rejected; the same word is told once.
 * `finish` reads it a last time, so that what was written just before the end is not lost, and stops; `stop` only stops.
 */
export function followReports(
  source: ReportSource,
  watch: ReportWatch,
  tell: TellAgent,
): { readonly finish: () => Promise<void>; readonly stop: () => void } {
  const over = new AbortController();
  let last = '';
  let dirty = false;
  let reading: Promise<void> | undefined;

  const hear = async (): Promise<void> => {
    const word = await read(source);
    const text = JSON.stringify(word);
    if (word === undefined || text === last) return;
    last = text;
    await tell(word);
  };
  const follow = async (): Promise<void> => {
    while (dirty) {
      dirty = false;
      await hear();
      await pause(leastBetweenMs, over.signal);
    }
    reading = undefined;
  };
  const changed = (): void => {
    dirty = true;
    reading ??= follow().catch(() => undefined);
  };
  const unwatch = watch.add(source.file, changed);

  const stop = (): void => {
    over.abort();
    unwatch();
  };
  return {
    finish: async () => {
      stop();
      await reading;
      await hear();
    },
    stop,
  };
}

type Word = Parameters<TellAgent>[0];

async function read(source: ReportSource): Promise<Word | undefined> {
  const { task } = source;
  const report = await readSettled(source.file, statusReportLimit, (bytes) => {
    const parsed = parseStatusReport(bytes, { task, since: source.since, now: now() });
    return parsed.ok || parsed.error.kind === 'rejected' ? ok(parsed) : err({ kind: 'incomplete' } as const);
  });
  if (!report.ok) return rejection(task, report.error.kind);
  const parsed = report.value;
  if (parsed.ok) return { type: 'statusReported', task, claim: claimOf(parsed.value) };
  return {
    type: 'reportRejected',
    task,
    problem: parsed.error.kind === 'rejected' ? parsed.error.why : 'it is no complete JSON',
  };
}

function rejection(task: string, kind: string): Word | undefined {
  switch (kind) {
    case 'missing':
      return undefined;
    case 'tooBig':
      return { type: 'reportRejected', task, problem: `it is larger than ${statusReportLimit / 1024} KB` };
    case 'notRegular':
      return { type: 'reportRejected', task, problem: 'it is not a regular file' };
    case 'incomplete':
      return { type: 'reportRejected', task, problem: 'it is no complete JSON' };
    default:
      return { type: 'reportRejected', task, problem: 'it cannot be read' };
  }
}
