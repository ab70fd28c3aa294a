import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseTasks, type TaskFile } from '../../src/tasks/index.ts';

export const exampleFolder = fileURLToPath(new URL('../../examples/ledger', import.meta.url));

/** The accounts page, which DEV-15 and UX-19 both modify. */
export const accountsPage = 'apps/web/src/app/(dashboard)/banking/accounts/page.tsx';

/** A copy of the example in a git repository of its own, away from the settings and the home of whoever runs the tests. */
export class LedgerRepository implements Disposable {
  readonly #top = mkdtempSync(join(realpathSync(tmpdir()), 'wt-orch-ledger-'));
  readonly folder = join(this.#top, 'ledger');
  readonly #env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: join(this.#top, 'home'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    npm_config_update_notifier: 'false',
  };

  constructor() {
    mkdirSync(join(this.#top, 'home'));
    cpSync(exampleFolder, this.folder, { recursive: true });
    this.git(['-c', 'init.defaultBranch=main', 'init', '--quiet']);
    this.git(['config', 'user.name', 'Test']);
    this.git(['config', 'user.email', 'test@example.invalid']);
    this.git(['add', '--all']);
    this.git(['commit', '--quiet', '--message', 'the ledger']);
  }

  [Symbol.dispose](): void {
    rmSync(this.#top, { recursive: true, force: true });
  }

  /** Runs a program to its end; a failure is returned, not thrown. */
  run(command: readonly [string, ...string[]], where = this.folder): SpawnSyncReturns<string> {
    const [file, ...args] = command;
    return spawnSync(file, args, { cwd: where, env: this.#env, encoding: 'utf8', input: '' });
  }

  /** Asks git, and throws when it fails. Returns its trimmed output. */
  git(args: readonly string[], where = this.folder): string {
    const { status, stdout, stderr } = this.run(['git', ...args], where);
    if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout.trim();
  }

  /** The backlog, as wt-orch reads it. */
  tasks(): TaskFile {
    return parseTasks(readFileSync(join(this.folder, 'TASKS.md')), 'TASKS.md');
  }

  /** The paths of all tracked files. */
  tracked(): readonly string[] {
    return this.git(['ls-files', '-z']).split('\0').filter(Boolean);
  }

  /** A worktree for an agent at `base`, with its branch. Returns its folder. */
  worktree(task: string, base = 'main'): string {
    const where = join(this.#top, 'worktrees', `some-agent-${task}`);
    this.git(['worktree', 'add', '--quiet', '-b', `wt-orch/${task}`, where, base]);
    return where;
  }

  /** Lets the scripted agent work in a folder, without pauses. */
  work(task: string, where: string): SpawnSyncReturns<string> {
    return spawnSync('node', ['tools/agent.mjs'], {
      cwd: where,
      env: this.#agentEnvironment(task, where, '0'),
      encoding: 'utf8',
      input: `Do ${task}.\n`,
    });
  }

  /** Starts the scripted agent with hardly a pause, and with its waiting. */
  start(task: string, where: string): ChildProcess {
    const env = this.#agentEnvironment(task, where, '0.01');
    return spawn('node', ['tools/agent.mjs'], { cwd: where, env, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** The last status report of the agent that worked on a task. */
  report(task: string): Record<string, unknown> {
    return JSON.parse(readFileSync(this.#reportFile(task), 'utf8'));
  }

  /** Merges a branch into what is checked out. Returns the files that conflict; with any, the merge waits. */
  merge(branch: string, where = this.folder): readonly string[] {
    this.run(['git', 'merge', '--quiet', '--no-ff', '--no-edit', branch], where);
    return this.git(['diff', '--name-only', '--diff-filter=U'], where).split('\n').filter(Boolean);
  }

  /** Whether `npm test` passes in a folder. */
  isGreen(where = this.folder): boolean {
    return this.run(['npm', 'test'], where).status === 0;
  }

  /** The paths that a commit adds, changes or removes, against the commit before it. */
  footprint(commit: string): readonly string[] {
    return this.git(['diff', '--name-only', `${commit}~1`, commit]).split('\n');
  }

  #agentEnvironment(task: string, where: string, pace: string): NodeJS.ProcessEnv {
    return {
      ...this.#env,
      WT_ORCH_TASK: task,
      WT_ORCH_STATUS_FILE: this.#reportFile(task),
      AGENT_PACE: pace,
      PWD: where,
    };
  }

  #reportFile(task: string): string {
    return join(this.#top, `${task}.json`);
  }
}
