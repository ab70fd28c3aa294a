import type { Command } from './settings.ts';
import { flowWord } from './values.ts';

/** The config that `init` writes: what most people change, with a word on each; everything else keeps its default. */
export function initialConfig(test: readonly Command[] | undefined): string {
  return `# The config of wt-orch. Every key but those below has a default; docs/configuration.md lists them all.
version: 1

# The branch to land on. Without this line: the branch that is checked out when a run starts.
# target: main

# How many agents work at the same time.
maxParallel: 3

worktrees:
  # Commands that make a fresh checkout ready, run in every new worktree.
  setup: []
  # Untracked files that every worktree needs, copied from here.
  copy: []

# Who does the work. An agent is a command: it gets the task on standard input and works in its worktree.
# agents:
#   default: coder
#   coder: { driver: command, command: [node, tools/agent.mjs], timeout: 30m }

# Checks on a finished branch, besides the tests.
gates:
  security: { builtin: security }
  # lint: { command: [npm, run, lint], timeout: 5m }

landing:
${testLines(test)}
  timeout: 15m
`;
}

function testLines(test: readonly Command[] | undefined): string {
  if (test === undefined) {
    return `  # The commands that have to pass before a branch lands. Until there is such a line nothing lands.
  # "test: []" lands without any test, and says so each time.
  # test: [[npm, test]]`;
  }
  const list = test.map((command) =>
    typeof command === 'string' ? JSON.stringify(command) : `[${command.map(flowWord).join(', ')}]`,
  );
  return `  # The commands that have to pass before a branch lands, each a list of words.
  test: [${list.join(', ')}]`;
}
