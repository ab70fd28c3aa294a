import { join } from 'node:path';
import { buildPrompt, driverNamed, runAgent } from '../../agents/index.ts';
import type { Effects, StepState, Tell } from '../../orchestrator/index.ts';
import { removeTree, writeAtomic } from '../../system/index.ts';
import { attemptFile, type RunContext, requireProfile, runVariables, statusFileName, tagOf } from './context.ts';
import { hushed, hushLog } from './hush.ts';

/** Starts the agent of a step in its worktree and stays with it to its end. */
export function runAgentEffect(context: RunContext): Effects['runAgent'] {
  return async (step, _state, tell, signal) => {
    const { task, worktree } = step.spec;
    if (step.phase.name === 'running') return lostAgent(step, tell);
    const profile = {
      ...requireProfile(context, step),
      ...(step.spec.model === undefined ? {} : { model: step.spec.model }),
    };
    const driver = driverNamed(profile.driver);
    if (!driver.ok) return cannotStart(task, `the driver ${profile.driver} cannot be started by this version`, tell);
    const statusFile = join(worktree, statusFileName);
    // A report of an earlier attempt would be read as this one's.
    await removeTree(statusFile);
    const promptFile = attemptFile(context, step, 'prompt.md');
    await writeAtomic(promptFile, promptOf(step, profile.promptText, statusFile));
    const about = { task, worktree, promptFile };
    const command = driver.value.command(profile, about);
    if (!command.ok) return cannotStart(task, `the agent ${profile.name} has no command`, tell);
    const passed = profile.env.pass.flatMap((name) => {
      const value = context.userEnv[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const env = {
      ...context.env,
      ...driver.value.environment(profile, about),
      ...Object.fromEntries(passed),
      ...profile.env.set,
      ...runVariables(context, step),
      WT_ORCH_AGENT: profile.name,
      WT_ORCH_STATUS_FILE: statusFile,
      WT_ORCH_PROMPT_FILE: promptFile,
    };
    const log = attemptFile(context, step, 'log');
    const tag = tagOf(context, step, 'agent');
    const { timeoutMs } = step.spec;
    const { stopGraceMs } = profile;
    const stdin = driver.value.promptOn === 'stdin' ? { stdinFile: promptFile } : {};
    const attempt = {
      task,
      command: command.value,
      worktree,
      env,
      log,
      tag,
      statusFile,
      timeoutMs,
      stopGraceMs,
      ...stdin,
    };
    try {
      await runAgent(attempt, context.reports, hushed(tell, passed), signal);
    } finally {
      await hushLog(log, passed);
    }
  };
}

function promptOf(step: StepState, preamble: string | undefined, statusFile: string): string {
  const { task, title, text, claims } = step.spec;
  return buildPrompt({
    task,
    title,
    text,
    claims,
    statusFile,
    ...(preamble === undefined ? {} : { preamble }),
    ...(step.note === undefined ? {} : { note: step.note }),
  });
}

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
