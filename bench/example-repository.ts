import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../bin/wt-orch.cjs', import.meta.url));

export interface ExampleRepository {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs the built program in the repository and gives its wall time in milliseconds and its exit code. */
  readonly wtOrch: (words: readonly string[]) => {
    readonly ms: number;
    readonly code: number | null;
    readonly out: string;
  };
}

/** A fresh repository with tasks that each write one file of their own after waiting, and a test that always passes. */
export function exampleRepository(
  parent: string,
  plan: { readonly tasks: number; readonly seconds: number },
): ExampleRepository {
  const folder = path.join(parent, 'project');
  const home = path.join(parent, 'home');
  mkdirSync(path.join(folder, '.wt-orch'), { recursive: true });
  mkdirSync(home, { recursive: true });
  const ids = Array.from({ length: plan.tasks }, (_, index) => `T-${index + 1}`);
  writeFileSync(
    path.join(folder, 'TASKS.md'),
    `# Tasks\n\n${ids.map((id) => `- [ ] ${id} Write a file — files: out/${id}.txt`).join('\n')}\n`,
  );
  writeFileSync(path.join(folder, '.wt-orch/config.yaml'), config(plan.seconds));
  const env = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync('git', args, { cwd: folder, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  };
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Bench');
  git('config', 'user.email', 'bench@example.com');
  git('add', '-A');
  git('commit', '--quiet', '-m', 'first');
  return {
    folder,
    env,
    wtOrch: (words) => {
      const began = performance.now();
      const { status, stdout } = spawnSync(process.execPath, [launcher, ...words], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      return { ms: performance.now() - began, code: status, out: stdout };
    },
  };
}

function config(seconds: number): string {
  const agent = `mkdir -p out && sleep ${seconds} && echo done > "out/$WT_ORCH_TASK.txt"`;
  return [
    'version: 1',
    'agents:',
    '  default: writer',
    `  writer: { driver: command, command: ${JSON.stringify(agent)} }`,
    'landing: { test: [["true"]] }',
    '',
  ].join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
