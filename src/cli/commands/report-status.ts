import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parseStatusReport, statusReportLimit } from '../../agents/index.ts';
import { now, pathKind, readHostile, writeAtomic } from '../../system/index.ts';
import type { Flags, Invocation, World } from '../command.ts';
import { statusFileName } from '../effects/context.ts';
import { Refusal } from '../refusal.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * `report-status`: for agents and their scripts, from within a worktree. What the report held before stays but for what is said
 * now; a report that cannot be read, or would no longer be accepted, is begun anew.
 */
export async function run({ flags, world }: Invocation): Promise<number> {
  const file = await reportFile(world);
  const said = saidNow(flags, world);
  const report = accepted({ ...(await reportBefore(file)), ...said }) ?? accepted(said);
  if (report === undefined)
    throw new Refusal(`That is no status report: ${whyNot(said)}.`, 'See wt-orch report-status --help.');
  await writeAtomic(file, report);
  return 0;
}

/** Where the run told its agent to write, else the top folder of the worktree. Git is not asked: agents say this often. */
async function reportFile(world: World): Promise<string> {
  const told = world.env['WT_ORCH_STATUS_FILE'];
  if (told !== undefined && isAbsolute(told)) {
    if ((await pathKind(dirname(told))) === 'folder') return told;
    throw new Refusal(`The folder of WT_ORCH_STATUS_FILE is not there: ${dirname(told)}`);
  }
  let folder = resolve(world.cwd);
  while ((await pathKind(join(folder, '.git'))) === undefined) {
    if (dirname(folder) === folder) throw new Refusal('This is no worktree, and WT_ORCH_STATUS_FILE is not set.');
    folder = dirname(folder);
  }
  return join(folder, statusFileName);
}

function saidNow(flags: Flags, world: World): Json {
  const question = flags.text('question');
  const message = flags.text('message');
  const status = flags.text('status') ?? (question === undefined ? 'in_progress' : 'needs_input');
  if (status === 'needs_input' && question === undefined) {
    throw new Refusal('Whoever needs an answer has to ask for it.', 'Add --question "..."');
  }
  const progress = progressOf(flags.text('progress'));
  const agent = world.env['WT_ORCH_AGENT'];
  const task = world.env['WT_ORCH_TASK'];
  return {
    ...(agent === undefined ? {} : { agentId: agent }),
    ...(task === undefined ? {} : { taskId: task }),
    status,
    ...(progress === undefined ? {} : { progress }),
    ...(message === undefined ? {} : { message }),
    ...(question === undefined ? {} : { question }),
    updatedAt: new Date(now()).toISOString(),
  };
}

function progressOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const progress = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (progress >= 0 && progress <= 1) return progress;
  throw new Refusal(`--progress ${text}: that is no number from 0 to 1.`);
}

async function reportBefore(file: string): Promise<Json> {
  const read = await readHostile(file, statusReportLimit);
  if (!read.ok) return {};
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(read.value));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

/** The text of a report if whoever follows it would take it. */
function accepted(report: Json): string | undefined {
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  return checked(report).ok && Buffer.byteLength(text) <= statusReportLimit ? text : undefined;
}

function whyNot(report: Json): string {
  const parsed = checked(report);
  return !parsed.ok && parsed.error.kind === 'rejected' ? parsed.error.why : 'it is too large';
}

function checked(report: Json): ReturnType<typeof parseStatusReport> {
  const task = typeof report['taskId'] === 'string' ? report['taskId'] : '';
  return parseStatusReport(new TextEncoder().encode(JSON.stringify(report)), { task, since: 0, now: now() });
}
