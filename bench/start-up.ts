import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exampleRepository, median } from './example-repository.ts';
import type { BenchRow } from './row.ts';

const launcher = fileURLToPath(new URL('../bin/wt-orch.cjs', import.meta.url));
const runs = 15;
const mostTimes = 2.5;

/** How long the program takes to say something, as a multiple of the bare start of the same Node: design row "start-up". */
export async function benchStartUp(): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'wt-orch-bench-'));
  try {
    const repository = exampleRepository(folder, { tasks: 10, seconds: 0 });
    // A journal with a whole run in it, so that status has something to fold.
    repository.wtOrch(['run', '--all', '--max-parallel', '10']);
    const commands = [['--version'], ['--help'], ['status', '--json']];
    return commands.map((words) => row(words, repository.folder, repository.env));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv): BenchRow {
  const bare: number[] = [];
  const ours: number[] = [];
  // In turns, so that whatever else the machine does weighs on both alike.
  for (let round = 0; round < runs; round += 1) {
    bare.push(timed(['-e', '0'], cwd, env));
    ours.push(timed([launcher, ...words], cwd, env));
  }
  const times = median(ours) / median(bare);
  return {
    name: `wt-orch ${words.join(' ')}, against node -e 0`,
    measured: `${times.toFixed(2)}x (${median(ours).toFixed(0)} ms)`,
    limit: `${mostTimes}x`,
    ratio: times / mostTimes,
    ok: times <= mostTimes,
  };
}

function timed(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): number {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd, env, stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - began;
}
