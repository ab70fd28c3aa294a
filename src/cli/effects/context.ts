import { join } from 'node:path';
import type { ReportWatch } from '../../agents/index.ts';
import type { Git } from '../../git/index.ts';
import type { StepState } from '../../orchestrator/index.ts';
import { type AgentProfile, profileFor, type Settings } from '../../settings/index.ts';
import type { TrainMemory } from '../train-memory.ts';
import type { Workspace } from '../workspace.ts';
import type { SlotPool } from './slot-pool.ts';

/** What the effects of one run share. */
export interface RunContext {
  readonly workspace: Workspace;
  readonly settings: Settings;
  readonly git: Git;
  readonly run: string;
  /** Logs, prompts and artifacts of the run. */
  readonly folder: string;
  readonly target: string;
  /** The environment of agent-written code, before an agent's own additions. */
  readonly env: Record<string, string>;
  /** The user's environment; an agent's profile may let variables of it pass. */
  readonly userEnv: Readonly<Record<string, string>>;
  readonly reports: ReportWatch;
  readonly gateSlots: SlotPool;
  /** What earlier runs taught the train. */
  readonly memory: TrainMemory;
}

export const statusFileName = 'agent-status.json';

/**
 * Files that nobody commits for an agent, and of which the target keeps its own version when an agent commits them: its
 * report, and the task file, which only the coordinator writes.
 */
export const neverLands = (settings: Settings): readonly string[] => [statusFileName, settings.tasks.file];

export const slotsFolder = (workspace: Workspace): string => join(worktreeRoot(workspace), '.slots');

export const worktreeRoot = (workspace: Workspace): string => join(workspace.root, workspace.settings.worktrees.root);

/** A file of the run that belongs to one attempt of one task. */
export const attemptFile = (context: RunContext, step: StepState, what: string): string =>
  join(context.folder, `${step.spec.task}.${step.attempt}.${what}`);

/** The variables that tell a process for which run and task it works. */
export const runVariables = (context: RunContext, step: StepState): Record<string, string> => ({
  WT_ORCH_RUN: context.run,
  WT_ORCH_TASK: step.spec.task,
});

/** Marks the processes of one launch: run, task, attempt, and what it is for. */
export const tagOf = (context: RunContext, step: StepState, what: string): string =>
  `${context.run}/${step.spec.task}/${step.attempt}/${what}`;

export function requireProfile(context: RunContext, step: StepState): AgentProfile {
  const found = profileFor(context.settings, { agent: step.spec.agent });
  if (!found.ok) throw new Error(`The profile ${step.spec.agent} was there when the run began`);
  return found.value.profile;
}
