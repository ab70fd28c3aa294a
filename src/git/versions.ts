import type { Repository } from './git.ts';

export type GitVersion = Repository['gitVersion'];

/** The oldest git that works: `merge-tree --write-tree` and `safe.bareRepository` came with it. */
export const oldestGit = [2, 38] as const;

export type GitAbility = keyof typeof abilities;

/**
 * What git learned after the oldest one that works, as far as it makes a difference here (release notes of git). The first is
 * used where it is there; the others change how git itself behaves while agents work beside each other.
 */
const abilities = {
  mergeMany: { since: [2, 39], gives: 'many merges in one process' },
  branchGuard: { since: [2, 44], gives: "an agent's `checkout -B` cannot take a branch that another worktree has" },
  tableRetries: { since: [2, 47], gives: 'git waits for the lock of refs that are kept in tables' },
  lockOwner: { since: [2, 54], gives: 'a lock file can name its owner (`core.lockfilePid`)' },
  configRetries: { since: [2, 56], gives: 'git waits for the lock of its configuration' },
} as const;

/** Whether a git of this version can do it. */
export function gitCan(version: GitVersion, ability: GitAbility): boolean {
  return isAtLeast(version, abilities[ability].since);
}

export function isAtLeast(version: GitVersion, [major, minor]: readonly [number, number]): boolean {
  return version[0] > major || (version[0] === major && version[1] >= minor);
}

/** What a version gives beside what every git that works has, and what newer ones would give, each with its version. */
export function gitGives(version: GitVersion): {
  readonly has: readonly string[];
  readonly lacks: readonly { readonly since: string; readonly gives: string }[];
} {
  const all = Object.values(abilities);
  return {
    has: all.filter(({ since }) => isAtLeast(version, since)).map(({ gives }) => gives),
    lacks: all
      .filter(({ since }) => !isAtLeast(version, since))
      .map(({ since, gives }) => ({ since: since.join('.'), gives })),
  };
}

/** The version in what `git version` prints (`git version 2.39.5 (Apple Git-154)`, `2.45.1.windows.1`); undefined when there is none. */
export function parseVersion(said: string): GitVersion | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(said);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}
