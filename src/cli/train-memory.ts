import { createHash } from 'node:crypto';
import { emptyRecord, type FailureRecord, featuresOf, learn } from '../landing/index.ts';
import type { Recorded, RunState, StepState } from '../orchestrator/index.ts';
import type { Settings } from '../settings/index.ts';
import type { History } from './history.ts';

/** What earlier runs of the repository taught the train; folded from the journal, and kept nowhere else. */
export interface TrainMemory {
  /** Trees that were green under the same tests on the same machine, and the log that shows it. */
  readonly green: ReadonlyMap<string, { readonly log: string; readonly run: string }>;
  /** How often candidates turned out bad, by agent. */
  readonly failures: FailureRecord;
  /** The tasks that have landed, oldest first. */
  readonly landed: readonly LandedTask[];
}

/** A task that is on the target, and what it changed there. */
export interface LandedTask {
  readonly task: string;
  readonly title: string;
  readonly text: string;
  readonly paths: readonly string[];
  readonly commit: string;
}

/** The tasks of a run that have landed. */
export function landedIn(run: RunState): readonly LandedTask[] {
  return [...run.steps.values()].flatMap(({ spec, phase }) => {
    const isLanded = phase.name === 'landed' || (phase.name === 'ended' && phase.outcome === 'landed');
    if (!isLanded || phase.commit === undefined || phase.work === undefined) return [];
    const { task, title, text } = spec;
    return [{ task, title, text, paths: phase.work.paths, commit: phase.commit }];
  });
}

/** For whoever lands nothing. */
export const noMemory: TrainMemory = { green: new Map(), failures: emptyRecord, landed: [] };

/** Remembers what the history has of runs whose tests were the same, as `testKey` says. */
export function trainMemory(history: History, testKey: string): TrainMemory {
  const sameTests = new Set(history.events.flatMap((event) => (isSame(event, testKey) ? [event.run] : [])));
  const green = new Map<string, { readonly log: string; readonly run: string }>();
  for (const event of history.events) {
    if (event.type !== 'testEnded' || !sameTests.has(event.run)) continue;
    if (event.verdict === 'green') green.set(event.position.tree, { log: event.log, run: event.run });
    // A tree that was both is flaky, and gets a verdict of its own each time.
    else green.delete(event.position.tree);
  }
  const failures = [...history.runs.values()].reduce(learnFromRun, emptyRecord);
  return { green, failures, landed: [...history.runs.values()].flatMap(landedIn) };
}

const isSame = (event: Recorded, testKey: string): boolean => event.type === 'runStarted' && event.testKey === testKey;

function learnFromRun(record: FailureRecord, run: RunState): FailureRecord {
  return [...run.steps.values()].reduce(learnFromStep, record);
}

/** A landing clears its candidate, a red that it alone could have caused blames it; nothing else teaches. */
function learnFromStep(record: FailureRecord, step: StepState): FailureRecord {
  if (step.phase.name !== 'ended' || step.phase.work === undefined) return record;
  const { outcome, work } = step.phase;
  if (outcome !== 'landed' && outcome !== 'tests_failed') return record;
  const candidate = featuresOf({ agent: step.spec.agent, testedAlone: false, paths: work.paths, ahead: [] });
  return learn(record, { candidate, bad: outcome === 'tests_failed' });
}

/**
 * Names everything that a verdict depends on beside the tree, which holds the lockfile: the commands, how a checkout is set up,
 * and the tools of this machine as far as the environment says which they are. When any of it differs, so does the key.
 */
export function testKeyOf(settings: Settings, env: Readonly<Record<string, string>>): string {
  const { landing, worktrees } = settings;
  const tools = { path: env['PATH'] ?? '', platform: process.platform, arch: process.arch };
  const all = JSON.stringify([landing.test ?? null, worktrees.setup, worktrees.copy, tools]);
  return createHash('sha256').update(all).digest('hex').slice(0, 16);
}
