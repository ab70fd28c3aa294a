import { type Git, openSlot, pointSlot, type Slot, slotMatches } from '../git/index.ts';
import { ensureFolder, type LaunchPlan, removeTree, runLogged } from '../system/index.ts';
import type { TrainReason, Verdict } from './train.ts';

export interface TestPlan {
  /** The folder of the integration worktrees, `<worktrees root>/.slots`. */
  readonly slotsFolder: string;
  readonly slot: string;
  /** The slot's own folder for temporary files: empty when the tests begin, gone when they have ended. */
  readonly scratch: string;
  readonly commands: readonly LaunchPlan['command'][];
  readonly timeoutMs: number;
  /** Names that stay in a slot between uses, such as `node_modules`. */
  readonly keep: readonly string[];
  readonly env: Record<string, string>;
  readonly tag: string;
  readonly log: string;
  /** Installs what the tests need in a slot that was just pointed at a commit. Answers with what went wrong, if anything. */
  readonly setUp: (folder: string, log: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly now: () => number;
}

/**
 * Tests one commit in an integration worktree.
 * Only "every command ran and exited 0, on exactly that tree" is green. Exit codes other than 0 are red;
 * a command that could not run, ran out of time, or left tracked files changed gives no verdict, which never lands.
 * What it answers after an abort means nothing.
 */
export async function testCommit(git: Git, plan: TestPlan, commit: string, signal: AbortSignal): Promise<Verdict> {
  const { log } = plan;
  const slot = await openSlot(git, plan.slotsFolder, plan.slot);
  const pointed = await pointSlot(git, slot, commit, plan.keep);
  if (!pointed.ok) return unknown({ kind: 'testsUnrunnable', detail: pointed.error.message, log });
  const missing = await plan.setUp(slot.path, log, signal);
  if (missing !== undefined) return unknown({ kind: 'testsUnrunnable', detail: missing, log });
  await removeTree(plan.scratch);
  await ensureFolder(plan.scratch, 0o700);
  try {
    return (await runTests(plan, slot.path, signal)) ?? (await greenIfUntouched(git, plan, slot, commit));
  } finally {
    await removeTree(plan.scratch);
  }
}

/** Runs the commands one after the other, up to the first that does not pass. */
async function runTests(plan: TestPlan, cwd: string, signal: AbortSignal): Promise<Verdict | undefined> {
  const { log, tag, timeoutMs } = plan;
  const env = { ...plan.env, TMPDIR: plan.scratch };
  for (const command of plan.commands) {
    const ran = await runLogged({ command, cwd, env, tag, logFile: log, timeoutMs, signal });
    const words = typeof command === 'string' ? command : command.join(' ');
    if (ran.kind === 'startFailed')
      return unknown({ kind: 'testsUnrunnable', detail: `${words}: ${ran.message}`, log });
    if (ran.kind === 'timedOut') return unknown({ kind: 'testsTimedOut', detail: words, log });
    if (ran.kind === 'cancelled') return unknown({ kind: 'testsUnrunnable', detail: 'stopped', log });
    if (ran.exit.code !== 0) return { verdict: 'red', log, why: { kind: 'testsRed', detail: words, log } };
  }
  return undefined;
}

async function greenIfUntouched(git: Git, { log }: TestPlan, slot: Slot, commit: string): Promise<Verdict> {
  if (await slotMatches(git, slot, commit)) return { verdict: 'green', log };
  return unknown({ kind: 'testsUnrunnable', detail: 'the tests changed tracked files or moved HEAD', log });
}

const unknown = (why: TrainReason & { readonly log: string }): Verdict => ({ verdict: 'unknown', log: why.log, why });
