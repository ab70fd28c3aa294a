import { nextAttemptRef } from '../../agents/index.ts';
import { tipOf } from '../../git/index.ts';
import { prepareUndo, type UndoFailure } from '../../landing/index.ts';
import type { Effects, Landing, RunEvent } from '../../orchestrator/index.ts';
import { readHistory } from '../history.ts';
import { laterLandings } from '../landings.ts';
import type { RunContext } from './context.ts';

/** Makes the commit that takes a landing back. Where it cannot be made nothing is changed, and the step ends with the reason. */
export function undoEffect(context: RunContext): Effects['undo'] {
  const { git, run, settings } = context;
  return async (step, _state, tell, signal) => {
    const { task, title, branch, entry } = step.spec;
    if (step.phase.name !== 'undoing' || entry.kind !== 'undo') return;
    const main = await tipOf(git, `refs/heads/${context.target}`);
    if (main === undefined) {
      const reason = { kind: 'targetElsewhere', detail: `branch ${context.target} is gone` } as const;
      await tell({ type: 'stepEnded', task, outcome: 'held', reason });
      return;
    }
    const made = await prepareUndo(git, {
      task,
      title,
      run,
      main,
      landing: entry.landing,
      branch,
      asideRef: await nextAttemptRef(git, task),
      keepFromMain: [settings.tasks.file],
    });
    if (signal.aborted) return;
    if (made.ok) await tell({ type: 'workFound', task, work: { ...made.value, harvested: false, rules: [] } });
    else await tell({ type: 'stepEnded', task, ...(await endOf(context, entry.landing, main, made.error)) });
  };
}

type End = Pick<Extract<RunEvent, { type: 'stepEnded' }>, 'outcome' | 'reason'>;

async function endOf(context: RunContext, landing: Landing, main: string, failure: UndoFailure): Promise<End> {
  switch (failure.kind) {
    case 'textConflict': {
      const { paths } = failure;
      const { events } = await readHistory(context.workspace.stateDir);
      const later = await laterLandings(context.git, events, { after: landing.to, main, paths });
      const tasks = later.length === 0 ? {} : { tasks: later };
      return { outcome: 'conflict', reason: { kind: 'undoConflict', paths, ...tasks } };
    }
    case 'nothingToTakeBack':
      return { outcome: 'no_change', reason: { kind: 'undoEmpty' } };
    case 'branchTaken':
      return { outcome: 'held', reason: { kind: 'undoBranch', detail: failure.message } };
  }
}
