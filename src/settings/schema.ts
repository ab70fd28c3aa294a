import * as z from 'zod';
import {
  branchName,
  command,
  commands,
  duration,
  flag,
  insidePath,
  namePattern,
  namePhrase,
  oneOf,
  text,
  texts,
  wholeNumber,
} from './values.ts';

/** The words that `driver` accepts. */
const knownDrivers = [
  'command',
  'claude',
  'codex',
  'gemini',
  'opencode',
  'qwen',
  'copilot',
  'cursor',
  'amp',
  'goose',
  'aider',
  'acp',
] as const;

const environmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'the name of an environment variable' })
  .refine((name) => !/^WT_ORCH_/i.test(name), {
    error: 'a name that does not begin with WT_ORCH_, which wt-orch sets itself',
  });

const environmentSchema = z.strictObject({
  pass: z
    .array(environmentName, { error: 'a list of names of environment variables' })
    .prefault([])
    .describe('Names of variables taken over from your environment.'),
  set: z
    .record(
      environmentName,
      z.string({ error: 'text' }).refine((value) => !value.includes('\0'), { error: 'text without NUL characters' }),
    )
    .prefault({})
    .describe('Variables with fixed values.'),
});

/** One agent profile as it stands in the config. */
export const profileSchema = z
  .strictObject({
    driver: oneOf(knownDrivers).describe('How this kind of agent is started and read.'),
    command: command().optional().describe('The program to start; required with the driver `command`.'),
    model: text().optional().describe('The model the driver asks for; absent: the default of the agent program.'),
    timeout: duration().prefault('30m').describe('How long one attempt may take.'),
    owns: texts('a list of path patterns').prefault([]).describe("Path patterns of the files that are this agent's."),
    tags: texts('a list of tags').prefault([]).describe('Tags of the tasks that suit this agent.'),
    prompt: insidePath()
      .optional()
      .describe('A file whose text stands before each task, relative to the repository root.'),
    env: environmentSchema.prefault({}).describe('What the agent finds in its environment besides the basics.'),
    harvest: flag().prefault(true).describe('Commit work that the agent left uncommitted.'),
    rounds: wholeNumber(1, 100)
      .prefault(2)
      .describe('How many times the agent is started for one task before it counts as failed.'),
    permissions: oneOf(['edit', 'full'])
      .prefault('edit')
      .describe(
        '`edit`: what it takes to edit files and run commands in the worktree, no more; `full`: no questions asked.',
      ),
    stopGrace: duration()
      .prefault('10s')
      .describe('How long an agent that is told to stop may take before it is killed.'),
  })
  .superRefine((profile, context) => {
    if (profile.driver !== 'command' || profile.command !== undefined) return;
    const hint = 'write for example command: [node, tools/agent.mjs]';
    context.addIssue({
      code: 'custom',
      message: 'the driver "command" needs a `command`',
      params: { sentence: true, at: 'key', hint },
    });
  });

/** `default` beside the profiles; whether it names one is checked where the Markdown profiles are known too. */
const agentsSchema = z
  .object({
    default: text('the name of a profile').optional().describe('The profile of tasks that name none.'),
  })
  .catchall(profileSchema)
  .meta({ propertyNames: { pattern: namePattern.source } })
  .superRefine((agents, context) => {
    for (const name of Object.keys(agents).filter((key) => !namePattern.test(key))) {
      context.addIssue({ code: 'custom', message: namePhrase, path: [name], params: { at: 'key' } });
    }
  });

const gateSchema = z
  .strictObject({
    builtin: oneOf(['security', 'compliance']).optional().describe('A check that wt-orch brings along.'),
    command: command().optional().describe('A check of your own: exit code 0 passes.'),
    protect: texts('a list of path patterns')
      .optional()
      .describe('For `builtin: compliance`: path patterns that no task may change without a person.'),
    when: z
      .strictObject({
        tags: texts('a list of tags')
          .min(1, { error: 'at least one tag' })
          .optional()
          .describe('Only for tasks with one of these tags.'),
        paths: texts('a list of path patterns')
          .min(1, { error: 'at least one path pattern' })
          .optional()
          .describe('Only for branches that change one of these path patterns.'),
      })
      .optional()
      .describe('When the gate applies; absent: always.'),
    timeout: duration().prefault('5m').describe('How long the gate may take; longer is not a pass.'),
  })
  .superRefine((gate, context) => {
    const say = (message: string, at: 'key' | 'value', path: string[] = []) =>
      context.addIssue({ code: 'custom', message, path, params: { sentence: true, at } });
    if (gate.builtin === undefined && gate.command === undefined)
      say('a gate needs either `builtin` or `command`', 'key');
    if (gate.builtin !== undefined && gate.command !== undefined)
      say('a gate has either `builtin` or `command`, not both', 'key', ['command']);
    if (gate.protect !== undefined && gate.builtin !== 'compliance')
      say('`protect` goes with `builtin: compliance` only', 'key', ['protect']);
  });

