import { type Git, openSlot, pointSlot, slotMatches } from '../git/index.ts';
import { type LaunchPlan, runLogged } from '../system/index.ts';
import type { Position, TellTrain, TrainReason, Verdict } from './train.ts';

export interface TestPlan {
  /** The folder of the integration worktrees, `<worktrees root>/.slots`. */
  readonly slotsFolder: string;
  readonly commands: readonly LaunchPlan['command'][];
  readonly timeoutMs: number;
  /** Names that stay in a slot between uses, such as `node_modules`. */
  readonly keep: readonly string[];
  readonly env: Record<string, string>;
  readonly tag: string;
  readonly log: string;
  /** Installs what the tests need in a slot that was just pointed at a commit. Answers with what went wrong, if anything. */
  readonly setUp: (folder: string, commit: string, log: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly now: () => number;
}

/**
 * Tests one position in the integration worktree and tells the verdict.
 * Only "every command ran and exited 0, on exactly that tree" is green. Exit codes other than 0 are red;
 * a command that could not run, ran out of time, or left tracked files changed gives no verdict, which never lands.
 */
export async function testPosition(
  git: Git,
  plan: TestPlan,
  position: Position,
  tell: TellTrain,
  signal: AbortSignal,
): Promise<void> {
  await tell({ type: 'testStarted', position, log: plan.log });
  const began = plan.now();
  const verdict = await verdictOn(git, plan, position, signal);
  if (signal.aborted) return;
  const why = verdict.why === undefined ? {} : { why: verdict.why };
  await tell({ type: 'testEnded', position, verdict: verdict.verdict, ms: plan.now() - began, log: plan.log, ...why });
}

async function verdictOn(
  git: Git,
  plan: TestPlan,
  position: Position,
  signal: AbortSignal,
): Promise<Omit<Verdict, 'log'>> {
  const slot = await openSlot(git, plan.slotsFolder, '1');
  const pointed = await pointSlot(git, slot, position.commit, plan.keep);
  if (!pointed.ok) return unknown({ kind: 'testsUnrunnable', detail: pointed.error.message, log: plan.log });
  const missing = await plan.setUp(slot.path, position.commit, plan.log, signal);
  if (missing !== undefined) return unknown({ kind: 'testsUnrunnable', detail: missing, log: plan.log });
  for (const command of plan.commands) {
    const { env, tag, log: logFile, timeoutMs } = plan;
    const ran = await runLogged({ command, cwd: slot.path, env, tag, logFile, timeoutMs, signal });
    const words = typeof command === 'string' ? command : command.join(' ');
    if (ran.kind === 'startFailed')
      return unknown({ kind: 'testsUnrunnable', detail: `${words}: ${ran.message}`, log: plan.log });
    if (ran.kind === 'timedOut') return unknown({ kind: 'testsTimedOut', detail: words, log: plan.log });
    if (ran.kind === 'cancelled') return unknown({ kind: 'testsUnrunnable', detail: 'stopped', log: plan.log });
    if (ran.exit.code !== 0) return { verdict: 'red', why: { kind: 'testsRed', detail: words, log: plan.log } };
  }
  const clean = await slotMatches(git, slot, position.commit);
  return clean
    ? { verdict: 'green' }
    : unknown({ kind: 'testsUnrunnable', detail: 'the tests changed tracked files or moved HEAD', log: plan.log });
}

const unknown = (why: TrainReason): Omit<Verdict, 'log'> => ({ verdict: 'unknown', why });
