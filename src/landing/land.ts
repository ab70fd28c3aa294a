import { changedPaths, type Git, type Hold, isAncestor, publish, tipOf } from '../git/index.ts';
import type { Candidate, Position, TellTrain, TrainReason } from './train.ts';

export interface LandPlan {
  readonly target: string;
  /** What main was when the chain was built and tested. */
  readonly main: string;
  /** The first positions of the chain; the last is the commit that main moves to, in one step. */
  readonly positions: readonly Position[];
  readonly candidates: readonly Candidate[];
  readonly tested: boolean;
}

/**
 * Moves the target branch to a tested commit, or says why not. Everything the plan was told is checked again:
 * 1. each branch still points at the tip that was judged;
 * 2. no position changes a path outside the footprint of its branch (a wrong merge base would bring foreign ones);
 * 3. no candidate has left the queue between the test and this moment;
 * 4. the target moves only from the commit that the chain stands on;
 * 5. after the move the target is the tested commit, with every position of the prefix in its history.
 */
export async function land(git: Git, plan: LandPlan, tell: TellTrain): Promise<void> {
  const to = plan.positions.at(-1)?.commit;
  if (to === undefined) return;
  const objections = await objectionsTo(git, plan);
  for (const [task, reason] of objections) await tell({ type: 'held', task, reason });
  if (objections.length > 0) return;
  const tasks = plan.candidates.map(({ task }) => task);
  const { train } = await tell({ type: 'landingIntended', tasks, from: plan.main, to });
  if (train.landing.length !== tasks.length) return;
  const published = await publish(git, { target: plan.target, from: plan.main, to });
  if (!published.ok) return afterHold(git, plan, published.error, tell);
  await requireMoved(git, plan, to);
  await tellLanded(plan, plan.positions, tell);
}

/** What speaks against a candidate now that its landing is about to happen. */
async function objectionsTo(git: Git, plan: LandPlan): Promise<readonly (readonly [task: string, TrainReason])[]> {
  const objections: [string, TrainReason][] = [];
  for (const [index, { commit }] of plan.positions.entries()) {
    const candidate = plan.candidates[index] as Candidate;
    const branchTip = await tipOf(git, `refs/heads/${candidate.branch}`);
    if (branchTip !== candidate.tip) {
      objections.push([candidate.task, { kind: 'branchMoved', detail: branchTip ?? 'gone' }]);
      continue;
    }
    const before = index === 0 ? plan.main : (plan.positions[index - 1] as Position).commit;
    const foreign = await foreignPaths(git, candidate, before, commit);
    if (foreign.length > 0) objections.push([candidate.task, { kind: 'foreignPaths', paths: foreign }]);
  }
  return objections;
}

async function foreignPaths(
  git: Git,
  candidate: Candidate,
  before: string,
  commit: string,
): Promise<readonly string[]> {
  const own = new Set(candidate.paths);
  const changed = await changedPaths(git, before, commit);
  return changed.map(({ path }) => path).filter((path) => !own.has(path));
}

async function tellLanded(plan: LandPlan, positions: readonly Position[], tell: TellTrain): Promise<void> {
  let from = plan.main;
  for (const { task, commit } of positions) {
    const undoes = plan.candidates.find((candidate) => candidate.task === task)?.undoes;
    const undone = undoes === undefined ? {} : { undoes };
    await tell({ type: 'landed', task, from, commit, tested: plan.tested, ...undone });
    from = commit;
  }
}

/** What keeps the whole prefix from landing may be about some of it only: those are held, and the rest is built anew without them. */
async function afterHold(git: Git, plan: LandPlan, hold: Hold, tell: TellTrain): Promise<void> {
  if (hold.kind === 'targetMoved') return afterMove(git, plan, await tipOf(git, `refs/heads/${plan.target}`), tell);
  const reason = reasonOf(hold);
  const paths = reason.paths ?? [];
  const touching = plan.candidates.filter((candidate) => paths.some((path) => touches(candidate, path)));
  if (touching.length === 0) for (const { task } of plan.candidates) await tell({ type: 'held', task, reason });
  for (const candidate of touching) {
    const own = paths.filter((path) => touches(candidate, path));
    await tell({ type: 'held', task: candidate.task, reason: { ...reason, paths: own } });
  }
}

/** A path that stands in the way is one of the candidate's, a folder above one, or below one. */
const touches = (candidate: Candidate, path: string): boolean =>
  candidate.paths.some((other) => other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`));

/**
 * Somebody else moved the target. What they put on top of a landing does not undo it, so the commits of the chain are looked for
 * first. `now` is where the target is; undefined when the branch is gone.
 */
export async function afterMove(git: Git, plan: LandPlan, now: string | undefined, tell: TellTrain): Promise<void> {
  if (now === undefined) {
    const reason = { kind: 'targetElsewhere', detail: `branch ${plan.target} is gone` } as const;
    for (const { task } of plan.candidates) await tell({ type: 'held', task, reason });
    return;
  }
  const there: Position[] = [];
  for (const position of plan.positions) if (await isAncestor(git, position.commit, now)) there.push(position);
  await tellLanded(plan, there, tell);
  if (now !== there.at(-1)?.commit) await tell({ type: 'targetMoved', to: now });
}

function reasonOf(hold: Exclude<Hold, { kind: 'targetMoved' }>): TrainReason {
  switch (hold.kind) {
    case 'wouldOverwrite':
      return { kind: 'wouldOverwrite', paths: hold.paths };
    case 'targetBusy':
      return { kind: 'targetBusy', detail: hold.operation };
    case 'targetElsewhere':
      return {
        kind: 'targetElsewhere',
        detail: hold.message,
        ...(hold.paths === undefined ? {} : { paths: hold.paths }),
      };
  }
}

/** A landing that git reported and that did not happen is the worst of silent failures, so it is looked for. */
async function requireMoved(git: Git, plan: LandPlan, to: string): Promise<void> {
  const now = await tipOf(git, `refs/heads/${plan.target}`);
  const there = now === to || (now !== undefined && (await isAncestor(git, to, now)));
  if (!there) throw new Error(`${plan.target} was moved to ${to} and is at ${now ?? 'nothing'}`);
}