const worktreesSchema = z.strictObject({
  root: insidePath()
    .prefault('.worktrees')
    .describe('The folder the worktrees stand in, relative to the repository root.'),
  setup: commands().prefault([]).describe('Commands run in each new worktree before it is used.'),
  copy: z
    .array(insidePath(), { error: 'a list of paths' })
    .prefault([])
    .describe('Files or folders copied from the main checkout into each new worktree.'),
  keepFailed: flag().prefault(true).describe('Keep the worktree of a failed task.'),
  setupTimeout: duration().prefault('10m').describe('How long all set-up commands of one worktree may take.'),
});

const slotsPhrase = 'auto, or a whole number from 1 to 64';

const conflictSchema = z
  .strictObject({
    paths: texts('a list of path patterns')
      .min(1, { error: 'at least one path pattern' })
      .describe('The files that the rule is for.'),
    rule: oneOf(['newest', 'merge', 'regenerate', 'manual']).describe(
      '`newest`: the side that was changed last; `merge`: the lines of both; `regenerate`: a command writes it; `manual`: the agent, then a person.',
    ),
    command: command().optional().describe('For `regenerate`: what writes the file, run at the root of a checkout.'),
  })
  .superRefine((conflict, context) => {
    if (conflict.command === undefined || conflict.rule === 'regenerate') return;
    const message = '`command` goes with `rule: regenerate` only';
    context.addIssue({ code: 'custom', message, path: ['command'], params: { sentence: true, at: 'key' } });
  });

const landingSchema = z.strictObject({
  test: commands()
    .optional()
    .describe('The test commands. Absent: nothing lands. Empty: landed untested, and said each time.'),
  strategy: oneOf(['merge', 'squash', 'rebase']).prefault('merge').describe('How a branch becomes part of the target.'),
  mode: oneOf(['probe', 'strict']).prefault('probe').describe('Test chosen positions of the queue, or each one.'),
  slots: z
    .union([z.literal('auto'), wholeNumber(1, 64, slotsPhrase)], { error: slotsPhrase })
    .prefault('auto')
    .describe('How many positions are tested at the same time.'),
  timeout: duration().prefault('15m').describe('How long one test of a position may take.'),
  conflictRounds: wholeNumber(0, 20)
    .prefault(3)
    .describe('How many times the agent may try to resolve a conflict before a person is asked.'),
  conflicts: z
    .array(conflictSchema, { error: 'a list of rules' })
    .prefault([])
    .describe(
      'What to do with files that do not merge: the first rule that fits. Lockfiles are written anew without one.',
    ),
  keep: texts('a list of names')
    .prefault(['node_modules'])
    .describe('Names of untracked files and folders that stay in the test checkouts between uses.'),
});

/** The config as it is written. The one place where keys, defaults and meanings stand. */
export const configSchema = z
  .strictObject({
    version: z
      .literal(1, { error: '1, the only version there is' })
      .prefault(1)
      .describe('The version of this format.'),
    tasks: z
      .strictObject({
        file: insidePath().prefault('TASKS.md').describe('The task file, relative to the repository root.'),
        markInProgress: flag().prefault(false).describe('Mark a task with `[~]` when it is started.'),
      })
      .prefault({})
      .describe('The task file.'),
    target: branchName().optional().describe('The branch to land on; absent: the branch checked out at the start.'),
    maxParallel: wholeNumber(1, 256).prefault(3).describe('How many agents work at the same time.'),
    onConflict: oneOf(['ask', 'sequential', 'parallel', 'cancel'])
      .prefault('ask')
      .describe('What to do with tasks that would touch the same files; without a terminal `ask` is `sequential`.'),
    worktrees: worktreesSchema.prefault({}).describe('Where agents work.'),
    git: z
      .strictObject({
        drivers: texts('a list of names of filters and merge drivers')
          .prefault([])
          .describe('Filters and merge drivers of your git configuration that may run.'),
      })
      .prefault({})
      .describe('What git may do.'),
    agents: agentsSchema.prefault({}).describe('The agent profiles by name, and which of them is the default.'),
    gates: z
      .record(z.string().regex(namePattern, { error: namePhrase }), gateSchema)
      .prefault({ security: { builtin: 'security' } })
      .describe('Checks on a finished branch, by name, in this order.'),
    landing: landingSchema.prefault({}).describe('How finished branches get to the target.'),
    budget: z
      .strictObject({
        usd: z
          .number({ error: 'an amount above 0' })
          .positive({ error: 'an amount above 0' })
          .optional()
          .describe('US dollars for one run.'),
      })
      .optional()
      .describe('What a run may cost.'),
    onExit: oneOf(['ask', 'stop', 'detach'])
      .prefault('ask')
      .describe('What happens to running agents at the first Ctrl-C.'),
    lease: duration().prefault('15m').describe('How long agents go on when wt-orch is gone.'),
  })
  .meta({ title: 'wt-orch configuration', description: 'The file .wt-orch/config.yaml' });

export type ConfigFile = z.output<typeof configSchema>;
export type ProfileEntry = z.output<typeof profileSchema>;

/** The JSON Schema of the config file, for editors. Draft 7, the one that all of them read. */
export function configJsonSchema(): object {
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
}
