import { parseDuration } from '../../std/index.ts';
import type { Flags, Invocation } from '../command.ts';
import { runDetached } from '../detach.ts';
import { type ForegroundRun, runInForeground } from '../foreground.ts';
import type { RunRequest } from '../plan-run.ts';
import { Refusal } from '../refusal.ts';
import { steer } from '../steer.ts';
import { openWorkspace, readTaskFile, type Workspace } from '../workspace.ts';
import { run as plan } from './plan.ts';

/** `run`: the main job, in the foreground, in the background, or as an addition to the run that is going on. */
export async function run(invocation: Invocation): Promise<number> {
  const { words, flags, world } = invocation;
  if (flags.has('dry-run')) return plan(invocation);
  const options = optionsOf(flags);
  const workspace = await openWorkspace(world);
  if (words.length === 0 && !flags.has('all')) throw await nothingChosen(workspace);
  const request: RunRequest = { mode: 'run', ...(flags.has('all') ? {} : { ids: words }), ...options.request };
  if (flags.has('join')) return join(workspace, request, invocation);
  if (flags.has('detach')) return runDetached(workspace, world, 'run');
  return runInForeground(workspace, world, {
    request,
    json: flags.has('json'),
    land: !flags.has('no-land'),
    ...options.face,
  });
}

async function join(workspace: Workspace, request: RunRequest, { world }: Invocation): Promise<number> {
  const { mode, ids, timeoutMs } = request;
  const answer = await steer(workspace.stateDir, {
    do: 'join',
    mode,
    ...(ids === undefined ? {} : { ids: [...ids] }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  if (answer === undefined) throw new Refusal('There is no run to join.', 'Leave --join out to start one.');
  world.out(`${answer}\n`);
  return 0;
}

async function nothingChosen(workspace: Workspace): Promise<Refusal> {
  const ready = (await readTaskFile(workspace)).tasks.filter((task) => task.status === 'ready').map((task) => task.id);
  const some = ready.slice(0, 12).join(' ');
  const hint =
    ready.length === 0
      ? 'No task is ready; see wt-orch tasks.'
      : `Ready: ${some}${ready.length > 12 ? ' ...' : ''}. Or --all.`;
  return new Refusal('Say which tasks to run: wt-orch run ID...', hint);
}

function optionsOf(flags: Flags): { readonly request: Partial<RunRequest>; readonly face: Partial<ForegroundRun> } {
  const timeout = flags.text('timeout');
  const limit = timeout === undefined ? undefined : parseDuration(timeout);
  if (limit?.ok === false) throw new Refusal(`--timeout ${timeout}: that is no duration.`, 'Write 30s, 5m or 2h.');
  const parallel = flags.text('max-parallel');
  if (parallel !== undefined && !/^[1-9]\d{0,3}$/.test(parallel)) {
    throw new Refusal(`--max-parallel ${parallel}: that is no number from 1 to 9999.`);
  }
  const onConflict = flags.text('on-conflict');
  if (onConflict !== undefined && !isChoice(onConflict)) {
    throw new Refusal(`--on-conflict ${onConflict}: it takes ask, sequential, parallel or cancel.`);
  }
  return {
    request: limit === undefined ? {} : { timeoutMs: limit.value },
    face: {
      ...(parallel === undefined ? {} : { maxParallel: Number(parallel) }),
      ...(onConflict === undefined ? {} : { onConflict }),
    },
  };
}

const isChoice = (word: string): word is 'ask' | 'sequential' | 'parallel' | 'cancel' =>
  ['ask', 'sequential', 'parallel', 'cancel'].includes(word);
