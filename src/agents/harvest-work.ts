import { changedPaths, type Git, type Harvest, type HarvestFailure, harvest, mergeBase, tipOf } from '../git/index.ts';
import type { TellAgent } from './agent-event.ts';
import { isLeftOut, readWork } from './read-work.ts';

export interface HarvestPlan {
  readonly task: string;
  readonly title: string;
  readonly path: string;
  readonly branch: string;
  readonly base: string;
  /** The branch that the work lands on; an agent may have merged it meanwhile. */
  readonly target: string;
  /** Why the attempt is over: at the time limit what is there is work in progress. */
  readonly ended: 'itself' | 'timeLimit';
  /** Paths that are never committed for the agent, and that do not land when it commits them: its status report and the task file. */
  readonly exclude: readonly string[];
  /** Uncommitted work is committed for the agent. A profile may say no; at the time limit it is saved all the same. */
  readonly commitLeftovers: boolean;
  /** Names of package scripts that the test commands run. */
  readonly testScripts: readonly string[];
}

/**
 * Finds what the agent left, by evidence: commits on its branch, and uncommitted files, which are put into one labelled commit.
 * A worktree whose `.git` was removed or points elsewhere is not read at all.
 */
export async function harvestWork(git: Git, plan: HarvestPlan, tell: TellAgent): Promise<void> {
  const { task, path, branch } = plan;
  const wip = plan.ended === 'timeLimit';
  const message = wip
    ? `${task}: work in progress, saved at the time limit\n\n${plan.title}\n`
    : `${task}: uncommitted work, harvested\n\n${plan.title}\n`;
  const commitLeftovers = wip || plan.commitLeftovers;
  const found = await harvest(git, { path, branch, base: plan.base, message, exclude: plan.exclude, commitLeftovers });
  if (!found.ok) return failed(task, found.error, tell);
  const { tip, harvested, gitlinks } = found.value;
  if (gitlinks.length > 0 && !wip) {
    const message = `${gitlinks.join(', ')}: committed as a git repository of its own, which cannot land`;
    return failed(task, { kind: 'gitFailed', message }, tell);
  }
  const base = await ownBase(git, plan, tip);
  if (base === tip && tip !== plan.base) {
    await tell({ type: 'stepEnded', task, outcome: 'held', reason: { kind: 'alreadyThere' } });
    return;
  }
  const changed = tip === base ? [] : await changedPaths(git, base, tip);
  const stays = changed.map((change) => change.path).filter((changedPath) => isLeftOut(changedPath, plan.exclude));
  for (const text of warnings(plan, found.value, stays)) {
    await tell({ type: 'noted', level: 'warning', task, text });
  }
  const { exclude, testScripts } = plan;
  const work = await readWork(git, { base, tip, harvested, exclude, testScripts });
  await tell(work === undefined ? { type: 'nothingFound', task } : { type: 'workFound', task, work });
}

async function failed(task: string, { kind, message }: HarvestFailure, tell: TellAgent): Promise<void> {
  const reason = {
    kind: kind === 'gitFailed' ? 'harvestFailed' : 'gitTampered',
    detail: message ?? tampering(kind),
  } as const;
  await tell({ type: 'stepEnded', task, outcome: 'agent_failed', reason });
}

/** What was found in place of the worktree that was made, in words. */
function tampering(kind: HarvestFailure['kind']): string {
  switch (kind) {
    case 'gitGone':
      return 'its .git is gone';
    case 'gitElsewhere':
      return 'its .git points elsewhere';
    case 'branchGone':
      return 'its branch is gone';
    default:
      return kind;
  }
}

/** What a person should know of a branch, although it stops nothing. */
function warnings({ target }: HarvestPlan, { nested, stray }: Harvest, stays: readonly string[]): readonly string[] {
  return [
    ...(stays.length > 0
      ? [`the branch changes ${stays.join(', ')}, which does not land; ${target} keeps its own`]
      : []),
    ...(nested.length > 0 ? [`not committed, because it is a git repository of its own: ${nested.join(', ')}`] : []),
    ...(stray === undefined ? [] : [`a commit beside the branch is kept as ${stray.ref}`]),
  ];
}

/** What an agent took over from a newer main is not its own work: neither its footprint nor its gates speak of that. */
async function ownBase(git: Git, plan: HarvestPlan, tip: string): Promise<string> {
  const main = await tipOf(git, `refs/heads/${plan.target}`);
  if (main === undefined || main === plan.base) return plan.base;
  return (await mergeBase(git, main, tip)) ?? plan.base;
}
