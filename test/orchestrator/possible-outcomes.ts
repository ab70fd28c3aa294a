import type { Outcome } from '../../src/orchestrator/index.ts';
import type { Truth } from '../support/truth.ts';
import type { Scenario } from './simulated-run.ts';

/** The ends that each task of an unattended run can come to when nobody interferes, worked out from what is true of it. */
export function possibleOutcomes(scenario: Scenario): ReadonlyMap<string, ReadonlySet<Outcome>> {
  const found = new Map<string, ReadonlySet<Outcome>>();
  const isCancelled = scenario.overlaps.length > 0 && scenario.onConflict === 'cancel';
  for (const truth of scenario.truths) {
    const outcomes = new Set<Outcome>();
    const ahead = truth.after.map((task) =>
      [...(found.get(task) ?? [])].map((outcome) => frees(scenario, task, outcome)),
    );
    if (isCancelled) outcomes.add('cancelled');
    else {
      if (ahead.some((ways) => ways.includes(false))) outcomes.add('skipped');
      if (ahead.every((ways) => ways.includes(true))) for (const own of ends(truth, scenario)) outcomes.add(own);
    }
    found.set(truth.task, outcomes);
  }
  return found;
}

function frees(scenario: Scenario, task: string, outcome: Outcome): boolean {
  const said = scenario.truths.find((truth) => truth.task === task)?.agent === 'saysNoChange';
  return outcome === 'landed' || (outcome === 'no_change' && said);
}

function ends(truth: Truth, scenario: Scenario): readonly Outcome[] {
  const { agent, bug, gates } = truth;
  if (bug === 'prepare' || bug === 'forgets' || bug === 'runAgent') return ['agent_failed'];
  switch (agent) {
    case 'cannotPrepare':
    case 'cannotStart':
    case 'saysFailed':
    case 'exitsWith1':
    case 'isKilled':
      return ['agent_failed'];
    case 'needsInput':
      return ['waiting_person'];
    case 'runsOutOfTime':
      return [bug === 'harvest' ? 'agent_failed' : 'timed_out'];
    case 'saysNoChange':
    case 'leavesNothing':
      return [bug === 'harvest' ? 'agent_failed' : 'no_change'];
    case 'works':
      if (bug === 'harvest' || bug === 'judge') return ['agent_failed'];
      if (gates !== 'pass') return ['gate_blocked'];
      return scenario.land ? landingEnds(truth, scenario) : ['ready'];
  }
}

function landingEnds(truth: Truth, scenario: Scenario): readonly Outcome[] {
  const { tested, truths } = scenario;
  if (truth.changesRules) return ['held'];
  if (truth.approve) return ['waiting_person'];
  if (tested === 'notConfigured') return ['held'];
  const collides = truth.collides.some((task) => truths.some((other) => other.task === task));
  const own: Outcome =
    tested === 'yes' && truth.tests !== 'green' ? 'tests_failed' : truth.holds > 0 ? 'held' : 'landed';
  const onMain: readonly Outcome[] = tested === 'yes' && scenario.redMain ? redMainEnds(own, truth, scenario) : [own];
  return [
    ...onMain,
    ...(collides && (truth.resolves !== 'rules' || truth.bug === 'resolveConflict') ? (['conflict'] as const) : []),
    ...(truth.bug === 'moveTrain' ? (['held'] as const) : []),
  ];
}

/** On a red main everybody is held, unless the user mends it in time; who was red on it before has one chance left, flaky or not. */
function redMainEnds(own: Outcome, { flakes }: Truth, { outside }: Scenario): readonly Outcome[] {
  if (![...outside.values()].includes('userCommits')) return ['held'];
  return flakes > 0 ? ['held', own, 'tests_failed'] : ['held', own];
}
