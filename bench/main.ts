import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchOverlap } from './overlap.ts';
import type { BenchRow } from './row.ts';
import { benchStartUp } from './start-up.ts';
import { benchTenTasks } from './ten-tasks.ts';
import { benchTrain } from './train.ts';

/**
 * Measures what the program promises about its speed, each as a ratio within one run, and prints a table.
 * `--only NAME` chooses some (it may stand there more than once), `--quick` shortens those that wait most, `--json FILE` writes the
 * rows too. Exit code 1 when a promise was not kept on this machine, now.
 */
const benches: Readonly<Record<string, (options: { readonly quick: boolean }) => Promise<BenchRow[]>>> = {
  'start-up': benchStartUp,
  'ten-tasks': benchTenTasks,
  overlap: benchOverlap,
  train: benchTrain,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(benches) },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const unknown = values.only.find((name) => !Object.hasOwn(benches, name));
if (unknown !== undefined) throw new Error(`There is no bench ${unknown}, only ${Object.keys(benches).join(', ')}.`);

const rows: BenchRow[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (!values.only.includes(name)) continue;
  for (const row of await bench({ quick: values.quick })) {
    rows.push(row);
    console.log(
      `${row.ok ? 'ok  ' : 'OVER'}  ${row.name.padEnd(52)} ${row.measured.padStart(18)}   at most ${row.limit}`,
    );
  }
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
process.exitCode = rows.every((row) => row.ok) ? 0 : 1;
