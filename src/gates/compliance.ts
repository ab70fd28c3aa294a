import { type BuiltinGate, type Finding, type GateCase, type Judgement, verdictOf } from './verdict.ts';

/** What a branch may not touch unless the config says otherwise: the licence, who must review, and what the build service runs. */
const protectedByDefault: readonly string[] = ['LICENSE*', '.github/workflows/**', 'CODEOWNERS', '.github/CODEOWNERS'];

/** Fails with one finding for each changed path that a protected pattern covers. `protect: []` protects nothing. */
export function checkCompliance(gate: BuiltinGate, gateCase: Pick<GateCase, 'changed' | 'matches'>): Judgement {
  const patterns = gate.protect ?? protectedByDefault;
  const findings = gateCase.changed.flatMap((path): Finding[] => {
    const pattern = patterns.find((candidate) => gateCase.matches(candidate, path));
    if (pattern === undefined) return [];
    return [
      { rule: 'protected-path', severity: 'error', path, message: `${path} is protected by the pattern ${pattern}.` },
    ];
  });
  return verdictOf(findings);
}
