import { endTree, type Launched, launch, now, pause, sweepTag } from '../system/index.ts';
import type { TellAgent } from './agent-event.ts';
import { followReports } from './follow-reports.ts';
import type { ReportWatch } from './report-watch.ts';

/** One start of one agent, with everything decided: what runs, where, with what, and for how long. */
export interface Attempt {
  readonly task: string;
  readonly command: string | readonly string[];
  readonly worktree: string;
  readonly env: Record<string, string>;
  /** What stands on standard input; without it the agent's standard input is empty. */
  readonly stdinFile?: string;
  readonly log: string;
  /** Marks every process that comes from this start, however far it strays. */
  readonly tag: string;
  readonly statusFile: string;
  readonly timeoutMs: number;
  readonly stopGraceMs: number;
}

type End = { readonly ended: 'itself' | 'timeLimit' | 'stopped'; readonly code?: number; readonly signal?: string };

/**
 * Runs one attempt from its intent to its end. Ends when the process itself ends, not when it says so;
 * at the time limit or on abort the whole tree is ended, and after a normal end whatever it left in the background.
 */
export async function runAgent(
  attempt: Attempt,
  watch: ReportWatch,
  tell: TellAgent,
  signal: AbortSignal,
): Promise<void> {
  const { task, tag, log } = attempt;
  const command = typeof attempt.command === 'string' ? attempt.command : attempt.command.join(' ');
  await tell({ type: 'agentIntended', task, tag, log, command });
  if (signal.aborted) return exited(task, tell, { ended: 'stopped' }, []);
  const started = await launch({
    command: attempt.command,
    cwd: attempt.worktree,
    env: attempt.env,
    logFile: log,
    tag,
    ...(attempt.stdinFile === undefined ? {} : { stdinFile: attempt.stdinFile }),
  });
  if (!started.ok) {
    await tell({
      type: 'stepEnded',
      task,
      outcome: 'agent_failed',
      reason: { kind: 'startFailed', detail: started.error.message },
    });
    return;
  }
  try {
    await stayWith(attempt, started.value, watch, tell, signal);
  } catch (error) {
    // Nothing can be recorded any more; the agent ends all the same.
    await endTree(started.value, tag, { graceMs: attempt.stopGraceMs });
    throw error;
  }
}

async function stayWith(
  attempt: Attempt,
  launched: Launched,
  watch: ReportWatch,
  tell: TellAgent,
  signal: AbortSignal,
): Promise<void> {
  const { task, tag } = attempt;
  await tell({ type: 'agentStarted', task, ...launched.identity });
  const reports = followReports({ task, file: attempt.statusFile, since: now() }, watch, tell);
  try {
    const end = await endOf(attempt, launched, tell, signal);
    const { survivors } = end.ended === 'itself' ? await sweepTag(tag, { group: launched.identity }) : end;
    await reports.finish();
    await exited(task, tell, end, survivors);
  } finally {
    reports.stop();
  }
}

async function endOf(
  attempt: Attempt,
  launched: Launched,
  tell: TellAgent,
  signal: AbortSignal,
): Promise<End & { readonly survivors: readonly number[] }> {
  const over = new AbortController();
  const interrupted = pause(attempt.timeoutMs, AbortSignal.any([signal, over.signal])).then(() => undefined);
  const exit = await Promise.race([launched.exited, interrupted]);
  over.abort();
  if (exit !== undefined) {
    const { code, signal: by } = exit;
    return {
      ended: 'itself',
      ...(code === undefined ? {} : { code }),
      ...(by === undefined ? {} : { signal: by }),
      survivors: [],
    };
  }
  const why = signal.aborted ? 'stopped' : 'timeLimit';
  await tell({ type: 'agentStopIntended', task: attempt.task, why });
  const { survivors } = await endTree(launched, attempt.tag, { graceMs: attempt.stopGraceMs });
  return { ended: why, survivors };
}

async function exited(task: string, tell: TellAgent, end: End, survivors: readonly number[]): Promise<void> {
  const { ended, code, signal } = end;
  await tell({
    type: 'agentExited',
    task,
    ended,
    ...(code === undefined ? {} : { code }),
    ...(signal === undefined ? {} : { signal }),
    survivors,
  });
}
