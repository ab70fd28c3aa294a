import { blob, changedPaths, type Git, harvest } from '../git/index.ts';
import type { TellAgent } from './agent-event.ts';
import { changedScripts } from './own-rules.ts';

export interface HarvestPlan {
  readonly task: string;
  readonly title: string;
  readonly path: string;
  readonly branch: string;
  readonly base: string;
  /** Why the attempt is over: at the time limit what is there is work in progress. */
  readonly ended: 'itself' | 'timeLimit';
  /** Paths that are never committed for the agent: its status report and the task file. */
  readonly exclude: readonly string[];
  /** Uncommitted work is committed for the agent. A profile may say no; at the time limit it is saved all the same. */
  readonly commitLeftovers: boolean;
  /** The task file, whose version on main is kept whatever the branch says. */
  readonly taskFile: string;
  /** Names of package scripts that the test commands run. */
  readonly testScripts: readonly string[];
}

/**
 * Finds what the agent left, by evidence: commits on its branch, and uncommitted files, which are put into one labelled commit.
 * A worktree whose `.git` was removed or points elsewhere is not read at all.
 */
export async function harvestWork(git: Git, plan: HarvestPlan, tell: TellAgent): Promise<void> {
  const { task, path, branch, base } = plan;
  const wip = plan.ended === 'timeLimit';
  const message = wip
    ? `${task}: work in progress, saved at the time limit\n\n${plan.title}\n`
    : `${task}: uncommitted work, harvested\n\n${plan.title}\n`;
  const commitLeftovers = wip || plan.commitLeftovers;
  const found = await harvest(git, { path, branch, base, message, exclude: plan.exclude, commitLeftovers });
  if (!found.ok) {
    const tampered = found.error.kind === 'gitGone' || found.error.kind === 'gitElsewhere' || found.error.kind === 'branchGone';
    const kind = tampered ? 'gitTampered' : 'harvestFailed';
    await tell({ type: 'stepEnded', task, outcome: 'agent_failed', reason: { kind, detail: found.error.message ?? found.error.kind } });
    return;
  }
  const { tip, harvested } = found.value;
  const changed = tip === base ? [] : await changedPaths(git, base, tip);
  const paths = changed.map((change) => change.path).filter((changedPath) => changedPath !== plan.taskFile);
  if (paths.length < changed.length) {
    await tell({ type: 'noted', level: 'warning', task, text: `the branch changes ${plan.taskFile}; main's version is kept` });
  }
  if (paths.length === 0) {
    await tell({ type: 'nothingFound', task });
    return;
  }
  const rules = await ownRules(git, plan, tip, paths);
  await tell({ type: 'workFound', task, work: { base, tip, paths, harvested, rules } });
}

/** The paths of a footprint that decide how the branch itself is judged: our settings, and the scripts that the tests run. */
async function ownRules(git: Git, plan: HarvestPlan, tip: string, paths: readonly string[]): Promise<readonly string[]> {
  const settings = paths.filter((path) => path.startsWith('.wt-orch/'));
  const packages = paths.filter((path) => path === 'package.json' || path.endsWith('/package.json'));
  const redefined: string[] = [];
  for (const path of packages) {
    const [before, after] = await Promise.all([blob(git, plan.base, path, 1_000_000), blob(git, tip, path, 1_000_000)]);
    if (changedScripts(before, after, plan.testScripts)) redefined.push(path);
  }
  return [...settings, ...redefined];
}
