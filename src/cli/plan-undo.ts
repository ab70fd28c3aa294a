import { tipOf } from '../git/index.ts';
import { isEnded, type StepSpec, type TaskId } from '../orchestrator/index.ts';
import { profileFor } from '../settings/index.ts';
import { idKey, type Task, type TaskFile } from '../tasks/index.ts';
import { worktreeRoot } from './effects/context.ts';
import { attemptsOf, type History, lastStep, readHistory } from './history.ts';
import { findLanding, type Landed } from './landings.ts';
import { type PlanContext, type RunPlan, requireTask } from './plan-run.ts';
import { Refusal } from './refusal.ts';
import { readTaskFile } from './workspace.ts';

/** A person asks for landed tasks, by their ids as typed, to be taken back. */
export interface UndoRequest {
  readonly mode: 'undo';
  readonly ids: readonly string[];
}

/**
 * Turns the ids of landed tasks into steps that take their landings back. Refuses what has not landed and what is taken back already.
 * The task file need not have the task any more.
 */
export async function planUndo(context: PlanContext, { ids }: UndoRequest): Promise<RunPlan> {
  const { workspace, target, joining } = context;
  const file = await readTaskFile(workspace);
  // A run that is joined has landed more since it began than it knew then.
  const history = await readHistory(workspace.stateDir);
  const main = await tipOf(context.git, `refs/heads/${target.branch}`);
  if (main === undefined) throw new Refusal(`The target branch ${target.branch} does not exist.`);
  const steps: StepSpec[] = [];
  for (const id of ids) {
    const found = requireLanded(await findLanding(context.git, history.events, main, id), { id, file, context });
    const busy = joining?.steps.get(found.task);
    if (busy !== undefined && !isEnded(busy)) throw new Refusal(`${found.task} is part of the run already.`);
    steps.push(stepOf(context, history, file, found));
  }
  return { steps, skipped: [], notYet: [], overlaps: [] };
}

type FoundLanding = Landed & { readonly kind: 'landed' };

function requireLanded(
  found: Landed,
  { id, file, context }: { readonly id: string; readonly file: TaskFile; readonly context: PlanContext },
): FoundLanding {
  const { branch } = context.target;
  switch (found.kind) {
    case 'landed':
      return found;
    case 'undone':
      throw new Refusal(
        `${found.task} is taken back already, by ${found.by.slice(0, 8)} on ${branch}.`,
        `To do it again: wt-orch run ${found.task}`,
      );
    case 'gone':
      throw new Refusal(`${found.task} landed as ${found.commit.slice(0, 8)}, which ${branch} no longer has.`);
    case 'never':
      throw new Refusal(`${requireTask(file, id).id} has not landed on ${branch}.`, 'See wt-orch status.');
  }
}

/** The task as it was known when it landed, as far as anybody still knows it. */
function stepOf(context: PlanContext, history: History, file: TaskFile, found: FoundLanding): StepSpec {
  const { settings } = context.workspace;
  const task = file.tasks.find((one) => idKey(one.id) === idKey(found.task));
  const before = lastStep(history, found.task)?.step.spec;
  const id = task?.id ?? found.task;
  const profile = profileFor(settings, { agent: task?.agent });
  const agent = before?.agent ?? (profile.ok ? profile.value.profile.name : (task?.agent ?? ''));
  return {
    task: id,
    title: task?.title ?? before?.title ?? titleIn(found.subject, id),
    status: task?.status ?? 'done',
    agent,
    worktree: before?.worktree ?? `${worktreeRoot(context.workspace)}/${agent}-${id}`,
    branch: `wt-orch/undo-${id}`,
    attempt: attemptsOf(history, id) + 1,
    after: [],
    timeoutMs: 0,
    approve: false,
    claims: [],
    ...wishesOf(task),
    text: '',
    entry: { kind: 'undo', landing: found.landing },
  };
}

const wishesOf = (task: Task | undefined): Pick<StepSpec, 'tags' | 'resources' | 'gates'> => ({
  tags: task?.tags ?? [],
  resources: task?.resources ?? [],
  gates: task?.gates ?? [],
});

const titleIn = (subject: string | undefined, id: TaskId): string =>
  subject?.startsWith(`${id}: `) === true ? subject.slice(id.length + 2) : (subject ?? '');
