/** A string goes through the shell; a list is a program and its arguments, started as they are. */
export type Command = string | readonly string[];

/** How one kind of agent is started, and within which limits. */
export interface AgentProfile {
  readonly name: string;
  /** One of `knownDrivers`. */
  readonly driver: string;
  /** Always there when the driver is `command`. */
  readonly command?: Command;
  readonly model?: string;
  readonly timeoutMs: number;
  /** Path patterns of the files that are this agent's. */
  readonly owns: readonly string[];
  readonly tags: readonly string[];
  /** Path of a prompt file, relative to the root, with `/`. */
  readonly prompt?: string;
  /** The text to put before each task: of the prompt file, or the body of a Markdown profile. */
  readonly promptText?: string;
  readonly env: {
    /** Names of variables taken over from the user's environment. */
    readonly pass: readonly string[];
    readonly set: Readonly<Record<string, string>>;
  };
  readonly harvest: boolean;
  readonly rounds: number;
  readonly permissions: 'edit' | 'full';
  readonly stopGraceMs: number;
  /** From the front matter of a Markdown profile. */
  readonly description?: string;
  /** Tool names from the front matter of a Markdown profile; absent means no restriction was written. */
  readonly tools?: readonly string[];
  /** The Markdown file that defines this profile, relative to the root; absent for a profile of the config. */
  readonly file?: string;
}

/** One check on a finished branch: built in, or a command whose exit code is the verdict. */
export type GateSettings = {
  readonly name: string;
  readonly when?: { readonly tags?: readonly string[]; readonly paths?: readonly string[] };
  readonly timeoutMs: number;
} & (
  | { readonly kind: 'builtin'; readonly builtin: 'security' | 'compliance'; readonly protect?: readonly string[] }
  | { readonly kind: 'command'; readonly command: Command }
);

/** What to do with files that do not merge. */
export interface ConflictSettings {
  readonly paths: readonly string[];
  readonly rule: 'newest' | 'merge' | 'regenerate' | 'manual';
  /** Only with `regenerate`. */
  readonly command?: Command;
}

/** The whole config after defaults: deeply frozen, read once, passed down. */
export interface Settings {
  readonly version: 1;
  readonly tasks: { readonly file: string; readonly markInProgress: boolean };
  /** Absent: the branch checked out in the main worktree at the start. */
  readonly target?: string;
  readonly maxParallel: number;
  readonly onConflict: 'ask' | 'sequential' | 'parallel' | 'cancel';
  readonly worktrees: {
    readonly root: string;
    readonly setup: readonly Command[];
    readonly copy: readonly string[];
    readonly keepFailed: boolean;
    readonly setupTimeoutMs: number;
  };
  /** Names of filters and merge drivers of the user's git configuration that may run. */
  readonly git: { readonly drivers: readonly string[] };
  /** `profiles` has no prototype, so a name such as `constructor` finds nothing by accident. */
  readonly agents: { readonly default?: string; readonly profiles: Readonly<Record<string, AgentProfile>> };
  /** In file order. */
  readonly gates: readonly GateSettings[];
  readonly landing: {
    /** Absent: not configured, so nothing lands. Empty: deliberately untested. */
    readonly test?: readonly Command[];
    readonly strategy: 'merge' | 'squash' | 'rebase';
    readonly mode: 'probe' | 'strict';
    readonly slots: 'auto' | number;
    readonly timeoutMs: number;
    readonly conflictRounds: number;
    /** In file order; the first that fits a path counts. */
    readonly conflicts: readonly ConflictSettings[];
    readonly keep: readonly string[];
  };
  readonly budget?: { readonly usd?: number };
  readonly onExit: 'ask' | 'stop' | 'detach';
  readonly leaseMs: number;
}

/** One thing wrong with the config. `file` is as it was handed in; line and column count from 1, columns in UTF-16 code units. */
export interface ConfigProblem {
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly hint?: string;
}
