/** Evidence in, findings and verdict out; never repairs. */
export { maskSecrets, secretSpans } from './mask-secrets.ts';
export { judge } from './run-gates.ts';
export type { Finding, Gate, GateCase, GateResult, Verdict } from './verdict.ts';
