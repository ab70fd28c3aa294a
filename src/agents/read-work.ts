import { blob, changedPaths, type Git } from '../git/index.ts';
import { changedScripts } from './own-rules.ts';

/** What a finished branch holds. */
export interface FoundWork {
  readonly base: string;
  readonly tip: string;
  readonly paths: readonly string[];
  readonly harvested: boolean;
  readonly rules: readonly string[];
}

export interface WorkPlan {
  readonly base: string;
  readonly tip: string;
  readonly harvested: boolean;
  /** Paths of which main keeps its own version whatever the branch says: the task file, the status report. */
  readonly exclude: readonly string[];
  /** Names of package scripts that the test commands run. */
  readonly testScripts: readonly string[];
}

/** Reads what a branch changes since its base; undefined when that is nothing, or nothing that lands. */
export async function readWork(git: Git, plan: WorkPlan): Promise<FoundWork | undefined> {
  const { base, tip, harvested } = plan;
  const changed = tip === base ? [] : await changedPaths(git, base, tip);
  const paths = changed.map(({ path }) => path).filter((path) => !isLeftOut(path, plan.exclude));
  if (paths.length === 0) return undefined;
  return { base, tip, paths, harvested, rules: await ownRules(git, plan, paths) };
}

/** Whether a path is one that does not land, or lies below one. */
export const isLeftOut = (path: string, exclude: readonly string[]): boolean =>
  exclude.some((out) => path === out || path.startsWith(`${out}/`));

/** The paths of a footprint that decide how the branch itself is judged: our settings, and the scripts that the tests run. */
async function ownRules(git: Git, plan: WorkPlan, paths: readonly string[]): Promise<readonly string[]> {
  // On some systems a name in other letters is the same file.
  const settings = paths.filter((path) => /^\.wt-orch(\/|$)/i.test(path));
  const packages = paths.filter((path) => path === 'package.json' || path.endsWith('/package.json'));
  const redefined: string[] = [];
  for (const path of packages) {
    const [before, after] = await Promise.all([
      blob(git, plan.base, path, 1_000_000),
      blob(git, plan.tip, path, 1_000_000),
    ]);
    // A package that is new below the root is no test of main; the first one at the root says what the tests are.
    if (before === undefined && path !== 'package.json') continue;
    if (changedScripts(before, after, plan.testScripts)) redefined.push(path);
  }
  return [...settings, ...redefined];
}
