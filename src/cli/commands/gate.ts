import { join } from 'node:path';
import { type GateResult, judge } from '../../gates/index.ts';
import { changedPaths, type Git, mergeBase } from '../../git/index.ts';
import type { StepSpec, StepState, Work } from '../../orchestrator/index.ts';
import { plainText } from '../../report/index.ts';
import { ensureFolder, now, onSignals, pathKind, removeTree, scratchEnvironment } from '../../system/index.ts';
import { idKey } from '../../tasks/index.ts';
import type { Invocation, World } from '../command.ts';
import { neverLands, type RunContext, slotsFolder } from '../effects/context.ts';
import { gateCase } from '../effects/judge.ts';
import { slotPool } from '../effects/slot-pool.ts';
import { lastStep, readHistory } from '../history.ts';
import { Refusal } from '../refusal.ts';
import { removeCheckout } from '../remove-checkout.ts';
import { branchOfTask, type TaskBranch } from '../task-branch.ts';
import { noMemory } from '../train-memory.ts';
import {
  openGitFor,
  openWorkspace,
  readTaskFile,
  requireDrivers,
  requireTarget,
  type Target,
  type Workspace,
} from '../workspace.ts';

/** `gate ID`: the gates on the branch as it stands, in a checkout of their own; nothing is recorded and nothing lands. */
export async function run({ words: [id = ''], flags, world }: Invocation): Promise<number> {
  const workspace = await openWorkspace(world);
  const git = await openGitFor(workspace, world);
  const branch = await branchOfTask(git, id);
  if (branch === undefined)
    throw new Refusal(`${id} has no branch wt-orch/${id} to judge.`, `Run it first: wt-orch run ${id}`);
  const target = await requireTarget(git, workspace.settings);
  await requireDrivers(git, target.commit);
  const work = await workOn(workspace, git, target, branch);
  const step = aloneStep(branch, work, await wishesOf(workspace, branch.task, world));
  const context = aloneContext(workspace, world, git);
  await removeTree(context.folder);
  await ensureFolder(context.folder);
  const cancel = new AbortController();
  const signals = onSignals(() => cancel.abort());
  const results: GateResult[] = [];
  try {
    const { verdict } = await judge(gateCase(context, step, work, context.run, cancel.signal), async (result) => {
      results.push(result);
      if (!flags.has('json')) world.out(resultText(result));
    });
    if (cancel.signal.aborted) return 130;
    const { task, tip } = branch;
    if (flags.has('json'))
      world.out(`${JSON.stringify({ task, branch: branch.branch, commit: tip, verdict, gates: results })}\n`);
    else world.out(`${task} at ${tip.slice(0, 10)}: ${verdict === 'pass' ? 'passes' : 'blocked'}\n`);
    return verdict === 'pass' ? 0 : 1;
  } finally {
    signals.dispose();
    if ((await pathKind(join(slotsFolder(workspace), context.run))) !== undefined) {
      await removeCheckout(workspace, git, context.run);
    }
  }
}

async function workOn(workspace: Workspace, git: Git, target: Target, { branch, tip }: TaskBranch): Promise<Work> {
  const base = await mergeBase(git, target.commit, tip);
  if (base === undefined) throw new Refusal(`${branch} has no history in common with ${target.branch}.`);
  const changed = await changedPaths(git, base, tip);
  const out = neverLands(workspace.settings);
  const paths = changed.map(({ path }) => path).filter((path) => !out.includes(path));
  return { base, tip, paths, harvested: false, rules: [] };
}

type Wishes = Pick<StepSpec, 'tags' | 'gates'>;

/** What decides which gates apply: as the task file has it, else as it was when the task last ran. */
async function wishesOf(workspace: Workspace, id: string, world: World): Promise<Wishes> {
  const there = (await pathKind(workspace.taskPath)) !== undefined;
  const tasks = there ? (await readTaskFile(workspace)).tasks : [];
  const task = tasks.find((one) => idKey(one.id) === idKey(id));
  const known = task ?? lastStep(await readHistory(workspace.stateDir), id)?.step.spec;
  if (known === undefined) world.note(`${id} is no task that is known; gates for certain tags are left out.\n`);
  return { tags: known?.tags ?? [], gates: known?.gates ?? [] };
}

function aloneContext(workspace: Workspace, world: World, git: Git): RunContext {
  // The number of this process keeps two of them out of each other's checkout.
  const run = `gate-p${process.pid}`;
  return {
    workspace,
    settings: workspace.settings,
    git,
    run,
    folder: join(workspace.stateDir, 'by-hand', run),
    target: '',
    env: scratchEnvironment(world.env),
    userEnv: world.env,
    reports: { add: () => () => undefined, close: async () => undefined },
    gateSlots: slotPool('gate-'),
    memory: noMemory,
  };
}

/** A step that never ran: the gates are told of the task by it, and their logs get its name. */
function aloneStep({ task, branch }: TaskBranch, work: Work, wishes: Wishes): StepState {
  const spec: StepSpec = {
    ...wishes,
    task,
    title: '',
    status: '',
    agent: '',
    worktree: '',
    branch,
    attempt: 1,
    after: [],
    timeoutMs: 0,
    approve: false,
    claims: [],
    resources: [],
    text: '',
    entry: { kind: 'land', work, approved: false },
  };
  return {
    spec,
    phase: { name: 'judging', work },
    attempt: 1,
    approved: false,
    conflictRounds: 0,
    stopRequested: false,
    rejectedReports: 0,
    gates: [],
    busyMs: 0,
    phaseSince: new Date(now()).toISOString(),
    worktree: 'none',
    tidied: false,
  };
}

function resultText({ gate, verdict, findings, why, log }: GateResult): string {
  const lines = findings.map(({ severity, rule, message, path, line }) => {
    const place = path === undefined ? '' : `${plainText(path)}${line === undefined ? '' : `:${line}`}: `;
    return `  ${severity}: ${place}${plainText(message)} (${plainText(rule)})`;
  });
  const because = why === undefined ? '' : `: ${plainText(why)}`;
  const where = log === undefined || verdict === 'pass' ? [] : [`  ${log}`];
  return `${[`gate ${plainText(gate)}: ${verdict}${because}`, ...lines, ...where].join('\n')}\n`;
}
