import type { Loop, Recorded, RunState } from '../orchestrator/index.ts';
import { narrate, summarize, summaryText } from '../report/index.ts';
import { now } from '../system/index.ts';
import { askPerson } from './ask-person.ts';
import type { World } from './command.ts';
import { orchestrate } from './orchestrate.ts';
import { type AnyRequest, planRequest } from './plan-request.ts';
import type { Workspace } from './workspace.ts';

export interface ForegroundRun {
  readonly request: AnyRequest;
  readonly json: boolean;
  readonly land?: boolean;
  readonly onConflict?: 'ask' | 'sequential' | 'parallel' | 'cancel';
  readonly maxParallel?: number;
}

/**
 * Runs in this process, as the orchestrator, and shows it: as lines on stderr with the account on stdout,
 * or with `json` as one event per line on stdout and the summary last. Answers with the exit code.
 */
export async function runInForeground(workspace: Workspace, world: World, run: ForegroundRun): Promise<number> {
  const attended = !run.json && world.stdinIsTerminal && world.stdoutIsTerminal;
  const person = attended ? askPerson(world) : undefined;
  const { settings } = workspace;
  let lastSeq = 0;
  try {
    const state = await orchestrate({
      workspace,
      world,
      plan: (context) => planRequest(context, run.request),
      face: {
        land: run.land ?? true,
        onConflict: run.onConflict ?? settings.onConflict,
        maxParallel: run.maxParallel ?? settings.maxParallel,
        attended,
        watch: (event, current) => {
          lastSeq = event.seq;
          show(event, current, world, run.json);
          person?.look(current);
        },
        begun: (loop: Loop) => person?.begin(loop),
      },
    });
    const ended = now();
    const summary = summarize(state, ended);
    // The summary is no event, but whoever reads line by line finds in it what stands in every line.
    const line = { ...summary, seq: lastSeq + 1, time: new Date(ended).toISOString() };
    world.out(run.json ? `${JSON.stringify(line)}\n` : summaryText(summary, state));
    return state.exitCode ?? 1;
  } finally {
    person?.end();
  }
}

function show(event: Recorded, state: RunState, world: World, json: boolean): void {
  if (json) {
    world.out(`${JSON.stringify(event)}\n`);
    return;
  }
  const line = narrate(event, state);
  if (line !== undefined) world.note(`${line}\n`);
}
