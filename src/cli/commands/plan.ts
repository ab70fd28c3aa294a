import { join, relative } from 'node:path';
import { lookAt } from '../../git/index.ts';
import { type Selection, select, type TaskId } from '../../orchestrator/index.ts';
import { blockSentence, type Plan, planText } from '../../report/index.ts';
import { profileFor, type Settings } from '../../settings/index.ts';
import { idKey, indexTasks, readinessOf, type Task, type TaskFile } from '../../tasks/index.ts';
import type { Invocation } from '../command.ts';
import { worktreeRoot } from '../effects/context.ts';
import { requireAgent, requireTask } from '../plan-run.ts';
import { Refusal } from '../refusal.ts';
import { openWorkspace, readTaskFile, requireTarget, trackedFiles, type Workspace } from '../workspace.ts';

/** `plan`: what would run, without doing any of it. */
export async function run({ words, flags, world }: Invocation): Promise<number> {
  const workspace = await openWorkspace(world);
  const file = await readTaskFile(workspace);
  const git = lookAt(workspace.repository, world.env);
  const target = await requireTarget(git, workspace.settings);
  const wanted = words.length === 0 ? undefined : words.map((id) => requireTask(file, id).id);
  const selection = select(file, await trackedFiles(git, target.commit), wanted);
  const plan = planOf(workspace, file, selection, wanted);
  world.out(flags.has('json') ? `${JSON.stringify(plan)}\n` : planText(plan));
  return 0;
}

function planOf(
  workspace: Workspace,
  file: TaskFile,
  selection: Selection,
  wanted: readonly TaskId[] | undefined,
): Plan {
  const keys = wanted === undefined ? undefined : new Set(wanted.map(idKey));
  const shown = file.tasks.filter((task) => keys === undefined || keys.has(idKey(task.id)));
  const readiness = readinessOf(
    indexTasks(file),
    new Set(wanted ?? file.tasks.filter(({ status }) => status === 'ready').map(({ id }) => id)),
  );
  const problems = file.problems.filter(
    (problem) => keys === undefined || problem.tasks.some((id) => keys.has(idKey(id))),
  );
  const strangers = new Map(shown.map((task) => [task.id, unknownAgent(workspace.settings, task)]));
  const isKnown = (id: TaskId) => strangers.get(id) === undefined;
  return {
    tasks: shown.map((task) => {
      const answer = readiness(task.id) ?? { state: 'blocked' as const, reasons: [] };
      const stranger = answer.state === 'ready' ? strangers.get(task.id) : undefined;
      const state = stranger === undefined ? answer.state : 'blocked';
      const reasons = answer.reasons.map((reason) => blockSentence(reason, task.id));
      return {
        id: task.id,
        state,
        reasons: stranger === undefined ? reasons : [...reasons, stranger],
        title: task.title,
        ...place(workspace, task, state),
        claims: task.claims.length === 0 ? ('unknown' as const) : ('known' as const),
      };
    }),
    overlaps: selection.overlaps
      .filter(({ tasks }) => tasks.every(isKnown))
      .map(({ tasks, paths }) => ({ tasks: [...tasks], paths: [...paths] })),
    order: selection.runnable.map((task) => task.id).filter(isKnown),
    problems: problems.map(({ code, message, file: path, at, tasks }) => ({
      code,
      message,
      file: path,
      line: at.line,
      column: at.column,
      tasks: [...tasks],
    })),
  };
}

/** That a task names an agent whom the config does not have, in words. A config without any agent is another matter. */
function unknownAgent(settings: Settings, task: Task): string | undefined {
  const found = profileFor(settings, { agent: task.agent });
  if (found.ok || found.error.kind !== 'unknownAgent') return undefined;
  return `${task.id} names the agent ${found.error.name}, which the config does not have.`;
}

function place(
  workspace: Workspace,
  task: Task,
  state: string,
): Pick<Plan['tasks'][number], 'agent' | 'worktree' | 'branch' | 'gates'> {
  if (state !== 'ready') return {};
  const gates = gatesFor(workspace.settings, task);
  const branch = `wt-orch/${task.id}`;
  try {
    const agent = requireAgent(workspace.settings, task).name;
    return {
      agent,
      branch,
      gates,
      worktree: relative(workspace.root, join(worktreeRoot(workspace), `${agent}-${task.id}`)),
    };
  } catch (problem) {
    // A plan is worth showing also where no agent is configured yet.
    if (!(problem instanceof Refusal)) throw problem;
    return { branch, gates };
  }
}

/** The gates that are sure to judge the task; those that depend on changed paths are known only afterwards. */
function gatesFor(settings: Settings, task: Task): string[] {
  return settings.gates
    .filter(
      ({ name, when }) =>
        when === undefined || task.gates.includes(name) || when.tags?.some((tag) => task.tags.includes(tag)) === true,
    )
    .map(({ name }) => name);
}
