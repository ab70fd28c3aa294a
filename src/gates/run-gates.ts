import type { Result } from '../std/index.ts';
import { messageOf, now } from '../system/index.ts';
import { runCommandGate } from './commands.ts';
import { checkCompliance } from './compliance.ts';
import { scanForSecrets } from './secrets.ts';
import { combine, type Gate, type GateCase, type GateResult, type Judgement, whyNotApplicable } from './verdict.ts';

type Checkout = Result<string, { readonly message: string }>;

/**
 * Judges one finished branch by all its gates: the built-in ones first because they are cheap, then the commands, each in the order of the
 * config. A failure stops nothing, since a person wants all the findings; a cancel leaves the rest `unknown`. `onResult` is awaited after
 * each gate, and what it throws ends the judgement; what a gate throws is that gate's `unknown`.
 */
export async function judge(
  gateCase: GateCase,
  onResult: (result: GateResult) => Promise<void>,
): Promise<{ verdict: 'pass' | 'blocked'; results: readonly GateResult[] }> {
  const results: GateResult[] = [];
  let checkout: Promise<Checkout> | undefined;
  const askOnce = (): Promise<Checkout> => {
    checkout ??= gateCase.checkout();
    return checkout;
  };
  for (const gate of cheapFirst(gateCase.gates)) {
    const result = await judgeBy(gate, gateCase, askOnce);
    results.push(result);
    await onResult(result);
  }
  return { verdict: combine(results), results };
}

function cheapFirst(gates: readonly Gate[]): readonly Gate[] {
  return [...gates.filter((gate) => gate.kind === 'builtin'), ...gates.filter((gate) => gate.kind === 'command')];
}

async function judgeBy(gate: Gate, gateCase: GateCase, checkout: () => Promise<Checkout>): Promise<GateResult> {
  const startedAt = now();
  let judgement: Judgement;
  try {
    judgement = await carryOut(gate, gateCase, checkout);
  } catch (problem) {
    judgement = { verdict: 'unknown', findings: [], why: `The gate itself broke: ${messageOf(problem)}` };
  }
  return { gate: gate.name, ...judgement, ms: Math.max(0, now() - startedAt) };
}

async function carryOut(gate: Gate, gateCase: GateCase, checkout: () => Promise<Checkout>): Promise<Judgement> {
  const notApplicable = whyNotApplicable(gate, gateCase);
  if (notApplicable !== undefined) return { verdict: 'n/a', findings: [], why: notApplicable };
  if (gateCase.signal.aborted) return { verdict: 'unknown', findings: [], why: 'It was cancelled before it began.' };
  if (gate.kind === 'command') return runCommandGate(gate, gateCase, await checkout());
  return gate.builtin === 'security' ? scanForSecrets(gate, gateCase) : checkCompliance(gate, gateCase);
}
