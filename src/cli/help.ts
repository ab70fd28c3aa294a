import type { Command } from './command.ts';
import { commands } from './commands.ts';

const head = `wt-orch runs many coding agents at once on one git repository, each in its own worktree,
and lands only what passes.

Usage: wt-orch COMMAND [WORDS] [OPTIONS]`;

const foot = `wt-orch COMMAND --help    the options of a command
wt-orch --version         the version
Without a command it shows the status.`;

/** The help of the program: every command with its sentence. */
export function helpText(): string {
  const rows = commands.map((command) => [usageOf(command), command.summary] as const);
  const width = Math.min(30, Math.max(...rows.map(([usage]) => usage.length)));
  const lines = rows.map(([usage, summary]) =>
    usage.length > width ? `  ${usage}\n  ${' '.repeat(width)}  ${summary}` : `  ${usage.padEnd(width)}  ${summary}`,
  );
  return `${head}\n\n${lines.join('\n')}\n\n${foot}\n`;
}

/** The help of one command: its usage, its sentence, its options. */
export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) => {
    const short = option.short === undefined ? '' : `-${option.short}, `;
    return [`${short}--${name}${option.value === undefined ? '' : ` ${option.value}`}`, option.help] as const;
  });
  const width = Math.max(0, ...options.map(([name]) => name.length));
  const lines = options.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`);
  const body = lines.length === 0 ? '' : `\n\n${lines.join('\n')}`;
  return `Usage: wt-orch ${usageOf(command)}\n\n${command.summary}${body}\n`;
}

export const usageOf = (command: Command): string => `${command.name} ${command.usage}`.trimEnd();
