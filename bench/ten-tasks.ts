import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exampleRepository, median } from './example-repository.ts';
import type { BenchRow } from './row.ts';

const runs = 5;

/** Ten tasks whose agents take a second each, from the start of the program to its end with all landed, against the ideal. */
export async function benchTenTasks(): Promise<BenchRow[]> {
  return [row({ parallel: 5, idealMs: 2000, mostTimes: 1.5 }), row({ parallel: 10, idealMs: 1000, mostTimes: 2.2 })];
}

function row(plan: { readonly parallel: number; readonly idealMs: number; readonly mostTimes: number }): BenchRow {
  const times = median(Array.from({ length: runs }, () => once(plan.parallel))) / plan.idealMs;
  return {
    name: `10 tasks of 1 s, ${plan.parallel} at once, against the ideal`,
    measured: `${times.toFixed(2)}x (${(times * plan.idealMs).toFixed(0)} ms)`,
    limit: `${plan.mostTimes}x`,
    ratio: times / plan.mostTimes,
    ok: times <= plan.mostTimes,
  };
}

function once(parallel: number): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'wt-orch-bench-'));
  try {
    const { wtOrch } = exampleRepository(folder, { tasks: 10, seconds: 1 });
    const { ms, code, out } = wtOrch(['run', '--all', '--max-parallel', String(parallel)]);
    if (code !== 0) throw new Error(`the run ended with ${code}:\n${out}`);
    return ms;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
