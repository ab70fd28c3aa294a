import type { Command, Option } from './command.ts';

const json: Option = { type: 'boolean', help: 'one JSON object on stdout' };
const none = { least: 0, most: 0 };
const one = { least: 1, most: 1 };
const any = { least: 0, most: Number.POSITIVE_INFINITY };
const some = { least: 1, most: Number.POSITIVE_INFINITY };

const runOptions: Readonly<Record<string, Option>> = {
  all: { type: 'boolean', help: 'every ready task' },
  'on-conflict': {
    type: 'string',
    value: 'WORD',
    help: 'ask, sequential, parallel or cancel, when tasks would touch the same files',
  },
  'max-parallel': { type: 'string', value: 'N', help: 'agents at once' },
  timeout: { type: 'string', value: 'DURATION', help: 'time limit of each agent, such as 30m' },
  'no-land': { type: 'boolean', help: 'stop when the branches are ready; land them later with `land`' },
  detach: { type: 'boolean', help: 'go on in the background' },
  join: { type: 'boolean', help: 'add the tasks to the run that is going on' },
  json: { type: 'boolean', help: 'one event per line on stdout, a summary last' },
  'dry-run': { type: 'boolean', help: 'show the plan, do nothing' },
};

/** Every command there is; the help, the parser, the suggestions and the documentation come from this table. */
export const commands: readonly Command[] = [
  {
    name: 'init',
    usage: '',
    summary: 'write .wt-orch/config.yaml, a TASKS.md and the exclude lines; changes nothing that exists',
    options: {},
    words: none,
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'tasks',
    usage: '[check | set ID STATUS]',
    summary: 'list the tasks, check the task file, or set the mark of a task',
    options: { json },
    words: { least: 0, most: 3 },
    load: () => import('./commands/tasks.ts'),
  },
  {
    name: 'plan',
    usage: '[ID...]',
    summary: 'what would run: order, worktrees, overlaps, gates, and what is blocked and why',
    options: { json },
    words: any,
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'run',
    usage: '[ID...]',
    summary: 'run the tasks and land what passes',
    options: runOptions,
    words: any,
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'status',
    usage: '',
    summary: 'where the run stands',
    options: { json, watch: { type: 'boolean', help: 'again at each change' } },
    words: none,
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'why',
    usage: 'ID',
    summary: 'why a task is where it is',
    options: { json },
    words: one,
    load: () => import('./commands/why.ts'),
  },
  {
    name: 'logs',
    usage: 'ID',
    summary: "the agent's output",
    options: { follow: { type: 'boolean', short: 'f', help: 'go on as it grows' } },
    words: one,
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'diff',
    usage: 'ID',
    summary: 'what the branch of a task changes',
    options: { stat: { type: 'boolean', help: 'files and numbers only' } },
    words: one,
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'stop',
    usage: '[ID]',
    summary: 'stop a task, or the run',
    options: {},
    words: { least: 0, most: 1 },
    load: () => import('./commands/stop.ts'),
  },
  {
    name: 'retry',
    usage: 'ID',
    summary: 'start a task again, afresh; what was there is kept under refs/wt-orch/attempts',
    options: {
      continue: { type: 'boolean', help: 'keep branch and worktree' },
      json: runOptions['json'] as Option,
      detach: runOptions['detach'] as Option,
    },
    words: one,
    load: () => import('./commands/retry.ts'),
  },
  {
    name: 'answer',
    usage: 'QUESTION VALUE',
    summary: 'answer a question of the run',
    options: { json: runOptions['json'] as Option },
    words: some,
    load: () => import('./commands/answer.ts'),
  },
  {
    name: 'land',
    usage: '[ID...]',
    summary: 'land finished branches',
    options: { json: runOptions['json'] as Option, detach: runOptions['detach'] as Option },
    words: any,
    load: () => import('./commands/land.ts'),
  },
  {
    name: 'gate',
    usage: 'ID',
    summary: 'run the gates on the branch of a task, and nothing else',
    options: { json },
    words: one,
    load: () => import('./commands/gate.ts'),
  },
  {
    name: 'worktree',
    usage: 'create AGENT ID | list | remove ID',
    summary: 'make, list or remove the worktree of a task by hand',
    options: { json, force: { type: 'boolean', help: 'remove it with work in it; the work is pinned first' } },
    words: { least: 1, most: 3 },
    load: () => import('./commands/worktree.ts'),
  },
  {
    name: 'clean',
    usage: '',
    summary: 'remove what finished runs left over',
    options: {
      'dry-run': { type: 'boolean', help: 'only say what would go' },
      'older-than': { type: 'string', value: 'DURATION', help: 'also logs of runs that ended longer ago, such as 30d' },
    },
    words: none,
    load: () => import('./commands/clean.ts'),
  },
  {
    name: 'doctor',
    usage: '',
    summary: 'what is missing or wrong here, with the fix',
    options: { json },
    words: none,
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'report',
    usage: '[RUN]',
    summary: 'the account of a run',
    options: { json, format: { type: 'string', value: 'md', help: 'md for Markdown' } },
    words: { least: 0, most: 1 },
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'report-status',
    usage: '',
    summary: 'for agents: write the status report of the worktree',
    options: {
      status: { type: 'string', value: 'WORD', help: 'in_progress, completed, failed, needs_input or no_change' },
      progress: { type: 'string', value: 'N', help: '0 to 1' },
      message: { type: 'string', value: 'TEXT', help: 'what it is doing' },
      question: { type: 'string', value: 'TEXT', help: 'with needs_input: what a person has to say' },
    },
    words: none,
    load: () => import('./commands/report-status.ts'),
  },
];
