import * as z from 'zod';
import { err, ok, type Result } from '../std/index.ts';

/** What was seen of some candidates, from which a factor of their chances is read: (prior + bad) / (prior + weight). */
export interface Tally {
  /** How many were bad. */
  readonly bad: number;
  /** For each that was judged its estimate at that time, divided by what the factor was then. */
  readonly weight: number;
}

/** What the verdicts of one repository taught. Kept with it as JSON; `version` changes with the shape or with its meaning. */
export interface FailureRecord {
  readonly version: 1;
  readonly all: Tally;
  /** By the name of the agent that made the candidate. */
  readonly agents: Readonly<Record<string, Tally>>;
}

/** What is known of a candidate before it is tested in the chain. */
export interface CandidateFeatures {
  readonly agent: string;
  /** The landing tests were green on its own branch. */
  readonly testedAlone: boolean;
  /** The closest that its paths come to those of the candidates ahead of it. */
  readonly overlapAhead: 'none' | 'folder' | 'file';
  /** It changes what everybody builds on: a lockfile, a schema, a migration. */
  readonly touchesShared: boolean;
  /** How many paths it changes. */
  readonly paths: number;
}

/** What a verdict says of one candidate: it landed, or was red in a chain where it alone could be to blame. */
export interface CandidateVerdict {
  readonly candidate: CandidateFeatures;
  readonly bad: boolean;
}

/** A Beta(1, 9) prior of the rate of plain candidates: as if one of ten had been bad. */
const RATE = { prior: { bad: 1, weight: 10 }, memory: 200 } as const;
/** An agent's factor starts at 1; with two bad ones expected of it, its own record counts for half. */
const AGENT = { prior: { bad: 2, weight: 2 }, memory: 20, bounds: { least: 1 / 3, most: 3 } } as const;
/** Never surely good and never surely bad: an estimate decides what is tested together, not what lands. */
const BOUNDS = { least: 0.01, most: 0.9 } as const;
/**
 * What the odds of being bad are multiplied by; 1 is a plain candidate. Rough first guesses, and safe as such: an estimate that is
 * wrong by a factor of two costs a tenth more rounds. Candidates that passed alone are bad in about 3 of 100 cases, which is what 40 % of
 * conflicts among 16 concurrent changes come to (Uber, SubmitQueue).
 */
const ODDS = {
  testedAlone: 0.28,
  overlapAhead: { none: 1, folder: 1.2, file: 2 },
  touchesShared: 1.5,
  /** By the number of paths, up to and with. */
  paths: [
    { upTo: 10, factor: 1 },
    { upTo: 40, factor: 1.5 },
    { upTo: Number.POSITIVE_INFINITY, factor: 2 },
  ],
} as const;

/** Lockfiles of the common package managers, schemas and migrations. */
const SHARED_PATHS = [
  /(^|[/.-])lock(b|\.json|\.ya?ml)?$/,
  /(^|\/)(go\.sum|npm-shrinkwrap\.json|Package\.resolved)$/,
  /(^|\/)schema\.[^/]+$/,
  /\.(proto|graphql)$/,
  /(^|\/)migrations?\//,
];

/** A repository of which nothing is known. */
export const emptyRecord: FailureRecord = { version: 1, all: { bad: 0, weight: 0 }, agents: {} };

/**
 * The chance that a candidate is bad, 0.01 to 0.9: the rate of the repository, with its odds multiplied for what is special about
 * the candidate. With nothing learned a plain one (few paths, none of them shared or touched ahead, not tested alone) has 0.1.
 */
export function estimate(record: FailureRecord, candidate: CandidateFeatures): number {
  const rate = rateOf(record);
  const odds =
    (rate / (1 - rate)) *
    agentFactor(record, candidate.agent) *
    (candidate.testedAlone ? ODDS.testedAlone : 1) *
    ODDS.overlapAhead[candidate.overlapAhead] *
    (candidate.touchesShared ? ODDS.touchesShared : 1) *
    (ODDS.paths.find(({ upTo }) => candidate.paths <= upTo)?.factor ?? 1);
  return clamp(odds / (1 + odds), BOUNDS);
}

/**
 * What is known after one more verdict. Only verdicts that blame or clear a single candidate teach anything: a landing, or a red
 * chain in which no other could be guilty. What was expected anyway teaches little, so that risky candidates which turn out as bad
 * as they were thought to be do not make plain ones look worse.
 */
export function learn(record: FailureRecord, { candidate, bad }: CandidateVerdict): FailureRecord {
  const expected = estimate(record, candidate);
  const seen = (tally: Tally, factor: number, memory: number): Tally => {
    const weight = tally.weight + expected / factor;
    // The old fades, so that a repository or an agent may get better or worse.
    const share = Math.min(1, memory / weight);
    return { bad: (tally.bad + (bad ? 1 : 0)) * share, weight: weight * share };
  };
  const own = seen(tallyOf(record, candidate.agent), agentFactor(record, candidate.agent), AGENT.memory);
  return {
    version: 1,
    all: seen(record.all, rateOf(record), RATE.memory),
    agents: { ...record.agents, [candidate.agent]: own },
  };
}

/** Takes the record out of parsed JSON. One of another version or shape says so; its repository is then better learned afresh. */
export function parseFailureRecord(
  json: unknown,
): Result<FailureRecord, { kind: 'unreadableRecord'; message: string }> {
  const parsed = RECORD.safeParse(json);
  return parsed.success ? ok(parsed.data) : err({ kind: 'unreadableRecord', message: z.prettifyError(parsed.error) });
}

/** Reads what a candidate's paths tell. `ahead` holds the paths of the candidates ahead of it, all relative to the repository. */
export function featuresOf(candidate: {
  readonly agent: string;
  readonly testedAlone: boolean;
  readonly paths: readonly string[];
  readonly ahead: Iterable<string>;
}): CandidateFeatures {
  const { agent, testedAlone, paths } = candidate;
  const ahead = new Set(candidate.ahead);
  const folders = new Set([...ahead].map(folderOf));
  const sharesFile = paths.some((path) => ahead.has(path));
  // The root folder holds something of everybody, so that two files in it say nothing.
  const sharesFolder = paths.some((path) => folderOf(path) !== '' && folders.has(folderOf(path)));
  return {
    agent,
    testedAlone,
    overlapAhead: sharesFile ? 'file' : sharesFolder ? 'folder' : 'none',
    touchesShared: paths.some((path) => SHARED_PATHS.some((pattern) => pattern.test(path))),
    paths: paths.length,
  };
}

const TALLY = z.strictObject({ bad: z.number().min(0), weight: z.number().min(0) });
const RECORD = z.strictObject({ version: z.literal(1), all: TALLY, agents: z.record(z.string(), TALLY) });

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

const clamp = (value: number, { least, most }: { readonly least: number; readonly most: number }): number =>
  Math.min(most, Math.max(least, value));

/** How often a plain candidate of an agent without a record is bad here. */
function rateOf({ all }: FailureRecord): number {
  return clamp((RATE.prior.bad + all.bad) / (RATE.prior.weight + all.weight), BOUNDS);
}

/** What an agent's own record multiplies the odds by. */
function agentFactor(record: FailureRecord, agent: string): number {
  const { bad, weight } = tallyOf(record, agent);
  return clamp((AGENT.prior.bad + bad) / (AGENT.prior.weight + weight), AGENT.bounds);
}

function tallyOf(record: FailureRecord, agent: string): Tally {
  const own = Object.hasOwn(record.agents, agent) ? record.agents[agent] : undefined;
  return own ?? { bad: 0, weight: 0 };
}
