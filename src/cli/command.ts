import type { ParseArgsOptionsConfig } from 'node:util';

/** What a command is given: its words and options, and the world as the user sees it. */
export interface Invocation {
  readonly words: readonly string[];
  readonly flags: Flags;
  readonly world: World;
}

export interface Flags {
  readonly has: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
}

/** The process as commands see it; nothing else of the program reads `process`. */
export interface World {
  readonly cwd: string;
  /** The user's own environment, without what a package manager or our launcher put into it. */
  readonly env: Record<string, string>;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  /** The answer. */
  readonly out: (text: string) => void;
  /** The narration. */
  readonly note: (text: string) => void;
  /** The command line that starts this program again, for a run that goes on in the background. */
  readonly self: readonly string[];
}

/** Exit codes are listed in `docs/commands.md`. */
export type ExitCode = number;

export interface Command {
  readonly name: string;
  /** The words behind the name, as the help shows them. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, Option>>;
  /** How many words it takes. */
  readonly words: { readonly least: number; readonly most: number };
  readonly load: () => Promise<{ readonly run: (invocation: Invocation) => Promise<ExitCode> }>;
}

export interface Option {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  /** What stands behind the option in the help, for a string. */
  readonly value?: string;
  readonly help: string;
}

/** The options of a command in the shape that `node:util` parses. */
export function optionsForParser(options: Readonly<Record<string, Option>>): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }]),
  );
}
