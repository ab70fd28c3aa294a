import { pause } from './clock.ts';
import { endTree, sweepTag } from './end-tree.ts';
import { type Exit, type LaunchPlan, launch, type StartFailure } from './launch.ts';

export type LoggedEnd =
  | { readonly kind: 'exited'; readonly exit: Exit }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'cancelled' }
  | StartFailure;

export interface LoggedPlan extends LaunchPlan {
  readonly timeoutMs: number;
  /** Between TERM and KILL on a timeout or an abort; 5 s if not given. */
  readonly graceMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Launches a command, waits for its end, its time limit or the abort, and lets nothing of it survive: also after a normal
 * exit what it left in the background is ended. Never rejects.
 */
export async function runLogged(plan: LoggedPlan): Promise<LoggedEnd> {
  const isCancelled = () => plan.signal?.aborted ?? false;
  if (isCancelled()) return { kind: 'cancelled' };
  const started = await launch(plan);
  if (!started.ok) return started.error;
  const launched = started.value;

  const settled = new AbortController();
  const limits = plan.signal === undefined ? settled.signal : AbortSignal.any([settled.signal, plan.signal]);
  const limit = pause(plan.timeoutMs, limits).then(() => undefined);
  const exit = await Promise.race([launched.exited, limit]);
  settled.abort();
  if (exit !== undefined) {
    await sweepTag(plan.tag, { group: launched.identity });
    return { kind: 'exited', exit };
  }
  await endTree(launched, plan.tag, { graceMs: plan.graceMs ?? 5_000 });
  return { kind: isCancelled() ? 'cancelled' : 'timedOut' };
}
