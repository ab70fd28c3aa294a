import { err, nearest, ok, type Result } from '../std/index.ts';
import type { AgentProfile, Settings } from './settings.ts';

/** The task names it, the config makes it the default, or there is no other. */
export type ProfileReason = 'named' | 'default' | 'onlyOne';

export type NoProfile =
  | { readonly kind: 'unknownAgent'; readonly name: string; readonly nearest?: string }
  | { readonly kind: 'noDefault' };

/**
 * The profile that does a task: the one the task names, else the default, else the only one there is.
 * Fails when the task names none that exists, or names none and there is nothing to choose by.
 */
export function profileFor(
  settings: Settings,
  task: { readonly agent?: string | undefined },
): Result<{ readonly profile: AgentProfile; readonly reason: ProfileReason }, NoProfile> {
  const { profiles, default: fallback } = settings.agents;
  const wanted = task.agent ?? fallback;
  if (wanted === undefined) return onlyOne(Object.values(profiles));
  const profile = Object.hasOwn(profiles, wanted) ? profiles[wanted] : undefined;
  if (profile !== undefined) return ok({ profile, reason: task.agent === undefined ? 'default' : 'named' });
  const meant = nearest(wanted, Object.keys(profiles));
  return err({ kind: 'unknownAgent', name: wanted, ...(meant === undefined ? {} : { nearest: meant }) });
}

/**
 * One profile of the config, or without any one of `.wt-orch/agents`. Files in `.claude/agents` were written for another program,
 * often for reviews only, so none of them gets every task just by being alone.
 */
function onlyOne(
  profiles: readonly AgentProfile[],
): Result<{ profile: AgentProfile; reason: ProfileReason }, NoProfile> {
  const inConfig = profiles.filter((profile) => profile.file === undefined);
  const candidates =
    inConfig.length > 0 ? inConfig : profiles.filter((profile) => profile.file?.startsWith('.wt-orch/'));
  const [profile, second] = candidates;
  return profile === undefined || second !== undefined
    ? err({ kind: 'noDefault' })
    : ok({ profile, reason: 'onlyOne' });
}
