import * as z from 'zod';
import { err, ok, type Result } from '../std/index.ts';

/** The largest status report that is read, in bytes. */
export const statusReportLimit = 64 * 1024;

/** How far an agent's clock may run ahead of ours, in milliseconds, before its report is not believed. */
const clockSkewMs = 60_000;

const gateWord = z.enum(['pass', 'fail', 'pending', 'n/a', 'unknown']);

const schema = z.looseObject({
  agentId: z.string().optional(),
  taskId: z.string().optional(),
  status: z.enum(['in_progress', 'completed', 'failed', 'needs_input', 'no_change']),
  progress: z.number().min(0).max(1).optional(),
  filesChanged: z.array(z.string()).optional(),
  securityGate: gateWord.optional(),
  complianceGate: gateWord.optional(),
  reviewAgents: z
    .array(z.looseObject({ name: z.string(), status: z.string(), warnings: z.number().int().min(0).optional() }))
    .optional(),
  commit: z.string().optional(),
  message: z.string().max(4000).optional(),
  question: z.string().max(4000).optional(),
  updatedAt: z.iso.datetime({ offset: true }).optional(),
  tokens: z.number().min(0).optional(),
  costUsd: z.number().min(0).optional(),
});

/** An agent's own claim about itself. Unknown keys are kept and mean nothing. */
export type StatusReport = z.infer<typeof schema>;

export type ReportProblem =
  /** Perhaps still being written: to be read again soon. */
  { readonly kind: 'incomplete' } | { readonly kind: 'rejected'; readonly why: string };

export interface ReportContext {
  readonly task: string;
  /** When the attempt began, in milliseconds since 1970: an older report is another session's. */
  readonly since: number;
  readonly now: number;
}

/**
 * Reads a status report as the hostile file that it may be.
 * Text that is no JSON counts as half-written; whatever else does not fit is rejected with the reason.
 */
export function parseStatusReport(bytes: Uint8Array, context: ReportContext): Result<StatusReport, ReportProblem> {
  const json = parseJson(bytes);
  if (!json.ok) return err({ kind: 'incomplete' });
  const parsed = schema.safeParse(json.value);
  if (!parsed.success) return err({ kind: 'rejected', why: firstIssue(parsed.error) });
  const report = parsed.data;
  if (report.taskId !== undefined && report.taskId.toLowerCase() !== context.task.toLowerCase()) {
    return err({ kind: 'rejected', why: `it is about ${shortened(report.taskId)}, not ${context.task}` });
  }
  const written = report.updatedAt === undefined ? undefined : Date.parse(report.updatedAt);
  if (written !== undefined && written > context.now + clockSkewMs)
    return err({ kind: 'rejected', why: 'it is dated in the future' });
  if (written !== undefined && written < context.since - clockSkewMs) {
    return err({ kind: 'rejected', why: 'it is older than this attempt' });
  }
  return ok(report);
}

/** The part of a report that the run keeps. */
export function claimOf(report: StatusReport): {
  readonly status: StatusReport['status'];
  readonly progress?: number;
  readonly message?: string;
  readonly question?: string;
  readonly tokens?: number;
  readonly costUsd?: number;
} {
  const { status, progress, message, question, tokens, costUsd } = report;
  return {
    status,
    ...(progress === undefined ? {} : { progress }),
    ...(message === undefined ? {} : { message }),
    ...(question === undefined ? {} : { question }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}

function parseJson(bytes: Uint8Array): Result<unknown, 'notJson'> {
  try {
    return ok(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return err('notJson');
  }
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'it does not fit the format';
  const where = issue.path.length === 0 ? 'the report' : issue.path.map(String).join('.');
  return shortened(`${where}: ${issue.message}`);
}

const shortened = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : text);
