import { join } from 'node:path';
import { assertNever, type Result } from '../std/index.ts';
import { ensureFolder, runLogged } from '../system/index.ts';
import type { CommandGate, GateCase, Judgement } from './verdict.ts';

/**
 * Runs one command gate in the checkout and leaves what it printed in `<logFolder>/<gate>.log`. Exit 0 passes and any other exit code fails;
 * everything else (no checkout, no start, a signal, the time limit, a cancel) says nothing about the branch and is `unknown`.
 */
export async function runCommandGate(
  gate: CommandGate,
  gateCase: GateCase,
  checkout: Result<string, { readonly message: string }>,
): Promise<Judgement> {
  if (!checkout.ok) return unknown(`There is no checkout to run in: ${checkout.error.message}`);
  await ensureFolder(gateCase.logFolder);
  const log = join(gateCase.logFolder, logName(gate.name));
  const end = await runLogged({
    command: gate.command,
    cwd: checkout.value,
    env: gateCase.env,
    logFile: log,
    tag: gateCase.tag,
    timeoutMs: gate.timeoutMs,
    signal: gateCase.signal,
  });
  switch (end.kind) {
    case 'exited':
      return { ...judgeExit(end.exit), log };
    case 'timedOut':
      return { ...unknown(`It was still running after ${gate.timeoutMs} ms and was stopped.`), log };
    case 'cancelled':
      return { ...unknown('It was cancelled.'), log };
    case 'startFailed':
      return { ...unknown(`It could not be started: ${end.message}`), log };
    default:
      return assertNever(end);
  }
}

function judgeExit(exit: { readonly code: number | undefined; readonly signal?: string }): Judgement {
  if (exit.code === 0) return { verdict: 'pass', findings: [] };
  if (exit.code === undefined) return unknown(`It was ended by ${exit.signal ?? 'a signal'}.`);
  const why = `It ended with exit code ${exit.code}.`;
  return { verdict: 'fail', findings: [{ rule: 'command', severity: 'error', message: why }], why };
}

/** Gate names are free text in the config, so what a path gives a meaning to is escaped. */
function logName(gate: string): string {
  return `${encodeURIComponent(gate)}.log`;
}

const unknown = (why: string): Judgement => ({ verdict: 'unknown', findings: [], why });
