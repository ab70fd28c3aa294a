import { join } from 'node:path';
import { type Attempt, buildPrompt, driverNamed, type PromptParts, runAgent } from '../../agents/index.ts';
import type { Effects, StepState, Tell } from '../../orchestrator/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { removeTree, writeAtomic } from '../../system/index.ts';
import { attemptFile, type RunContext, requireProfile, runVariables, statusFileName, tagOf } from './context.ts';
import { hushed, hushLog, type TellAgent } from './hush.ts';

/** Starts the agent of a step in its worktree and stays with it to its end. */
export function runAgentEffect(context: RunContext): Effects['runAgent'] {
  return async (step, _state, tell, signal) => {
    if (step.phase.name === 'running') return lostAgent(step, tell);
    const attempt = await attemptOf(context, step, promptOf);
    if (attempt.ok) await runHushed(context, step, attempt.value, tell, signal);
    else await cannotStart(step.spec.task, attempt.error, tell);
  };
}

/** Runs an attempt; secrets stay out of what is recorded of it, and out of its log once it has ended. */
export async function runHushed(
  context: RunContext,
  step: StepState,
  attempt: Attempt,
  tell: TellAgent,
  signal: AbortSignal,
): Promise<void> {
  const secrets = Object.entries(passed(context, requireProfile(context, step).env.pass));
  try {
    await runAgent(attempt, context.reports, hushed(tell, secrets), signal);
  } finally {
    await hushLog(attempt.log, secrets);
  }
}

/** What every prompt of a step begins with. */
export type PromptBasis = Pick<PromptParts, 'task' | 'title' | 'text' | 'claims' | 'preamble' | 'statusFile'>;

/** Writes the prompt and puts together what the start of a step's agent needs. Fails, in words, when it cannot be started. */
export async function attemptOf(
  context: RunContext,
  step: StepState,
  prompt: (basis: PromptBasis, step: StepState) => string,
): Promise<Result<Attempt, string>> {
  const { task, title, text, claims, worktree, timeoutMs } = step.spec;
  const profile = {
    ...requireProfile(context, step),
    ...(step.spec.model === undefined ? {} : { model: step.spec.model }),
  };
  const driver = driverNamed(profile.driver);
  if (!driver.ok) return err(`the driver ${profile.driver} cannot be started by this version`);
  const statusFile = join(worktree, statusFileName);
  // A report of an earlier attempt would be read as this one's.
  await removeTree(statusFile);
  const promptFile = attemptFile(context, step, 'prompt.md');
  const { promptText } = profile;
  const basis = {
    task,
    title,
    text,
    claims,
    statusFile,
    ...(promptText === undefined ? {} : { preamble: promptText }),
  };
  await writeAtomic(promptFile, prompt(basis, step));
  const about = { task, worktree, promptFile };
  const command = driver.value.command(profile, about);
  if (!command.ok) return err(`the agent ${profile.name} has no command`);
  const env = {
    ...context.env,
    ...driver.value.environment(profile, about),
    ...passed(context, profile.env.pass),
    ...profile.env.set,
    ...runVariables(context, step),
    WT_ORCH_AGENT: profile.name,
    WT_ORCH_STATUS_FILE: statusFile,
    WT_ORCH_PROMPT_FILE: promptFile,
  };
  const stdin = driver.value.promptOn === 'stdin' ? { stdinFile: promptFile } : {};
  const log = attemptFile(context, step, 'log');
  const tag = tagOf(context, step, 'agent');
  const { stopGraceMs } = profile;
  return ok({ task, command: command.value, worktree, env, log, tag, statusFile, timeoutMs, stopGraceMs, ...stdin });
}

/** The variables of the user's environment that a profile lets pass. */
function passed(context: RunContext, names: readonly string[]): Record<string, string> {
  const found = names.flatMap((name) => {
    const value = context.userEnv[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

const promptOf = (basis: PromptBasis, { note }: StepState): string =>
  buildPrompt({ ...basis, ...(note === undefined ? {} : { note }) });

async function cannotStart(task: string, detail: string, tell: Tell): Promise<void> {
  await tell({ type: 'stepEnded', task, outcome: 'agent_failed', reason: { kind: 'startFailed', detail } });
}

/** A step that runs with nobody beside it: the process that started its agent is gone. */
async function lostAgent(step: StepState, tell: Tell): Promise<void> {
  await tell({
    type: 'stepEnded',
    task: step.spec.task,
    outcome: 'agent_failed',
    reason: { kind: 'internal', detail: 'the agent was lost' },
  });
}
