import { isEnded } from '../../orchestrator/index.ts';
import type { Invocation } from '../command.ts';
import { type History, lastStep, readHistory } from '../history.ts';
import { Refusal } from '../refusal.ts';
import { runAgain } from '../run-again.ts';
import { openWorkspace } from '../workspace.ts';

/** `land [IDS]`: gates, tests and lands finished branches; without ids those that are ready or held. */
export async function run({ words, flags, world }: Invocation): Promise<number> {
  const workspace = await openWorkspace(world);
  const ids = words.length > 0 ? words : finished(await readHistory(workspace.stateDir));
  if (ids.length === 0) throw new Refusal('No branch is waiting to land.', 'Name one: wt-orch land ID', 1);
  return runAgain(workspace, world, { mode: 'land', ids }, flags);
}

function finished(history: History): readonly string[] {
  const tasks = new Set([...history.runs.values()].flatMap((state) => [...state.steps.keys()]));
  return [...tasks].filter((task) => {
    const step = lastStep(history, task)?.step;
    if (step === undefined || !isEnded(step) || step.phase.name !== 'ended') return false;
    return step.phase.outcome === 'ready' || step.phase.outcome === 'held';
  });
}
