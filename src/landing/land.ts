import { type Git, type Hold, changedPaths, isAncestor, publish, tipOf } from '../git/index.ts';
import type { Candidate, Position, TrainEvent, TrainReason } from './train.ts';

export interface LandPlan {
  readonly target: string;
  /** What main was when the chain was built and tested. */
  readonly main: string;
  readonly position: Position;
  readonly candidate: Candidate;
  readonly tested: boolean;
}

/**
 * Moves the target branch to a tested commit, or says why not. Everything the plan was told is checked again first:
 * 1. main is still the commit that the chain stands on;
 * 2. the branch still points at the tip that was judged;
 * 3. the landing changes no path outside the footprint of its branch (a wrong merge base would bring foreign ones);
 * 4. after the move the target is the tested commit, and the tip is in its history unless the branch was squashed.
 */
export async function land(git: Git, plan: LandPlan, tell: (event: TrainEvent) => Promise<unknown>): Promise<void> {
  const { position, candidate, main } = plan;
  const { task } = candidate;
  const [current, branchTip] = await Promise.all([
    tipOf(git, `refs/heads/${plan.target}`),
    tipOf(git, `refs/heads/${candidate.branch}`),
  ]);
  if (current === undefined) {
    const reason = { kind: 'targetElsewhere', detail: `branch ${plan.target} is gone` } as const;
    await tell({ type: 'held', task, reason });
    return;
  }
  if (current !== main) {
    await tell({ type: 'targetMoved', to: current });
    return;
  }
  if (branchTip !== candidate.tip) {
    await tell({ type: 'held', task, reason: { kind: 'branchMoved', detail: branchTip ?? 'gone' } });
    return;
  }
  const foreign = await foreignPaths(git, plan);
  if (foreign.length > 0) {
    await tell({ type: 'held', task, reason: { kind: 'foreignPaths', paths: foreign } });
    return;
  }
  await tell({ type: 'landingIntended', task, from: main, to: position.commit });
  const published = await publish(git, { target: plan.target, from: main, to: position.commit });
  if (!published.ok) {
    await tell(afterHold(task, published.error));
    return;
  }
  await requireMoved(git, plan);
  await tell({ type: 'landed', task, from: main, commit: position.commit, tested: plan.tested });
}

async function foreignPaths(git: Git, plan: LandPlan): Promise<readonly string[]> {
  const own = new Set(plan.candidate.paths);
  const changed = await changedPaths(git, plan.main, plan.position.commit);
  return changed.map(({ path }) => path).filter((path) => !own.has(path));
}

function afterHold(task: string, hold: Hold): TrainEvent {
  if (hold.kind === 'targetMoved') return { type: 'targetMoved', to: hold.now };
  return { type: 'held', task, reason: reasonOf(hold) };
}

function reasonOf(hold: Exclude<Hold, { kind: 'targetMoved' }>): TrainReason {
  switch (hold.kind) {
    case 'wouldOverwrite':
      return { kind: 'wouldOverwrite', paths: hold.paths };
    case 'targetBusy':
      return { kind: 'targetBusy', detail: hold.operation };
    case 'targetElsewhere':
      return { kind: 'targetElsewhere', detail: hold.message };
  }
}

/** A landing that git reported and that did not happen is the worst of silent failures, so it is looked for. */
async function requireMoved(git: Git, plan: LandPlan): Promise<void> {
  const { target, position } = plan;
  const now = await tipOf(git, `refs/heads/${target}`);
  const there = now === position.commit || (now !== undefined && (await isAncestor(git, position.commit, now)));
  if (!there) throw new Error(`${target} was moved to ${position.commit} and is at ${now ?? 'nothing'}`);
}
