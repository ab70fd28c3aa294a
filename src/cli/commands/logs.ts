import { basename, dirname, join } from 'node:path';
import { locateState } from '../../git/index.ts';
import { isEnded, type RunState, type StepState } from '../../orchestrator/index.ts';
import { describePath, listFolder, pause, readLockOwner, readPart } from '../../system/index.ts';
import type { Invocation, World } from '../command.ts';
import { harmless } from '../harmless.ts';
import { type History, lastStep, readHistory } from '../history.ts';
import { Refusal } from '../refusal.ts';
import { requireRepository } from '../workspace.ts';

/** How often a log that is followed is looked at, in milliseconds. */
const lookEveryMs = 100;
const partBytes = 256 * 1024;

/** `logs ID`: what the agent of the latest attempt said; with `-f` on and on, until the step is over. */
export async function run({ words: [id = ''], flags, world }: Invocation): Promise<number> {
  const stateDir = (await locateState(world.cwd))?.stateDir ?? (await requireRepository(world)).stateDir;
  if (flags.has('follow')) return follow(stateDir, id, world);
  const { log, step } = latestLog(await readHistory(stateDir), id);
  if (log === undefined) throw new Refusal(`${step.spec.task} has no log: its agent has not started.`, undefined, 1);
  await sayOtherLogs(log, world);
  const printer = logPrinter(world);
  if (!(await printer.print(log))) {
    throw new Refusal(`The log ${log} is gone.`, 'wt-orch clean --older-than removes those of old runs.', 1);
  }
  printer.end();
  return 0;
}

interface Found {
  readonly state: RunState;
  readonly step: StepState;
  readonly log: string | undefined;
}

/** The newest run that has the task, and the log of the newest attempt; a run that only landed the branch has none of its own. */
function latestLog(history: History, id: string): Found {
  const last = lastStep(history, id);
  if (last === undefined) throw new Refusal(`No run had a task ${id}.`, 'See wt-orch status.');
  const logs = [...history.runs.values()].flatMap((state) => state.steps.get(last.step.spec.task)?.agentLog ?? []);
  const onlyLands = ['land', 'undo'].includes(last.step.spec.entry.kind);
  return { ...last, log: onlyLands ? logs.at(-1) : last.step.agentLog };
}

async function follow(stateDir: string, id: string, world: World): Promise<number> {
  const printer = logPrinter(world);
  let shown: string | undefined;
  let size: number | undefined;
  let found = latestLog(await readHistory(stateDir), id);
  for (;;) {
    const journal = await describePath(join(stateDir, 'journal.jsonl'));
    if (size !== undefined && journal?.size !== size) found = latestLog(await readHistory(stateDir), id);
    size = journal?.size;
    const { state, step, log } = found;
    // Asked before the log is read, so that nothing which was written before the end is missed.
    const isOver =
      isEnded(step) || state.endedAt !== undefined || (await readLockOwner(join(stateDir, 'lock'))) === undefined;
    if (log !== undefined && log !== shown) await sayOtherLogs(log, world);
    shown = log;
    if (log !== undefined) await printer.print(log);
    if (isOver) {
      printer.end();
      if (log === undefined) world.note(`${step.spec.task} has no log: its agent did not start.\n`);
      return 0;
    }
    await pause(lookEveryMs);
  }
}

/** Set-up, gates and tests write beside the log of the agent, each with the task and the attempt in its name. */
async function sayOtherLogs(log: string, world: World): Promise<void> {
  const folder = dirname(log);
  const stem = basename(log).replace(/log$/, '');
  const others: string[] = [];
  for (const name of await listFolder(folder)) {
    if (!name.startsWith(stem) || name === basename(log)) continue;
    if (name.endsWith('.log')) others.push(join(folder, name));
    else if (name.endsWith('.gates'))
      others.push(...(await listFolder(join(folder, name))).map((gate) => join(folder, name, gate)));
  }
  world.note(`${log}\n`);
  if (others.length > 0) world.note(`Beside it:\n${others.map((path) => `  ${path}\n`).join('')}`);
}

interface LogPrinter {
  /** Prints what a log holds beyond what was printed of it; false when it is not there. */
  readonly print: (log: string) => Promise<boolean>;
  /** Prints what is left of a character that was cut. */
  readonly end: () => void;
}

function logPrinter(world: World): LogPrinter {
  let place = { log: '', identity: '', offset: 0 };
  let decoder = new TextDecoder();
  const say = (text: string): void => {
    if (text !== '') world.out(world.stdoutIsTerminal ? harmless(text) : text);
  };
  return {
    print: async (log) => {
      for (;;) {
        const part = await readPart(log, place.offset, partBytes);
        if (part === undefined) return false;
        // Another file than the one before, or one that was cut: it is read from its beginning.
        if (place.log !== log || place.identity !== part.identity || part.size < place.offset) {
          const before = place.offset;
          place = { log, identity: part.identity, offset: 0 };
          decoder = new TextDecoder();
          if (before > 0) continue;
        }
        if (part.bytes.length === 0) return true;
        place = { ...place, offset: place.offset + part.bytes.length };
        say(decoder.decode(part.bytes, { stream: true }));
      }
    },
    end: () => say(decoder.decode()),
  };
}
