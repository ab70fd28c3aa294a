/** Evidence in, findings and verdict out; never repairs. */
export { judge } from './run-gates.ts';
export type { Finding, Gate, GateCase, GateResult, Verdict } from './verdict.ts';
