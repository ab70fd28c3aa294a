import { type StepState, undoneBy, workOf } from '../../orchestrator/index.ts';
import type { Invocation } from '../command.ts';
import { type History, lastStep, readHistory } from '../history.ts';
import { Refusal } from '../refusal.ts';
import { runAgain } from '../run-again.ts';
import { closeInterrupted } from '../take-over.ts';
import { openWorkspace } from '../workspace.ts';

/** `land [IDS]`: gates, tests and lands finished branches; without ids those that are ready or held, but for those that wait for a yes. */
export async function run({ words, flags, world }: Invocation): Promise<number> {
  const workspace = await openWorkspace(world);
  if (words.length === 0) await closeInterrupted(workspace, world);
  const { ids, owed } = words.length > 0 ? { ids: words, owed: [] } : finished(await readHistory(workspace.stateDir));
  // Naming a branch is a yes to it; asking for whatever is ready is not.
  for (const task of owed)
    world.note(`${task} waits for a yes of yours. Look at it and name it: wt-orch land ${task}\n`);
  if (ids.length === 0) {
    if (owed.length > 0) return waitsForPerson;
    throw new Refusal('No branch is waiting to land.', 'Name one: wt-orch land ID', 1);
  }
  const code = await runAgain(workspace, world, { mode: 'land', ids }, flags);
  return code === 0 && owed.length > 0 ? waitsForPerson : code;
}

const waitsForPerson = 4;

/** The tasks whose branch is finished, apart from those that a person has to approve first. */
function finished(history: History): { readonly ids: readonly string[]; readonly owed: readonly string[] } {
  const tasks = new Set([...history.runs.values()].flatMap((state) => [...state.steps.keys()]));
  const steps = [...tasks].flatMap((task) => lastStep(history, task)?.step ?? []).filter(isFinished);
  const named = (some: readonly StepState[]) => some.map(({ spec }) => spec.task);
  return { ids: named(steps.filter((step) => !owesApproval(step))), owed: named(steps.filter(owesApproval)) };
}

/** What was to be taken back and is held has no branch of the task to land: `undo ID` tries that again. */
const isFinished = ({ phase, spec }: StepState): boolean =>
  undoneBy(spec) === undefined && phase.name === 'ended' && (phase.outcome === 'ready' || phase.outcome === 'held');

const owesApproval = (step: StepState): boolean =>
  !step.approved && (step.spec.approve || (workOf(step.phase)?.rules.length ?? 0) > 0);
