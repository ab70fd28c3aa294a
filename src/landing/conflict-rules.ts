import { posix } from 'node:path';

/** What is done with a path that two branches changed in ways that do not merge. */
export type ConflictRule =
  /** The side whose last commit on the path is younger wins it whole. */
  | { readonly rule: 'newest' }
  /** The lines of both sides stay, main's first. */
  | { readonly rule: 'merge' }
  /** Main's version, and then a program writes it anew; in `folder`, relative to the root. */
  | { readonly rule: 'regenerate'; readonly command: Command; readonly folder: string }
  /** Whoever wrote the branch settles it. */
  | { readonly rule: 'manual' };

type Command = string | readonly string[];

/** A rule as it is configured: for paths by pattern. */
export interface PathRule {
  readonly paths: readonly string[];
  readonly rule: ConflictRule['rule'];
  /** For `regenerate`: run at the root. Without one the file's name says which program writes it. */
  readonly command?: Command;
}

/**
 * The rule for a path: of the configured ones the first that fits, else a lockfile is written anew by the program that owns it,
 * else `manual`. A file that nobody knows how to write is `manual` too. `matches` says what a pattern means. Pure.
 */
export function ruleFor(
  path: string,
  rules: readonly PathRule[],
  matches: (pattern: string, path: string) => boolean,
): ConflictRule {
  const configured = rules.find(({ paths }) => paths.some((pattern) => matches(pattern, path)));
  const owner = owners[posix.basename(path)];
  const rule = configured?.rule ?? (owner === undefined ? 'manual' : 'regenerate');
  if (rule !== 'regenerate') return { rule };
  if (configured?.command !== undefined) return { rule, command: configured.command, folder: '.' };
  return owner === undefined ? { rule: 'manual' } : { rule, command: owner, folder: posix.dirname(path) };
}

/** The program that writes a lockfile, told to write that file only and to run no script of a package. */
const owners: Readonly<Record<string, readonly string[]>> = {
  'package-lock.json': ['npm', 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'],
  'npm-shrinkwrap.json': ['npm', 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'],
  'pnpm-lock.yaml': ['pnpm', 'install', '--lockfile-only', '--ignore-scripts'],
  'yarn.lock': ['yarn', 'install', '--mode', 'update-lockfile'],
  'bun.lock': ['bun', 'install', '--lockfile-only', '--ignore-scripts'],
  'bun.lockb': ['bun', 'install', '--lockfile-only', '--ignore-scripts'],
  'Cargo.lock': ['cargo', 'update', '--workspace', '--offline'],
  'go.sum': ['go', 'mod', 'tidy'],
  'poetry.lock': ['poetry', 'lock'],
  'uv.lock': ['uv', 'lock'],
  'Gemfile.lock': ['bundle', 'lock'],
  'composer.lock': ['composer', 'update', '--lock', '--no-scripts', '--no-install'],
};
