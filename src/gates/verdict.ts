import type { Git } from '../git/index.ts';
import type { Result } from '../std/index.ts';

/** `unknown` is what a gate says that crashed, ran out of time or could not look at everything; it never counts as a pass. */
export type Verdict = 'pass' | 'fail' | 'n/a' | 'unknown';

export interface Finding {
  /** A short stable name such as `secret/github` or `protected-path`. */
  readonly rule: string;
  /** One sentence. It never holds the secret value that it is about. */
  readonly message: string;
  readonly path?: string;
  /** Counts from 1, in the version of the file that the message names. */
  readonly line?: number;
  readonly severity: 'error' | 'warning';
}

export interface GateResult {
  readonly gate: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** Path of the file with what a command gate printed. */
  readonly log?: string;
  readonly ms: number;
  /** Why the verdict is `unknown` or `n/a`, or how a command ended that failed. */
  readonly why?: string;
}

/** What a check hands back; the name and the time are added around it. */
export type Judgement = Pick<GateResult, 'verdict' | 'findings' | 'log' | 'why'>;

interface GateBasics {
  readonly name: string;
  /** Where it applies: to tasks with one of the tags, and to branches that changed one of the paths. Absent: everywhere. */
  readonly when?: { readonly tags?: readonly string[]; readonly paths?: readonly string[] };
  readonly timeoutMs: number;
}

export interface BuiltinGate extends GateBasics {
  readonly kind: 'builtin';
  readonly builtin: 'security' | 'compliance';
  /** For `compliance`: path patterns that no branch may touch, in place of the default ones. */
  readonly protect?: readonly string[];
}

export interface CommandGate extends GateBasics {
  readonly kind: 'command';
  /** A string means "through the shell"; a list is an argument list. */
  readonly command: string | readonly string[];
}

/** One gate as the config of the user's own checkout describes it, never as the branch under judgement does. */
export type Gate = BuiltinGate | CommandGate;

/** All that may be looked at to judge one finished branch. */
export interface GateCase {
  readonly task: { readonly id: string; readonly tags: readonly string[] };
  /** The commit that the branch started from. */
  readonly base: string;
  /** The frozen commit of the branch. */
  readonly tip: string;
  /** The paths that differ between base and tip. */
  readonly changed: readonly string[];
  readonly gates: readonly Gate[];
  /** Whether a path pattern of the config covers a path; the wiring lends the matcher that the claims use. */
  matches(pattern: string, path: string): boolean;
  /** A clean checkout of tip with its set-up done. Asked for once at most, and only when a command gate applies. */
  checkout(): Promise<Result<string, { readonly message: string }>>;
  /** The whole environment of command gates. */
  readonly env: Record<string, string>;
  /** Command gates leave `<gate>.log` here. */
  readonly logFolder: string;
  /** Marks the processes of command gates, so that whoever cleans up after a crash finds them. */
  readonly tag: string;
  readonly signal: AbortSignal;
  readonly git: Git;
}

/**
 * Why a gate has nothing to say about this branch, or undefined when it applies. Tags and paths are alternatives: one that fits is enough.
 */
export function whyNotApplicable(
  gate: Gate,
  gateCase: Pick<GateCase, 'task' | 'changed' | 'matches'>,
): string | undefined {
  const { tags, paths } = gate.when ?? {};
  if (tags === undefined && paths === undefined) return undefined;
  if (tags?.some((tag) => gateCase.task.tags.includes(tag))) return undefined;
  if (paths?.some((pattern) => gateCase.changed.some((path) => gateCase.matches(pattern, path)))) return undefined;
  const missing = [
    ...(tags === undefined ? [] : [`the task has none of the tags ${tags.join(', ')}`]),
    ...(paths === undefined ? [] : [`no changed file matches ${paths.join(', ')}`]),
  ];
  return missing.join(' and ');
}

/** What findings amount to: an error fails; otherwise something left unchecked leaves the verdict open; warnings alone pass. */
export function verdictOf(findings: readonly Finding[], unchecked?: string): Judgement {
  if (findings.some((finding) => finding.severity === 'error')) return { verdict: 'fail', findings };
  if (unchecked !== undefined) return { verdict: 'unknown', findings, why: unchecked };
  return { verdict: 'pass', findings };
}

/** The verdict over all gates: only `pass` and `n/a` let a branch through, and no gates at all are nothing against it. */
export function combine(results: readonly Pick<GateResult, 'verdict'>[]): 'pass' | 'blocked' {
  return results.every(({ verdict }) => verdict === 'pass' || verdict === 'n/a') ? 'pass' : 'blocked';
}
