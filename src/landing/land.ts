import { changedPaths, type Git, type Hold, isAncestor, publish, tipOf } from '../git/index.ts';
import type { Candidate, Position, TellTrain, TrainReason } from './train.ts';

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
export async function land(git: Git, plan: LandPlan, tell: TellTrain): Promise<void> {
  const { position, candidate, main } = plan;
  const { task } = candidate;
  const [current, branchTip] = await Promise.all([
    tipOf(git, `refs/heads/${plan.target}`),
    tipOf(git, `refs/heads/${candidate.branch}`),
  ]);
  if (current !== main) return afterMove(git, plan, current, tell);
  if (branchTip !== candidate.tip) {
    await tell({ type: 'held', task, reason: { kind: 'branchMoved', detail: branchTip ?? 'gone' } });
    return;
  }
  const foreign = await foreignPaths(git, plan);
  if (foreign.length > 0) {
    await tell({ type: 'held', task, reason: { kind: 'foreignPaths', paths: foreign } });
    return;
  }
  const { train } = await tell({ type: 'landingIntended', task, from: main, to: position.commit });
  if (train.landing !== task) return;
  const published = await publish(git, { target: plan.target, from: main, to: position.commit });
  if (!published.ok) return afterHold(git, plan, published.error, tell);
  await requireMoved(git, plan);
  await tell(landed(plan));
}

const landed = ({ candidate, main, position, tested }: LandPlan) =>
  ({ type: 'landed', task: candidate.task, from: main, commit: position.commit, tested }) as const;

async function foreignPaths(git: Git, plan: LandPlan): Promise<readonly string[]> {
  const own = new Set(plan.candidate.paths);
  const changed = await changedPaths(git, plan.main, plan.position.commit);
  return changed.map(({ path }) => path).filter((path) => !own.has(path));
}

async function afterHold(git: Git, plan: LandPlan, hold: Hold, tell: TellTrain): Promise<void> {
  if (hold.kind === 'targetMoved') return afterMove(git, plan, await tipOf(git, `refs/heads/${plan.target}`), tell);
  await tell({ type: 'held', task: plan.candidate.task, reason: reasonOf(hold) });
}

/** Somebody else moved the target. What they put on top of this landing does not undo it, so its own commit is looked for first. */
async function afterMove(git: Git, plan: LandPlan, now: string | undefined, tell: TellTrain): Promise<void> {
  const { position, candidate } = plan;
  if (now === undefined) {
    const reason = { kind: 'targetElsewhere', detail: `branch ${plan.target} is gone` } as const;
    await tell({ type: 'held', task: candidate.task, reason });
    return;
  }
  if (await isAncestor(git, position.commit, now)) await tell(landed(plan));
  if (now !== position.commit) await tell({ type: 'targetMoved', to: now });
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
