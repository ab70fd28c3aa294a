import { writeFileSync } from 'node:fs';
import { benchOverlap } from './overlap.ts';
import type { BenchRow } from './row.ts';
import { benchStartUp } from './start-up.ts';
import { benchTenTasks } from './ten-tasks.ts';

/**
 * Measures what the program promises about its speed, each as a ratio within one run, and prints a table.
 * `--json FILE` writes the rows too. Exit code 1 when a promise was not kept on this machine, now.
 */
const benches: readonly (() => Promise<BenchRow[]>)[] = [benchStartUp, benchTenTasks, benchOverlap];

const rows: BenchRow[] = [];
for (const bench of benches) {
  for (const row of await bench()) {
    rows.push(row);
    console.log(
      `${row.ok ? 'ok  ' : 'OVER'}  ${row.name.padEnd(52)} ${row.measured.padStart(18)}   at most ${row.limit}`,
    );
  }
}
const file = process.argv[process.argv.indexOf('--json') + 1];
if (process.argv.includes('--json') && file !== undefined) writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
process.exitCode = rows.every((row) => row.ok) ? 0 : 1;
