import type { TrackedPaths } from '../conflicts/index.ts';
import { changedPaths, type Git, mergeBase, tipOf } from '../git/index.ts';
import {
  isEnded,
  overlapsAmong,
  type Reason,
  type RunState,
  type Selection,
  type StepEntry,
  type StepSpec,
  select,
  stepFor,
  type TaskId,
} from '../orchestrator/index.ts';
import { blockSentence } from '../report/index.ts';
import { profileFor, type Settings } from '../settings/index.ts';
import { nearest } from '../std/index.ts';
import { idKey, type Task, type TaskFile } from '../tasks/index.ts';
import { neverLands, worktreeRoot } from './effects/context.ts';
import { attemptsOf, type History, lastStep } from './history.ts';
import { Refusal } from './refusal.ts';
import { readTaskFile, type Target, trackedFiles, type Workspace } from './workspace.ts';

/** What a person asked for. */
export interface RunRequest {
  /** Ids as typed; undefined is every ready task. */
  readonly ids?: readonly string[];
  readonly mode: 'run' | 'retry' | 'continue' | 'land';
  readonly timeoutMs?: number;
  /** The answer of a person that the agent is told when it goes on. */
  readonly note?: string;
}

/** What the request comes to: the steps of a run, and those that were asked for and cannot run. */
export interface RunPlan {
  readonly steps: readonly StepSpec[];
  readonly skipped: readonly { readonly task: TaskId; readonly reason: Reason }[];
  /** With every ready task asked for: those that are marked as ready and wait for something outside of the run. Nobody named them. */
  readonly notYet: readonly { readonly task: TaskId; readonly reason: Reason }[];
  readonly overlaps: Selection['overlaps'];
}

export interface PlanContext {
  readonly workspace: Workspace;
  readonly git: Git;
  readonly target: Target;
  readonly history: History;
  /** The run that is going on, when tasks are added to it. */
  readonly joining?: RunState;
}

/** Turns a request into steps. Refuses, before anything starts, an id that no task has and an agent that does not exist. */
export async function planRun(context: PlanContext, request: RunRequest): Promise<RunPlan> {
  const { workspace, git, target } = context;
  const file = await readTaskFile(workspace);
  const wanted = request.ids?.map((id) => requireTask(file, id).id);
  const tracked = await trackedFiles(git, target.commit);
  const again = request.mode !== 'run' && wanted !== undefined;
  const selection = again ? chosenAnyway(file, wanted) : select(file, tracked, wanted);
  const steps: StepSpec[] = [];
  const isNamed = ({ readiness }: Refused) => request.ids !== undefined || isMistaken(readiness);
  const skipped = selection.refused.filter(isNamed).map(refusal);
  const notYet = selection.refused.filter((one) => !isNamed(one)).map(refusal);
  const inRun = new Set(
    [...selection.runnable.map((task) => task.id), ...(context.joining?.steps.keys() ?? [])].map(idKey),
  );
  for (const task of selection.runnable) {
    const busy = context.joining?.steps.get(task.id);
    if (busy !== undefined && !isEnded(busy)) {
      skipped.push({ task: task.id, reason: { kind: 'blocked', detail: 'it is part of the run already' } });
      continue;
    }
    const spec = stepFor(task, {
      agentOf: (one) => requireAgent(workspace.settings, one),
      worktreeRoot: worktreeRoot(workspace),
      attemptsOf: (id) => attemptsOf(context.history, id),
      inRun: (id) => !again && inRun.has(idKey(id)),
      ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
    });
    const left = request.mode === 'run' ? await finishedWork(context, spec) : undefined;
    if (left?.kind === 'moved') {
      skipped.push({ task: task.id, reason: { kind: 'branchMoved', detail: left.tip } });
      continue;
    }
    const placed = again || left !== undefined ? asBefore(spec, context.history) : spec;
    steps.push({ ...placed, entry: left ?? (await entryFor(context, request, placed)) });
  }
  return {
    steps,
    skipped,
    notYet,
    overlaps: context.joining === undefined ? selection.overlaps : withRunning(file, context.joining, steps, tracked),
  };
}

/** Tasks that join are weighed against those under way too; pairs that were known before are not told again. */
function withRunning(
  file: TaskFile,
  run: RunState,
  steps: readonly StepSpec[],
  tracked: TrackedPaths,
): Selection['overlaps'] {
  const added = new Set(steps.map(({ task }) => task));
  const involved = file.tasks.filter((task) => {
    const step = run.steps.get(task.id);
    return added.has(task.id) || (step !== undefined && !isEnded(step));
  });
  return overlapsAmong(involved, tracked).filter(({ tasks }) => tasks.some((task) => added.has(task)));
}

