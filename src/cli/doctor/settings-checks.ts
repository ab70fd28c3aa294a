import { driverNamed } from '../../agents/index.ts';
import { plainText } from '../../report/index.ts';
import {
  type AgentProfile,
  type Command,
  type ConfigProblem,
  profileFor,
  type Settings,
} from '../../settings/index.ts';
import { scratchEnvironment } from '../../system/index.ts';
import type { World } from '../command.ts';
import { type Check, failure, fine, warning } from './check.ts';
import { findProgram, programOf } from './find-program.ts';

/** The mistakes of a config that cannot be used, one check for each. */
export function configMistakes(problems: readonly ConfigProblem[]): readonly Check[] {
  return problems.map(({ file, line, column, message, hint }) =>
    failure('config', `${file}:${line}:${column}: ${message}`, hint ?? 'See docs/configuration.md.'),
  );
}

/** What the settings name, and whether it is there. */
export async function settingsChecks(root: string, settings: Settings, world: World): Promise<readonly Check[]> {
  const path = scratchEnvironment(world.env)['PATH'] ?? '';
  const there = async (command: Command): Promise<boolean> => {
    const program = programOf(command);
    return program === undefined || (await findProgram(program, root, path)) !== undefined;
  };
  return [
    defaultAgent(settings),
    ...(await Promise.all(shownProfiles(settings).map((profile) => agentCheck(profile, there)))),
    await testCheck(settings, there),
    ...(await setUpCheck(settings, there)),
    ...(await gateChecks(settings, there)),
  ];
}

type IsThere = (command: Command) => Promise<boolean>;

const addAgent =
  'Add one under `agents` in .wt-orch/config.yaml: { driver: command, command: [node, tools/agent.mjs] }.';

function defaultAgent(settings: Settings): Check {
  const found = profileFor(settings, {});
  if (found.ok) {
    const { name } = found.value.profile;
    return fine('default agent', found.value.reason === 'onlyOne' ? `${name}, the only one there is` : name);
  }
  if (Object.keys(settings.agents.profiles).length === 0)
    return failure('default agent', 'no agent is configured', addAgent);
  const message = 'none: only tasks that name their agent can run';
  return warning('default agent', message, 'Name one as `default` under `agents` in .wt-orch/config.yaml.');
}

/** Files in `.claude/agents` were written for another program; they count only where the config makes one of them the default. */
const shownProfiles = ({ agents }: Settings): readonly AgentProfile[] =>
  Object.values(agents.profiles).filter(
    ({ name, file }) => file?.startsWith('.claude/') !== true || name === agents.default,
  );

async function agentCheck(profile: AgentProfile, there: IsThere): Promise<Check> {
  const check = `agent ${profile.name}`;
  if (!driverNamed(profile.driver).ok) {
    const message = `its driver ${profile.driver} is not started by this version`;
    return warning(check, message, 'Use the driver `command` with the command line of the agent.');
  }
  const { command } = profile;
  if (command === undefined) return failure(check, 'it has no command', 'Give it one: command: [program, word].');
  if (await there(command)) return fine(check, words(command));
  return failure(check, `${programOf(command)} is not found`, 'Install it, or put its folder on PATH.');
}

async function testCheck({ landing }: Settings, there: IsThere): Promise<Check> {
  const { test } = landing;
  if (test === undefined) {
    const message = 'no tests are configured, so nothing lands';
    return warning('tests', message, 'Write `landing.test` in .wt-orch/config.yaml: [[npm, test]].');
  }
  if (test.length === 0) return fine('tests', 'deliberately none: branches land untested');
  return missingAmong('tests', test, there);
}

async function setUpCheck({ worktrees }: Settings, there: IsThere): Promise<readonly Check[]> {
  return worktrees.setup.length === 0 ? [] : [await missingAmong('set-up', worktrees.setup, there)];
}

async function gateChecks({ gates }: Settings, there: IsThere): Promise<readonly Check[]> {
  const commands = gates.flatMap((gate) =>
    gate.kind === 'command' ? [{ name: gate.name, command: gate.command }] : [],
  );
  return Promise.all(commands.map(({ name, command }) => missingAmong(`gate ${name}`, [command], there)));
}

async function missingAmong(name: string, commands: readonly Command[], there: IsThere): Promise<Check> {
  for (const command of commands) {
    if (!(await there(command)))
      return failure(name, `${programOf(command)} is not found`, 'Install it, or put its folder on PATH.');
  }
  return fine(name, commands.map(words).join('; '));
}

const words = (command: Command): string => plainText(typeof command === 'string' ? command : command.join(' '), 80);
