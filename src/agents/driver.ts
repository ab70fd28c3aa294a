import { err, ok, type Result } from '../std/index.ts';

/** The part of an agent's profile that a driver reads. */
export interface DriverProfile {
  readonly name: string;
  readonly driver: string;
  readonly command?: string | readonly string[];
  readonly model?: string;
  readonly permissions: 'edit' | 'full';
}

/** What every driver is told about the attempt. */
export interface DriverTask {
  readonly task: string;
  readonly worktree: string;
  readonly promptFile: string;
}

/**
 * How a kind of agent is started: data and pure functions, nothing that acts.
 * Another kind of agent is another value of this type; the life of an agent around it stays the same.
 */
export interface Driver {
  readonly name: string;
  /** The command line of one attempt. */
  readonly command: (profile: DriverProfile, task: DriverTask) => Result<string | readonly string[], DriverProblem>;
  /** Where the agent reads its prompt: on standard input, which is closed after it, or only from the prompt file. */
  readonly promptOn: 'stdin' | 'file';
  /** Variables it needs beside those that every agent gets. */
  readonly environment: (profile: DriverProfile, task: DriverTask) => Readonly<Record<string, string>>;
}

export type DriverProblem =
  | { readonly kind: 'unknownDriver'; readonly driver: string; readonly known: readonly string[] }
  | { readonly kind: 'noCommand'; readonly agent: string };

/** A command of the user's own: the contract is the environment, the prompt, the status file, the exit code and the commits. */
const commandDriver: Driver = {
  name: 'command',
  promptOn: 'stdin',
  command: (profile) =>
    profile.command === undefined ? err({ kind: 'noCommand', agent: profile.name }) : ok(profile.command),
  environment: (profile) => (profile.model === undefined ? {} : { WT_ORCH_MODEL: profile.model }),
};

const drivers: readonly Driver[] = [commandDriver];

/** The driver of that name. Fails with the names there are. */
export function driverNamed(name: string): Result<Driver, DriverProblem> {
  const driver = drivers.find((candidate) => candidate.name === name);
  return driver === undefined
    ? err({ kind: 'unknownDriver', driver: name, known: drivers.map((candidate) => candidate.name) })
    : ok(driver);
}
