import { readWork } from '../../agents/index.ts';
import { mergeBase, readConflict, tipOf } from '../../git/index.ts';
import { settleByRules } from '../../landing/index.ts';
import { type Effects, type RunState, stepOf, type Tell } from '../../orchestrator/index.ts';
import { type ConflictCase, conflictCase, workReading } from './conflict-case.ts';
import { conflictRound } from './conflict-round.ts';
import type { RunContext } from './context.ts';
import { takeResolution } from './take-resolution.ts';

/** Makes one try at a branch that does not merge with main: by the rules, with its agent, or by what a person has done. */
export function resolveConflictEffect(context: RunContext): Effects['resolveConflict'] {
  return async (step, state, tell, signal) => {
    const { phase } = step;
    if (phase.name !== 'resolving') return;
    let now = state;
    const follow: Tell = async (...events) => {
      now = await tell(...events);
      return now;
    };
    const conflict = conflictCase({ context, step, phase, tell: follow, signal });
    if (phase.turn === 'rules') await byRules(conflict);
    else if (phase.turn === 'agent') await conflictRound(conflict, state);
    else await byHand(conflict, state);
    // What has been told already ends the try, and with it calls this effect back.
    const { task } = step.spec;
    if (!signal.aborted || stepOf(now, task).phase !== phase) return;
    await tell({ type: 'conflictRoundFailed', task, round: step.conflictRounds, why: { kind: 'stopped' } });
  };
}

async function byRules(conflict: ConflictCase): Promise<void> {
  const { context, sides, step, tell, signal } = conflict;
  const { task } = step.spec;
  const settled = await settleByRules(context.git, sides, conflict.ruleOf);
  if (signal.aborted) return;
  if (settled === 'unrelated') {
    await tell({ type: 'conflictLeft', task, to: 'person', paths: [] });
    return;
  }
  const paths = settled.conflict.paths.map(({ path }) => path);
  if (paths.length > 0) {
    await tell({ type: 'conflictLeft', task, to: 'agent', paths });
    return;
  }
  const { tree } = settled.conflict;
  const { regenerate } = settled;
  const { tip } = sides;
  const taken = await takeResolution(conflict, { by: 'rule', tree, files: tip, tip, regenerate, dropped: [] });
  if (taken.ok || signal.aborted) return;
  const why = taken.error;
  // A program that fails leaves its file to the agent; a worktree that cannot be moved is a matter for a person.
  const to = why.kind === 'regenerateFailed' ? 'agent' : 'person';
  await tell({ type: 'conflictLeft', task, to, paths: why.paths ?? conflict.phase.paths, why });
}

/** A person says that it is resolved: the branch as it is now, if it merges with main as that is now. */
async function byHand(conflict: ConflictCase, state: RunState): Promise<void> {
  const { context, step, sides, tell } = conflict;
  const { git } = context;
  const { task, branch } = step.spec;
  const onto = state.train.main;
  const tip = await tipOf(git, `refs/heads/${branch}`);
  const merged = tip === undefined ? 'unrelated' : await readConflict(git, { ...sides, tip, onto });
  const paths = merged === 'unrelated' ? [] : merged.paths.map(({ path }) => path);
  const base = tip === undefined ? undefined : await mergeBase(git, onto, tip);
  if (tip === undefined || base === undefined || merged === 'unrelated' || paths.length > 0) {
    await tell({ type: 'conflictLeft', task, to: 'person', paths, why: { kind: 'conflictStands', paths } });
    return;
  }
  const work = await readWork(git, { base, tip, ...workReading(conflict) });
  if (work === undefined)
    await tell({ type: 'stepEnded', task, outcome: 'no_change', reason: { kind: 'noChangeSilent' } });
  else await tell({ type: 'conflictResolved', task, by: 'person', work, dropped: [] });
}
