import { expect, test } from 'vitest';
import { parseSettings } from '../../src/settings/index.ts';

/** What a person is told: place, message and, in brackets, the hint. */
function told(text: string): string[] {
  const parsed = parseSettings(text, 'c.yaml');
  if (parsed.ok) return [];
  return parsed.error.map(
    ({ file, line, column, message, hint }) =>
      `${file}:${line}:${column} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

const drivers = 'one of command, claude, codex, gemini, opencode, qwen, copilot, cursor, amp, goose, aider or acp';
const agentKeys = 'driver, command, model, timeout, owns, tags, prompt, env, harvest, rounds, permissions, stopGrace';
const outside = 'expected a path inside the repository, relative to its root';
const look = '(look for a missing bracket, quote, colon or blank here or just above)';

const table: readonly (readonly [text: string, ...told: string[]])[] = [
  // Keys.
  ['version: 1\nmaxParalel: 3', '2:1 unknown key "maxParalel" (did you mean "maxParallel"?)'],
  ['landing:\n  timeot: 5m', '2:3 unknown key "timeot" in `landing` (did you mean "timeout"?)'],
  ['test: [[x]]', '1:1 unknown key "test" ("test" belongs under `landing`)'],
  [
    'agents:\n  a: { driver: claude, zzz: 1 }',
    `2:24 unknown key "zzz" in \`agents.a\` (the keys here are ${agentKeys})`,
  ],
  [
    'agents: { a: { driver: claude, env: { pas: [X] } } }',
    '1:39 unknown key "pas" in `agents.a.env` (did you mean "pass"?)',
  ],
  ['gates: { g: { comand: x } }', '1:15 unknown key "comand" in `gates.g` (did you mean "command"?)'],
  [
    'agents:\n  a: &a { driver: claude }\n  b: { <<: *a, modle: x }',
    '3:16 unknown key "modle" in `agents.b` (did you mean "model"?)',
  ],
  ['__proto__: { x: 1 }', '1:1 "__proto__" cannot be used as a key'],
  ['agents: { a: { driver: claude, env: { set: { __proto__: x } } } }', '1:46 "__proto__" cannot be used as a key'],
  ['target: x\nonExit: ask\ntarget: y', '3:1 the key "target" is given twice'],
  ['landing: { mode: probe, "mode": strict }', '1:25 the key "mode" is given twice'],
  // The file as a whole.
  ['- a', '1:1 expected a mapping (keys with values), found a list'],
  ['hello', '1:1 expected a mapping (keys with values), found the text "hello"'],
  ['version: 2', '1:10 version: expected 1, the only version there is, found the number 2'],
  ['version: 1\n---\nversion: 1', '2:1 a second document begins here (---); the file may hold one'],
  // Syntax.
  ['tasks:\n\tfile: x', '2:1 a tab stands where YAML allows only blanks (indent with blanks)'],
  ['landing: { test: [[npm, test] }', `1:31 not valid YAML: the closing ] is missing ${look}`],
  ['target: "main', `1:14 not valid YAML: the closing " is missing ${look}`],
  [
    'target: a: b',
    '1:9 a second `key: value` on one line (put the text in quotes, or the inner key on a line of its own)',
  ],
  ['target: @main', '1:9 text may not begin with "@" unless it is in quotes (put it in quotes)'],
  ['target: "\\q"', "1:10 an unknown escape in a text in double quotes (write \\\\ for one backslash, or use '...')"],
  ['target: !x main', '1:9 the tag !x means nothing here (put text that begins with "!" in quotes)'],
  ['target: *x', '1:9 *x refers to an anchor (&x) that is not above it'],
  ['agents: &a [*a]', '1:13 *a stands inside of what it refers to'],
  ['<<: 5', '1:1 "<<" takes a mapping, or a list of mappings, from an anchor'],
  ['? [a]\n: b', '1:3 a key must be plain text'],
  // Kinds of values.
  ['maxParallel: "3"', '1:14 maxParallel: expected a whole number from 1 to 256, found the text "3"'],
  ['maxParallel: 0', '1:14 maxParallel: expected a whole number from 1 to 256, found the number 0'],
  ['maxParallel: 2.5', '1:14 maxParallel: expected a whole number from 1 to 256, found the number 2.5'],
  ['worktrees: { keepFailed: yes }', '1:26 worktrees.keepFailed: expected true or false, found the text "yes"'],
  ['tasks: 5', '1:8 tasks: expected a mapping (keys with values), found the number 5'],
  [
    'budget:\n',
    '1:1 budget: expected a mapping (keys with values), found nothing (give the key a value, or leave it out)',
  ],
  ['budget: { usd: -1 }', '1:16 budget.usd: expected an amount above 0, found the number -1'],
  [
    'onConflict: asks',
    '1:13 onConflict: expected one of ask, sequential, parallel or cancel, found the text "asks" (did you mean "ask"?)',
  ],
  ['landing: { slots: 0 }', '1:19 landing.slots: expected auto, or a whole number from 1 to 64, found the number 0'],
  [
    'landing: { slots: many }',
    '1:19 landing.slots: expected auto, or a whole number from 1 to 64, found the text "many"',
  ],
  ['target: a b', '1:9 target: expected the name of a branch that git accepts, found the text "a b"'],
  // Durations.
  ['lease: 15', '1:8 lease: expected a duration such as 30s, 5m or 2h, found the number 15 (say the unit: 15s or 15m)'],
  ['lease: 15 min', '1:8 lease: expected a duration such as 30s, 5m or 2h, found the text "15 min"'],
  ['lease: 0s', '1:8 lease: expected a duration longer than 0 and at most 24d, found the text "0s"'],
  ['lease: 30d', '1:8 lease: expected a duration longer than 0 and at most 24d, found the text "30d"'],
  // Paths.
  ['worktrees: { root: ../x }', `1:20 worktrees.root: ${outside}, found the text "../x"`],
  ['worktrees: { copy: [a, /etc/passwd] }', `1:24 worktrees.copy[1]: ${outside}, found the text "/etc/passwd"`],
  ['tasks: { file: .git/x }', `1:16 tasks.file: ${outside}, found the text ".git/x"`],
  ['tasks: { file: a/../../b }', `1:16 tasks.file: ${outside}, found the text "a/../../b"`],
  [
    'tasks: { file: "a\\0b" }',
    '1:16 tasks.file: expected a path inside the repository without NUL characters, found the text "a\\u0000b"',
  ],
  // Commands.
  [
    'landing: { test: [npm, test] }',
    '1:18 landing.test: expected a list of commands, found a flat list of words (for one command write [[npm, test]], for several [[npm], [test]])',
  ],
  [
    'worktrees:\n  setup: [pytest, -x, a b]',
    '2:10 worktrees.setup: expected a list of commands, found a flat list of words (for one command write [[pytest, "-x", "a b"]])',
  ],
  [
    'landing: { test: npm test }',
    '1:18 landing.test: expected a list of commands, found the text "npm test" (put it in brackets: [...])',
  ],
  ['landing: { test: [[]] }', '1:19 landing.test[0]: expected a command with at least one word, found an empty list'],
  [
    'gates: { g: { command: [sleep, 5] } }',
    '1:32 gates.g.command[1]: expected a word of the command, found the number 5 (put it in quotes to make it text)',
  ],
  [
    'gates: { g: { command: { a: 1 } } }',
    '1:24 gates.g.command: expected a command: text for the shell, or a list of words, found a mapping (keys with values)',
  ],
  // Agents.
  [
    'agents:\n  default: bankin\n  banking: { driver: claude }',
    '2:12 agents.default: no profile is named "bankin" (did you mean "banking"?)',
  ],
  [
    'agents: { default: x }',
    '1:20 agents.default: no profile is named "x" (add a profile of this name, or leave `default` out)',
  ],
  [
    'agents: { a: { driver: cluade } }',
    `1:24 agents.a.driver: expected ${drivers}, found the text "cluade" (did you mean "claude"?)`,
  ],
  ['agents:\n  a: { model: x }', `2:3 agents.a: \`driver\` is missing: expected ${drivers}`],
  [
    'agents:\n  a: { driver: command }',
    '2:3 agents.a: the driver "command" needs a `command` (write for example command: [node, tools/agent.mjs])',
  ],
  [
    'agents: { a/b: { driver: claude } }',
    '1:11 agents: expected a name: a letter, then letters, digits, ".", "_" or "-", at most 64 of them, found "a/b"',
  ],
  [
    'agents: { a: { driver: claude, env: { set: { WT_ORCH_RUN: x } } } }',
    '1:46 agents.a.env.set: expected a name that does not begin with WT_ORCH_, which wt-orch sets itself, found "WT_ORCH_RUN"',
  ],
  [
    'agents:\n  a: &a { driver: claude, rounds: 0 }\n  b: { <<: *a, rounds: 1 }',
    '2:35 agents.a.rounds: expected a whole number from 1 to 100, found the number 0',
  ],
  // Gates.
  ['gates:\n  g: { timeout: 1m }', '2:3 gates.g: a gate needs either `builtin` or `command`'],
  [
    'gates: { g: { builtin: security, command: x } }',
    '1:34 gates.g.command: a gate has either `builtin` or `command`, not both',
  ],
  [
    'gates: { g: { builtin: sec } }',
    '1:24 gates.g.builtin: expected one of security or compliance, found the text "sec"',
  ],
  [
    'gates: { g: { command: x, protect: [a] } }',
    '1:27 gates.g.protect: `protect` goes with `builtin: compliance` only',
  ],
  [
    'gates: { g: { command: x, when: { tags: [] } } }',
    '1:41 gates.g.when.tags: expected at least one tag, found an empty list',
  ],
];

test.each(table)('%j is refused in plain words at its place', (text, ...expected) => {
  expect(told(text)).toEqual(expected.map((line) => `c.yaml:${line}`));
});

test('two keys given twice are both told', () => {
  expect(told('a: 1\na: 2\nb: 1\nb: 2')).toEqual([
    'c.yaml:2:1 the key "a" is given twice',
    'c.yaml:4:1 the key "b" is given twice',
  ]);
});

test('a byte order mark does not shift columns', () => {
  expect(told('\uFEFFfoo: 1')[0]).toMatch(/^c\.yaml:1:1 unknown key "foo"/);
});