/** A task that a person names again runs whatever its mark says; the errors of the task file still stop it. */
function chosenAnyway(file: TaskFile, wanted: readonly TaskId[]): Selection {
  const keys = new Set(wanted.map(idKey));
  return { runnable: file.tasks.filter((task) => keys.has(idKey(task.id))), refused: [], overlaps: [] };
}

/** The worktree of an earlier attempt keeps its place, also when another agent would do the task today. */
function asBefore(spec: StepSpec, history: History): StepSpec {
  for (const state of [...history.runs.values()].reverse()) {
    const step = state.steps.get(spec.task);
    if (step !== undefined) return { ...spec, worktree: step.spec.worktree };
  }
  return spec;
}

/**
 * The branch of a run that was killed between the end of the agent and the landing: it lands, and no agent does it again. A yes that
 * was owed is still owed. A branch that has moved since is not what the agent had finished, and is for a person to name.
 */
async function finishedWork(
  { git, history }: PlanContext,
  spec: StepSpec,
): Promise<(StepEntry & { readonly kind: 'land' }) | { readonly kind: 'moved'; readonly tip: string } | undefined> {
  const step = lastStep(history, spec.task)?.step;
  if (step?.phase.name !== 'ended' || step.phase.reason?.kind !== 'landingInterrupted') return undefined;
  const { work } = step.phase;
  const tip = await tipOf(git, `refs/heads/${spec.branch}`);
  if (work === undefined || tip === undefined) return undefined;
  return tip === work.tip ? { kind: 'land', work, approved: step.approved } : { kind: 'moved', tip };
}

async function entryFor(context: PlanContext, request: RunRequest, spec: StepSpec): Promise<StepEntry> {
  switch (request.mode) {
    case 'run':
    case 'retry':
      return { kind: 'fresh' };
    case 'continue':
      return { kind: 'continue', ...(request.note === undefined ? {} : { note: request.note }) };
    case 'land':
      return landEntry(context, spec);
  }
}

async function landEntry(context: PlanContext, spec: StepSpec): Promise<StepEntry> {
  const { git, target, workspace } = context;
  const tip = await tipOf(git, `refs/heads/${spec.branch}`);
  if (tip === undefined)
    throw new Refusal(`${spec.task} has no branch ${spec.branch} to land.`, `Run it first: wt-orch run ${spec.task}`);
  const base = await mergeBase(git, target.commit, tip);
  if (base === undefined) throw new Refusal(`${spec.branch} has no history in common with ${target.branch}.`);
  const changed = await changedPaths(git, base, tip);
  const out = neverLands(workspace.settings);
  const paths = changed.map(({ path }) => path).filter((path) => !out.includes(path));
  // A person who names the branch has looked at it: what waits for approval is approved by that.
  return { kind: 'land', work: { base, tip, paths, harvested: false, rules: [] }, approved: true };
}

export function requireTask(file: TaskFile, id: string): Task {
  const found = file.tasks.find((task) => idKey(task.id) === idKey(id));
  if (found !== undefined) return found;
  const near = nearest(
    id,
    file.tasks.map((task) => task.id),
  );
  throw new Refusal(
    `${file.path} has no task ${id}.`,
    near === undefined ? 'See wt-orch tasks.' : `Did you mean ${near}?`,
  );
}

type Refused = Selection['refused'][number];

/** Waiting is no failure for a task that nobody named; a mistake in the task file is one for everybody. */
const isMistaken = (readiness: Refused['readiness']): boolean =>
  readiness.state === 'blocked' && readiness.reasons.some(({ kind }) => kind === 'problem');

function refusal({ task, readiness }: Refused): { readonly task: TaskId; readonly reason: Reason } {
  if (readiness.state === 'done') return { task: task.id, reason: { kind: 'alreadyDone' } };
  const detail = readiness.reasons.map((reason) => blockSentence(reason, task.id)).join(' ');
  return { task: task.id, reason: { kind: 'blocked', detail } };
}

export function requireAgent(settings: Settings, task: Task): { readonly name: string; readonly timeoutMs: number } {
  const found = profileFor(settings, { agent: task.agent });
  if (found.ok) return found.value.profile;
  if (found.error.kind === 'unknownAgent') {
    const { name, nearest: near } = found.error;
    throw new Refusal(
      `${task.id} names the agent ${name}, which the config does not have.`,
      near === undefined ? 'Add it under `agents` in .wt-orch/config.yaml.' : `Did you mean ${near}?`,
    );
  }
  throw new Refusal(
    `No agent is configured for ${task.id}.`,
    'Add one under `agents` in .wt-orch/config.yaml: { driver: command, command: [node, tools/agent.mjs] }, and name it as `default`.',
  );
}
