import { join } from 'node:path';
import { ensureFolder, launch, now, pause, readLockOwner, readText } from '../system/index.ts';
import type { World } from './command.ts';
import { steer } from './steer.ts';
import type { Workspace } from './workspace.ts';

/** How often it is looked whether the background run answers, in milliseconds. */
const lookEveryMs = 25;

/**
 * Starts the same command line again in the background, without `--detach`, and waits until its run answers or has ended.
 * Prints what it is called; a run that ended at once prints what it said. Answers with the exit code.
 */
export async function runDetached(workspace: Workspace, world: World, command: string): Promise<number> {
  await ensureFolder(workspace.stateDir);
  const logFile = join(workspace.stateDir, `background-${process.pid}-${now()}.log`);
  const args = process.argv.slice(2).filter((word) => word !== '--detach');
  const started = await launch({
    command: [...world.self, ...args],
    cwd: world.cwd,
    env: world.env,
    logFile,
    tag: `background/${process.pid}`,
  });
  if (!started.ok) {
    world.note(`The ${command} could not be started in the background: ${started.error.message}\n`);
    return 2;
  }
  let ended: number | undefined;
  void started.value.exited.then(({ code }) => {
    ended = code ?? 1;
  });
  for (;;) {
    if (ended !== undefined) return saidAtOnce(world, logFile, ended);
    const run = await steer(workspace.stateDir, { do: 'follow' }).catch(() => undefined);
    const owner = await readLockOwner(join(workspace.stateDir, 'lock'));
    if (run !== undefined && owner?.pid === started.value.identity.pid) {
      started.value.letGo();
      world.out(`Run ${run} goes on in the background (pid ${started.value.identity.pid}). See wt-orch status.\n`);
      return 0;
    }
    await pause(lookEveryMs);
  }
}

async function saidAtOnce(world: World, logFile: string, code: number): Promise<number> {
  world.note((await readText(logFile)) ?? '');
  return code;
}
