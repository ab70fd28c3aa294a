import { join } from 'node:path';
import { type ProgramOptions, type Ran, type Started, startWtOrch, wtOrch } from '../support/program.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';

export interface Prepared extends TempRepo {
  readonly wtOrch: (args: readonly string[], options?: ProgramOptions) => Promise<Ran>;
  readonly start: (args: readonly string[], options?: ProgramOptions) => Started;
  /** The folder of worktrees and the state of the program. */
  readonly worktrees: string;
  readonly stateDir: string;
}

export interface Plan {
  /** Shell text that every agent runs in its worktree. */
  readonly agent?: string;
  /** More keys for the config. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly tasks?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

const usualAgent = 'echo "$WT_ORCH_TASK" > "$WT_ORCH_TASK.txt"; git add -A; git commit -qm "work on $WT_ORCH_TASK"';

/** A repository with a task file and a config whose one agent, `worker`, is a shell script. */
export async function prepared(plan: Plan = {}): Promise<Prepared> {
  const command = ['sh', '-c', `cat > /dev/null; ${plan.agent ?? usualAgent}`];
  const config = {
    version: 1,
    agents: { default: 'worker', worker: { driver: 'command', command, stopGrace: '1s' } },
    landing: { test: [['true']] },
    ...plan.config,
  };
  const repo = await tempRepo({
    'README.md': '# A project\n',
    'TASKS.md': `# Tasks\n\n${(plan.tasks ?? ['T-1', 'T-2']).map((id) => `- [ ] ${id} Do ${id}\n`).join('')}`,
    '.wt-orch/config.yaml': JSON.stringify(config),
    ...plan.files,
  });
  return {
    ...repo,
    wtOrch: (args, options) => wtOrch(repo, args, options),
    start: (args, options) => startWtOrch(repo, args, options),
    worktrees: join(repo.root, '.worktrees'),
    stateDir: join(repo.root, '.git/wt-orch'),
  };
}
