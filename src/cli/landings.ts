import { changedPaths, type Git, isAncestor, mainLine, resolveCommit } from '../git/index.ts';
import type { Landing, Recorded, TaskId } from '../orchestrator/index.ts';
import { idKey } from '../tasks/index.ts';

/** Where a task stands on a branch: landed by this, taken back by that commit, or not there. */
export type Landed =
  | { readonly kind: 'landed'; readonly task: TaskId; readonly landing: Landing; readonly subject: string | undefined }
  | { readonly kind: 'undone'; readonly task: TaskId; readonly by: string }
  /** The journal knows of a landing that the branch no longer has. */
  | { readonly kind: 'gone'; readonly task: TaskId; readonly commit: string }
  | { readonly kind: 'never' };

type LandedEvent = Recorded & { readonly type: 'landed' };

/**
 * The last landing of a task on the branch whose tip is `main`: what the journal says, unless the branch itself knows better by its
 * trailers, because it was changed elsewhere or the journal is a new one.
 */
export async function findLanding(
  git: Git,
  events: readonly Recorded[],
  main: string,
  wanted: TaskId,
): Promise<Landed> {
  const told = events.filter((event) => event.type === 'landed').filter(({ task }) => idKey(task) === idKey(wanted));
  const known = await lastOn(git, told, main);
  const line = await mainLine(git, main, known?.from);
  const undoing = line.find(({ undoes }) => undoes !== undefined && undoes === known?.commit);
  if (known !== undefined && undoing !== undefined) return { kind: 'undone', task: known.task, by: undoing.commit };
  const newest = line.find(({ task }) => task !== undefined && idKey(task) === idKey(wanted));
  if (newest?.task !== undefined && newest.parent !== undefined) {
    const { commit, parent, task, undoes, subject } = newest;
    if (undoes !== undefined) return { kind: 'undone', task, by: commit };
    return { kind: 'landed', task, landing: { from: parent, to: commit }, subject };
  }
  if (known === undefined) {
    const last = told.at(-1);
    return last === undefined ? { kind: 'never' } : { kind: 'gone', task: last.task, commit: last.commit };
  }
  const { task, from, commit, undoes } = known;
  if (undoes !== undefined) return { kind: 'undone', task, by: commit };
  return { kind: 'landed', task, landing: { from, to: commit }, subject: undefined };
}

async function lastOn(git: Git, told: readonly LandedEvent[], main: string): Promise<LandedEvent | undefined> {
  for (const event of told.toReversed()) {
    const isThere = (await resolveCommit(git, event.commit)) !== undefined;
    if (isThere && (await isAncestor(git, event.commit, main))) return event;
  }
  return undefined;
}

interface LaterPlan {
  readonly after: string;
  readonly main: string;
  readonly paths: readonly string[];
}

/** The tasks that landed after a commit, are still there, and changed one of the paths; the newest first. */
export async function laterLandings(
  git: Git,
  events: readonly Recorded[],
  { after, main, paths }: LaterPlan,
): Promise<readonly TaskId[]> {
  const line = await mainLine(git, main, after);
  const told = new Map(events.flatMap((event) => (event.type === 'landed' ? [[event.commit, event]] : [])));
  const undone = new Set(line.flatMap(({ commit, undoes = told.get(commit)?.undoes }) => undoes ?? []));
  const tasks = new Set<TaskId>();
  for (const { commit, parent, task: own, undoes } of line) {
    const from = own === undefined ? told.get(commit)?.from : parent;
    const task = own ?? told.get(commit)?.task;
    if (task === undefined || from === undefined || undoes !== undefined || undone.has(commit)) continue;
    const changed = await changedPaths(git, from, commit);
    if (changed.some(({ path }) => paths.includes(path))) tasks.add(task);
  }
  return [...tasks];
}
