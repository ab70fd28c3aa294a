import { parseArgs } from 'node:util';
import { nearest } from '../std/index.ts';
import { userEnvironment } from '../system/index.ts';
import { type Command, type Flags, optionsForParser, type World } from './command.ts';
import { commands } from './commands.ts';
import { commandHelp, helpText } from './help.ts';
import { Refusal } from './refusal.ts';

/**
 * Runs one command line and answers with its exit code. `env` is the environment as the program got it.
 * A refusal (something the user can mend) prints its sentence and hint; a bug prints its trace.
 */
export async function main(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const world = worldOf(env);
  try {
    return await dispatch(argv, world);
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    world.note(`${problem.message}\n`);
    return problem.exitCode;
  }
}

async function dispatch(argv: readonly string[], world: World): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) return runCommand(commandNamed('status'), [], world);
  if (name === '--help' || name === '-h' || name === 'help') {
    world.out(helpText());
    return 0;
  }
  return runCommand(commandNamed(name), rest, world);
}

function commandNamed(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const near = nearest(
    name,
    commands.map((candidate) => candidate.name),
  );
  throw new Refusal(
    `There is no command ${JSON.stringify(name)}.`,
    near === undefined ? 'See wt-orch --help.' : `Did you mean ${near}?`,
  );
}

async function runCommand(command: Command, args: readonly string[], world: World): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    world.out(commandHelp(command));
    return 0;
  }
  const { words, flags } = parse(command, args);
  const { least, most } = command.words;
  if (words.length < least || words.length > most) {
    throw new Refusal(`Usage: wt-orch ${command.name} ${command.usage}`, `See wt-orch ${command.name} --help.`);
  }
  const { run } = await command.load();
  return run({ words, flags, world });
}

function parse(
  command: Command,
  args: readonly string[],
): { readonly words: readonly string[]; readonly flags: Flags } {
  try {
    const options = optionsForParser(command.options);
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { words: positionals, flags: flagsOf(values) };
  } catch (problem) {
    const unknown = /Unknown option '--?([^'\s]+)'/.exec(String(problem))?.[1];
    const near = unknown === undefined ? undefined : nearest(unknown, Object.keys(command.options));
    const message =
      unknown === undefined
        ? String(problem instanceof Error ? problem.message : problem)
        : `${command.name} has no option --${unknown}.`;
    throw new Refusal(message, near === undefined ? `See wt-orch ${command.name} --help.` : `Did you mean --${near}?`);
  }
}

function flagsOf(values: Readonly<Record<string, unknown>>): Flags {
  return {
    has: (name) => values[name] === true,
    text: (name) => {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    },
  };
}

/** A reader that went away (a closed terminal, `| head`) ends the showing and not the run. */
function outlive(stream: NodeJS.WriteStream): (text: string) => void {
  stream.on('error', () => undefined);
  return (text) => void stream.write(text);
}

function worldOf(env: Readonly<Record<string, string | undefined>>): World {
  return {
    cwd: process.cwd(),
    env: userEnvironment(env),
    stdinIsTerminal: process.stdin.isTTY === true,
    stdoutIsTerminal: process.stdout.isTTY === true,
    out: outlive(process.stdout),
    note: outlive(process.stderr),
    self: [process.execPath, ...process.argv.slice(1, 2)],
  };
}
