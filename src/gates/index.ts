/** Evidence in, findings and verdict out; never repairs. */
export { protectedByDefault } from './compliance.ts';
export { judge } from './run-gates.ts';
export type { BuiltinGate, CommandGate, Finding, Gate, GateCase, GateResult, Verdict } from './verdict.ts';
