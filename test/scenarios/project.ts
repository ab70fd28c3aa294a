import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { leftBehind } from '../support/left-behind.ts';
import { jsonLines, type Line, type ProgramOptions, type Ran, type Started, startWtOrch } from '../support/program.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';

export interface ProjectPlan {
  /** The text of TASKS.md, or the ids of tasks without fields. */
  readonly tasks: string | readonly string[];
  /** What the agent of each task does, as shell text with the words of `prelude`; `default` is for tasks that are not named. */
  readonly agents?: Readonly<Record<string, string>>;
  /** Goes over the settings that every project here has, key by key at the top. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** More keys for the agent profile. */
  readonly profile?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
  /** The text of test.sh, which the landing runs. */
  readonly test?: string;
  /** The name of the repository's folder. */
  readonly name?: string;
}

export interface Project extends TempRepo {
  /** Where agents and tests meet: `say x` in an agent makes `x` there, and `wait_for x` waits for it. */
  readonly stage: string;
  readonly wtOrch: (args: readonly string[], options?: ProgramOptions) => Promise<Ran>;
  readonly start: (args: readonly string[], options?: ProgramOptions) => Started;
  /** `run --json` with its events and its summary. */
  readonly runJson: (...args: string[]) => Promise<JsonRun>;
  readonly status: () => Promise<Status>;
  /** Says something to the agents that wait for it. */
  readonly say: (name: string, text?: string) => Promise<void>;
  /** Waits until an agent has said it, and gives what stands in the file. */
  readonly heard: (name: string) => Promise<string>;
  /** Gives the agent of a task another script. */
  readonly agent: (task: string, script: string) => Promise<void>;
  readonly tasksFile: () => Promise<string>;
  /** Subjects of main from the newest to the first, along first parents. */
  readonly mainLine: () => Promise<readonly string[]>;
  readonly worktree: (task: string) => string;
}

export interface JsonRun extends Ran {
  readonly lines: readonly Line[];
  readonly summary: Line & { readonly tasks: readonly TaskSummary[] };
  readonly outcome: (task: string) => string | undefined;
}

interface TaskSummary {
  readonly id: string;
  readonly outcome: string;
  readonly reason?: string;
}

export interface Status {
  readonly run?: string;
  readonly state: string;
  readonly tasks: readonly {
    readonly id: string;
    readonly state: string;
    readonly reason?: string;
    readonly worktree?: string;
    readonly branch?: string;
    readonly [key: string]: unknown;
  }[];
  readonly questions: readonly { readonly id: string; readonly kind: string; readonly prompt: string }[];
}

/** Words that the scripts of agents may use. */
const prelude = `
set -eu
put() { mkdir -p "$(dirname "$1")"; printf '%s\\n' "$2" > "$1"; }
commit() { git add -A; git commit -qm "$1"; }
say() { printf '%s' "\${2-}" > "$STAGE/.$1"; mv "$STAGE/.$1" "$STAGE/$1"; }
wait_for() { while [ ! -e "$STAGE/$1" ]; do sleep 0.02; done; }
report() { printf '%s' "$1" > "$WT_ORCH_STATUS_FILE.new"; mv "$WT_ORCH_STATUS_FILE.new" "$WT_ORCH_STATUS_FILE"; }
`;

/** A repository with a task file, settings and scripted agents, all real; at its end no process of it may live. */
export async function project(plan: ProjectPlan): Promise<Project> {
  const repo = await tempRepo({}, { empty: true, ...(plan.name === undefined ? {} : { name: plan.name }) });
  const stage = join(repo.folder, 'stage');
  await mkdir(stage);
  await writeFile(join(stage, 'prelude.sh'), prelude);
  const agent: Project['agent'] = (task, script) => writeFile(join(stage, `${task}.sh`), script);
  for (const [task, script] of Object.entries({ default: 'put "$WT_ORCH_TASK.txt" done', ...plan.agents })) {
    await agent(task, script);
  }
  await repo.commit(
    {
      'TASKS.md': tasksText(plan.tasks),
      '.gitignore': '*.ignored\n',
      'test.sh': plan.test ?? 'exit 0\n',
      '.wt-orch/config.yaml': `${JSON.stringify({ ...settings(stage, plan.profile), ...plan.config }, null, 2)}\n`,
      ...plan.files,
    },
    'first',
  );
  const started: Started[] = [];
  const start: Project['start'] = (args, options) => {
    const one = startWtOrch(repo, args, options);
    started.push(one);
    return one;
  };
  let finished: Promise<void> | undefined;
  const finish = (): Promise<void> => {
    finished ??= end(repo, started);
    return finished;
  };
  // A test that runs out of time never leaves its block. What is measured before the tests ends itself.
  if (expect.getState().currentTestName !== undefined) onTestFinished(finish);
  return {
    ...repo,
    stage,
    agent,
    start,
    wtOrch: (args, options) => start(args, options).ended,
    runJson: async (...args) => readRun(await start(['run', '--json', ...args]).ended),
    status: async () => JSON.parse((await start(['status', '--json']).ended).stdout) as Status,
    say: async (name, text = '') => {
      await writeFile(join(stage, `.${name}`), text);
      await rename(join(stage, `.${name}`), join(stage, name));
    },
    heard: (name) => textOf(join(stage, name)),
    tasksFile: () => readFile(join(repo.root, 'TASKS.md'), 'utf8'),
    mainLine: async () => (await repo.git(['log', '--first-parent', '--format=%s', 'main'])).split('\n'),
    worktree: (task) => join(repo.root, '.worktrees', `scripted-${task}`),
    dispose: finish,
    [Symbol.asyncDispose]: finish,
  };
}

/** The text of a file as soon as it is there. Waits longer than other tests do: an agent starts behind a whole run. */
async function textOf(path: string): Promise<string> {
  const deadline = performance.now() + 50_000;
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
    if (performance.now() > deadline) throw new Error(`Nobody has written ${path}.`);
    await delay(10);
  }
}

async function end(repo: TempRepo, started: readonly Started[]): Promise<void> {
  for (const one of started) one.kill('SIGKILL');
  await Promise.all(started.map((one) => one.ended));
  try {
    await leftBehind(repo.folder);
  } finally {
    await repo.dispose();
  }
}

export function readRun(ran: Ran): JsonRun {
  const lines = jsonLines(ran.stdout);
  const summary = lines.at(-1) as JsonRun['summary'] | undefined;
  if (summary?.type !== 'summary') throw new Error(`No summary (exit code ${ran.code}):\n${ran.output}`);
  return { ...ran, lines, summary, outcome: (task) => summary.tasks.find(({ id }) => id === task)?.outcome };
}

const tasksText = (tasks: ProjectPlan['tasks']): string =>
  typeof tasks === 'string' ? tasks : `# Tasks\n\n${tasks.map((id) => `- [ ] ${id} Do ${id}\n`).join('')}`;

const settings = (stage: string, profile: ProjectPlan['profile'] = {}) => ({
  version: 1,
  agents: {
    default: 'scripted',
    scripted: {
      driver: 'command',
      command: ['sh', '-c', agentCommand],
      env: { set: { STAGE: stage } },
      stopGrace: '1s',
      ...profile,
    },
  },
  landing: { test: [['sh', 'test.sh']] },
});

const agentCommand =
  '. "$STAGE/prelude.sh"; if [ -e "$STAGE/$WT_ORCH_TASK.sh" ]; then . "$STAGE/$WT_ORCH_TASK.sh"; else . "$STAGE/default.sh"; fi';
