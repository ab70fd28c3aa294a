import type { ConfigFile, ProfileEntry } from './schema.ts';
import type { AgentProfile, GateSettings, Settings } from './settings.ts';

/** The settings that a config file means, with units in the names and the Markdown profiles beside its own; frozen. */
export function assemble(file: ConfigFile, profiles: Readonly<Record<string, AgentProfile>>): Settings {
  const { setupTimeout, ...worktrees } = file.worktrees;
  const { timeout, test, conflicts, ...landing } = file.landing;
  return deepFreeze<Settings>({
    version: file.version,
    tasks: file.tasks,
    ...(file.target === undefined ? {} : { target: file.target }),
    maxParallel: file.maxParallel,
    onConflict: file.onConflict,
    worktrees: { ...worktrees, setupTimeoutMs: setupTimeout },
    git: file.git,
    agents: { ...(file.agents.default === undefined ? {} : { default: file.agents.default }), profiles },
    gates: Object.entries(file.gates).map(([name, gate]) => gateOf(name, gate)),
    landing: {
      ...landing,
      conflicts: conflicts.map(({ command, ...rule }) => ({ ...rule, ...(command === undefined ? {} : { command }) })),
      ...(test === undefined ? {} : { test }),
      timeoutMs: timeout,
    },
    ...(file.budget === undefined ? {} : { budget: file.budget.usd === undefined ? {} : { usd: file.budget.usd } }),
    onExit: file.onExit,
    leaseMs: file.lease,
  });
}

/** The profiles that stand in the config itself, by name, in an object without prototype. */
export function configProfiles(file: ConfigFile): Record<string, AgentProfile> {
  const { default: _default, ...entries } = file.agents;
  return byName(Object.entries(entries).map(([name, entry]) => profileOf(name, entry)));
}

/** Profiles by name, in an object without prototype; of two with one name the later stays. */
export function byName(profiles: readonly AgentProfile[]): Record<string, AgentProfile> {
  const named: Record<string, AgentProfile> = Object.create(null);
  for (const profile of profiles) named[profile.name] = profile;
  return named;
}

/** A profile with its name in it and units in the names of its times. */
export function profileOf(name: string, entry: ProfileEntry): AgentProfile {
  const { timeout, stopGrace, command, model, prompt, env, ...rest } = entry;
  return {
    name,
    ...rest,
    ...(command === undefined ? {} : { command }),
    ...(model === undefined ? {} : { model }),
    ...(prompt === undefined ? {} : { prompt }),
    env: { pass: env.pass, set: Object.assign(Object.create(null), env.set) },
    timeoutMs: timeout,
    stopGraceMs: stopGrace,
  };
}

function gateOf(name: string, gate: ConfigFile['gates'][string]): GateSettings {
  const { tags, paths } = gate.when ?? {};
  const common = {
    name,
    ...(gate.when === undefined
      ? {}
      : { when: { ...(tags === undefined ? {} : { tags }), ...(paths === undefined ? {} : { paths }) } }),
    timeoutMs: gate.timeout,
  };
  if (gate.command !== undefined) return { ...common, kind: 'command', command: gate.command };
  if (gate.builtin === undefined)
    throw new Error(`The schema let the gate ${name} through without builtin and command.`);
  return {
    ...common,
    kind: 'builtin',
    builtin: gate.builtin,
    ...(gate.protect === undefined ? {} : { protect: gate.protect }),
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}
