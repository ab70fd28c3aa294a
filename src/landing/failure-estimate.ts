import * as z from 'zod';
import { err, ok, type Result } from '../std/index.ts';

/** What was seen of some candidates, against what a first guess expected of them. */
export interface Tally {
  /** How many were bad. */
  readonly bad: number;
  /** How many were judged, each weighted by how much likelier than a plain one it was thought to be bad. */
  readonly judged: number;
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

/** A Beta(1, 9) prior: as if one of ten plain candidates had been bad. */
const PRIOR: Tally = { bad: 1, judged: 10 };
/** With so many bad ones expected of an agent, its own record counts for half. */
const AGENT_PRIOR = 1;
const AGENT_FACTOR = { least: 1 / 3, most: 3 } as const;
/** Never surely good and never surely bad: an estimate decides what is tested together, not what lands. */
const BOUNDS = { least: 0.01, most: 0.9 } as const;
/** So many judged candidates are remembered; beyond it the old fade, so that a repository may get better or worse. */
const MEMORY = 200;

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
export const emptyRecord: FailureRecord = { version: 1, all: { bad: 0, judged: 0 }, agents: {} };

/**
 * The chance that a candidate is bad, 0.01 to 0.9: the rate of the repository, with its odds multiplied for what is special about
 * the candidate. With nothing learned a plain one (few paths, none of them shared or touched ahead, not tested alone) has 0.1.
 */
export function estimate(record: FailureRecord, candidate: CandidateFeatures): number {
  return chanceOf(record, candidate, agentFactor(record, candidate.agent));
}

/**
 * What is known after one more verdict. Only verdicts that blame or clear a single candidate teach anything: a landing, or a red
 * chain in which no other could be guilty. The weight of a risky candidate keeps the rate that of a plain one, so that what makes
 * a candidate risky is not counted twice.
 */
export function learn(record: FailureRecord, { candidate, bad }: CandidateVerdict): FailureRecord {
  const plain = rateOf(record.all);
  const own = tallyOf(record, candidate.agent);
  const seen = (tally: Tally, expected: number) =>
    faded({ bad: tally.bad + (bad ? 1 : 0), judged: tally.judged + expected / plain });
  return {
    version: 1,
    all: seen(record.all, estimate(record, candidate)),
    agents: { ...record.agents, [candidate.agent]: seen(own, chanceOf(record, candidate, 1)) },
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
  // Everything is in the root folder of something, so two files there say nothing.
  const sharesFolder = paths.some((path) => folderOf(path) !== '' && folders.has(folderOf(path)));
  return {
    agent,
    testedAlone,
    overlapAhead: sharesFile ? 'file' : sharesFolder ? 'folder' : 'none',
    touchesShared: paths.some((path) => SHARED_PATHS.some((pattern) => pattern.test(path))),
    paths: paths.length,
  };
}

const TALLY = z.strictObject({ bad: z.number().min(0), judged: z.number().min(0) });
const RECORD = z.strictObject({ version: z.literal(1), all: TALLY, agents: z.record(z.string(), TALLY) });

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

const clamp = (value: number, { least, most }: { readonly least: number; readonly most: number }): number =>
  Math.min(most, Math.max(least, value));

function chanceOf(record: FailureRecord, candidate: CandidateFeatures, agent: number): number {
  const rate = rateOf(record.all);
  const size = ODDS.paths.find(({ upTo }) => candidate.paths <= upTo)?.factor ?? 1;
  const odds =
    (rate / (1 - rate)) *
    (candidate.testedAlone ? ODDS.testedAlone : 1) *
    ODDS.overlapAhead[candidate.overlapAhead] *
    (candidate.touchesShared ? ODDS.touchesShared : 1) *
    size *
    agent;
  return clamp(odds / (1 + odds), BOUNDS);
}

/** How often a plain candidate is bad here. */
function rateOf(all: Tally): number {
  return clamp((PRIOR.bad + all.bad) / (PRIOR.judged + all.judged), BOUNDS);
}

/** What an agent's own record does to the odds: its bad ones against those that the rate of the repository leads to expect. */
function agentFactor(record: FailureRecord, agent: string): number {
  const { bad, judged } = tallyOf(record, agent);
  return clamp((bad + AGENT_PRIOR) / (judged * rateOf(record.all) + AGENT_PRIOR), AGENT_FACTOR);
}

function tallyOf(record: FailureRecord, agent: string): Tally {
  const own = Object.hasOwn(record.agents, agent) ? record.agents[agent] : undefined;
  return own ?? { bad: 0, judged: 0 };
}

function faded({ bad, judged }: Tally): Tally {
  const share = Math.min(1, MEMORY / judged);
  return { bad: bad * share, judged: judged * share };
}
