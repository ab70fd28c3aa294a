/** One line of the table of `npm run bench`. */
export interface BenchRow {
  readonly name: string;
  readonly measured: string;
  readonly limit: string;
  /** What was measured, as a share of the limit: at most 1 is within it. */
  readonly ratio: number;
  readonly ok: boolean;
}
