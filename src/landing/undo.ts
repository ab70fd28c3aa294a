import { checkouts, type Git, moveRefs, pinCommit, revertOnto, tipOf } from '../git/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { landingMessage } from './landing-message.ts';

export interface UndoPlan {
  readonly task: string;
  readonly title: string;
  readonly run: string;
  /** What main is now. */
  readonly main: string;
  readonly landing: { readonly from: string; readonly to: string };
  /** The branch that the commit gets, without `refs/heads/`. */
  readonly branch: string;
  /** A free ref that keeps what an earlier attempt left on that branch. */
  readonly asideRef: string;
  /** Paths whose version on main stays: the task file. */
  readonly keepFromMain: readonly string[];
}

/** Nothing has been changed then. */
export type UndoFailure =
  | { readonly kind: 'textConflict'; readonly paths: readonly string[] }
  | { readonly kind: 'nothingToTakeBack' }
  /** The branch is checked out somewhere, or somebody moves it at this moment. */
  | { readonly kind: 'branchTaken'; readonly message: string };

/** What the candidate is made of. */
export interface Undo {
  readonly base: string;
  readonly tip: string;
  readonly paths: readonly string[];
}

/**
 * Makes a candidate that takes a landing back out of main: one commit on main, on a branch of its own. From there on it is judged,
 * tested and landed like any other. May be made again; what an earlier attempt left on the branch is kept aside first.
 */
export async function prepareUndo(git: Git, plan: UndoPlan): Promise<Result<Undo, UndoFailure>> {
  const { main, landing, keepFromMain, branch } = plan;
  const message = landingMessage({ ...plan, undoes: landing.to }, plan.run);
  const reverted = await revertOnto(git, { base: main, landing, keepFromBase: keepFromMain, message });
  if (!reverted.ok) return reverted;
  const { commit, paths } = reverted.value;
  const [place] = await checkouts(git, branch);
  if (place !== undefined) return err({ kind: 'branchTaken', message: `${branch} is checked out in ${place}` });
  const before = await tipOf(git, `refs/heads/${branch}`);
  const kept = before === undefined ? ok(undefined) : await pinCommit(git, plan.asideRef, before);
  const moved = kept.ok ? await moveRefs(git, [{ ref: `refs/heads/${branch}`, to: commit, from: before }]) : kept;
  return moved.ok ? ok({ base: main, tip: commit, paths }) : err({ kind: 'branchTaken', message: moved.error.message });
}
