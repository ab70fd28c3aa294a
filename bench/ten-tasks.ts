import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exampleRepository, median } from './example-repository.ts';
import type { BenchRow } from './row.ts';

const runs = 5;

/** Ten tasks whose agents take a second each, from the start of the program until all have landed, against the ideal. */
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
    const began = Date.now();
    const { code, out } = wtOrch(['run', '--all', '--json', '--max-parallel', String(parallel)]);
    if (code !== 0) throw new Error(`the run ended with ${code}:\n${out}`);
    const landed = out.split('\n').flatMap((line) => (line.includes('"landed"') ? [JSON.parse(line)] : []));
    const times = landed.filter(({ type }) => type === 'landed').map(({ time }) => Date.parse(time));
    if (times.length !== 10) throw new Error(`${times.length} of 10 landed`);
    return Math.max(...times) - began;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
