import { dirname, join } from 'node:path';
import {
  addWorktree,
  checkouts,
  type Git,
  harvest,
  listRefs,
  moveRefs,
  pinCommit,
  removeWorktree,
  tipOf,
  worktreeIntegrity,
} from '../git/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { copyInto, ensureFolder, pathKind, runLogged } from '../system/index.ts';

export interface WorktreePlan {
  readonly task: string;
  readonly path: string;
  readonly branch: string;
  /** The commit that the worktree is cut from. */
  readonly commit: string;
  /** Never committed when an earlier attempt is set aside. */
  readonly exclude: readonly string[];
}

export interface SetUpPlan {
  readonly commands: readonly (string | readonly string[])[];
  /** Files and folders of the main checkout, relative to it, that the worktree gets a copy of. */
  readonly copy: readonly string[];
  readonly root: string;
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly tag: string;
  readonly log: string;
  readonly timeoutMs: number;
}

export type PrepareProblem =
  | { readonly kind: 'worktreeFailed'; readonly detail: string }
  | { readonly kind: 'setupFailed'; readonly detail: string; readonly log: string }
  | { readonly kind: 'stopped' };

/**
 * Makes a fresh worktree and branch for a task. What an earlier attempt left there is set aside first: its uncommitted files
 * go into a commit, and its tip stays under `refs/wt-orch/attempts/<task>/<n>`. Answers with that ref, if there was something.
 */
export async function prepareWorktree(
  git: Git,
  plan: WorktreePlan,
): Promise<Result<string | undefined, PrepareProblem>> {
  const aside = await setAside(git, plan);
  if (!aside.ok) return aside;
  const added = await addWorktree(git, { path: plan.path, branch: plan.branch, commit: plan.commit });
  return added.ok ? ok(aside.value) : err({ kind: 'worktreeFailed', detail: describe(added.error) });
}

/** Pins what an earlier attempt left and takes it away. Fails when its files cannot be saved; then nothing was touched. */
export async function setAside(
  git: Git,
  plan: Omit<WorktreePlan, 'commit'>,
): Promise<Result<string | undefined, PrepareProblem>> {
  const { path, branch, task } = plan;
  const tip = await tipOf(git, `refs/heads/${branch}`);
  const there = (await pathKind(path)) !== undefined;
  if (tip === undefined && !there) return ok(undefined);
  if (tip === undefined) {
    return err({
      kind: 'worktreeFailed',
      detail: `${path} is in the way: it is not a worktree of ${branch}. Move it elsewhere and try again.`,
    });
  }
  const elsewhere = (await checkouts(git, branch)).find((checkout) => checkout !== path);
  if (elsewhere !== undefined) {
    // Beside the place of the new one lies that of another agent, which had the task before.
    if (dirname(elsewhere) === dirname(path)) return await setAside(git, { ...plan, path: elsewhere });
    return err({
      kind: 'worktreeFailed',
      detail: `${branch} is checked out in ${elsewhere}. Check another branch out there and try again.`,
    });
  }
  const saved = there ? await save(git, plan, tip) : ok(tip);
  if (!saved.ok) return saved;
  const ref = await nextAttemptRef(git, task);
  const pinned = await pinCommit(git, ref, saved.value);
  if (!pinned.ok) return err({ kind: 'worktreeFailed', detail: pinned.error.message });
  if (!there) {
    const deleted = await moveRefs(git, [{ ref: `refs/heads/${branch}`, from: saved.value, to: undefined }]);
    return deleted.ok ? ok(ref) : err({ kind: 'worktreeFailed', detail: deleted.error.message });
  }
  const removed = await removeWorktree(git, { path, branch, expectTip: saved.value, force: true });
  return removed.ok ? ok(ref) : err({ kind: 'worktreeFailed', detail: describe(removed.error) });
}

/** Uncommitted work goes into a commit on the branch. A worktree whose git was tampered with is not read: a person has to look. */
async function save(
  git: Git,
  plan: Omit<WorktreePlan, 'commit'>,
  tip: string,
): Promise<Result<string, PrepareProblem>> {
  const { path, branch, task, exclude } = plan;
  if ((await worktreeIntegrity(git, path)) === 'missing') return ok(tip);
  const message = `${task}: work in progress, set aside by a new attempt\n`;
  const kept = await harvest(git, { path, branch, base: tip, message, exclude });
  // A commit cannot hold a repository of its own, so it would go with the folder.
  const unsaved = kept.ok ? kept.value.nested.join(', ') : kept.error.kind;
  if (kept.ok && unsaved === '') return ok(kept.value.tip);
  return err({
    kind: 'worktreeFailed',
    detail: `${path} holds files that cannot be saved (${unsaved}). Move it elsewhere and try again.`,
  });
}

/** The next free `refs/wt-orch/attempts/<task>/<n>`. */
export async function nextAttemptRef(git: Git, task: string): Promise<string> {
  const prefix = `refs/wt-orch/attempts/${task}/`;
  const taken = (await listRefs(git, prefix))
    .map(({ ref }) => Number(ref.slice(prefix.length)))
    .filter(Number.isInteger);
  return `${prefix}${Math.max(0, ...taken) + 1}`;
}

/** Copies the configured files and runs the set-up commands, one after the other, each within the time limit. */
export async function setUp(plan: SetUpPlan, signal: AbortSignal): Promise<Result<void, PrepareProblem>> {
  for (const name of plan.copy) {
    const from = join(plan.root, name);
    const to = join(plan.folder, name);
    if ((await pathKind(from)) === undefined || (await pathKind(to)) !== undefined) continue;
    await ensureFolder(join(to, '..'));
    await copyInto(from, to);
  }
  for (const command of plan.commands) {
    const { env, tag, log: logFile, timeoutMs } = plan;
    const ran = await runLogged({ command, cwd: plan.folder, env, tag, logFile, timeoutMs, signal });
    const words = typeof command === 'string' ? command : command.join(' ');
    if (ran.kind === 'cancelled') return err({ kind: 'stopped' });
    if (ran.kind === 'timedOut')
      return err({ kind: 'setupFailed', detail: `${words}: ran out of time`, log: plan.log });
    if (ran.kind === 'startFailed')
      return err({ kind: 'setupFailed', detail: `${words}: ${ran.message}`, log: plan.log });
    if (ran.exit.code !== 0) {
      return err({
        kind: 'setupFailed',
        detail: `${words}: exit code ${ran.exit.code ?? ran.exit.signal}`,
        log: plan.log,
      });
    }
  }
  return ok(undefined);
}

function describe(failure: { readonly kind: string }): string {
  const message = 'message' in failure && typeof failure.message === 'string' ? `: ${failure.message}` : '';
  return `${failure.kind}${message}`;
}
