import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConfigProblem, initialConfig, parseSettings, type Settings } from '../../src/settings/index.ts';

const settingsOf = (text: string): Settings => {
  const parsed = parseSettings(text, 'config.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
};

const problemsOf = (text: string): readonly ConfigProblem[] => {
  const parsed = parseSettings(text, 'config.yaml');
  return parsed.ok ? [] : parsed.error;
};

const defaults: Settings = {
  version: 1,
  tasks: { file: 'TASKS.md', markInProgress: false },
  maxParallel: 3,
  onConflict: 'ask',
  worktrees: { root: '.worktrees', setup: [], copy: [], keepFailed: true, setupTimeoutMs: 600_000 },
  git: { drivers: [] },
  agents: { profiles: {} },
  gates: [{ name: 'security', kind: 'builtin', builtin: 'security', timeoutMs: 300_000 }],
  landing: {
    strategy: 'merge',
    mode: 'probe',
    slots: 'auto',
    timeoutMs: 900_000,
    conflictRounds: 3,
    conflicts: [],
    keep: ['node_modules'],
  },
  onExit: 'ask',
  leaseMs: 900_000,
};

describe('what a config means', () => {
  test.each(['', '# only a comment\n', '\uFEFF', 'version: 1\r\n', '{}', 'tasks: {}\nlanding: {}\n'])(
    '%j means the defaults',
    (text) => {
      expect(settingsOf(text)).toEqual(defaults);
    },
  );

  test('a profile has its name, and its times in milliseconds', () => {
    const { profiles } = settingsOf('agents: { a: { driver: command, command: run it } }').agents;
    expect(profiles['a']).toEqual({
      name: 'a',
      driver: 'command',
      command: 'run it',
      timeoutMs: 1_800_000,
      owns: [],
      tags: [],
      env: { pass: [], set: {} },
      harvest: true,
      rounds: 2,
      permissions: 'edit',
      stopGraceMs: 10_000,
    });
  });

  test('gates keep the order of the file, and only those listed are there', () => {
    const { gates } = settingsOf(
      'gates:\n  z: { command: [npm, run, lint], timeout: 90s }\n  a: { builtin: compliance, protect: [x/**], when: { tags: [t] } }\n',
    );
    expect(gates).toEqual([
      { name: 'z', kind: 'command', command: ['npm', 'run', 'lint'], timeoutMs: 90_000 },
      {
        name: 'a',
        kind: 'builtin',
        builtin: 'compliance',
        protect: ['x/**'],
        when: { tags: ['t'] },
        timeoutMs: 300_000,
      },
    ]);
    expect(settingsOf('gates: {}').gates).toEqual([]);
  });

  test('an empty list of tests is kept apart from none', () => {
    expect(settingsOf('landing: { test: [] }').landing.test).toEqual([]);
    expect('test' in settingsOf('landing: { mode: strict }').landing).toBe(false);
  });

  test('commands are words or text for the shell', () => {
    expect(settingsOf('landing: { test: [[npm, test], npm run e2e] }').landing.test).toEqual([
      ['npm', 'test'],
      'npm run e2e',
    ]);
    expect(settingsOf('worktrees: { setup: [make] }').worktrees.setup).toEqual(['make']);
  });

  test('paths come in their shortest form', () => {
    expect(settingsOf('tasks: { file: ./docs//TASKS.md }\nworktrees: { root: wt/ }')).toMatchObject({
      tasks: { file: 'docs/TASKS.md' },
      worktrees: { root: 'wt' },
    });
  });

  test('anchors, aliases and merges work', () => {
    const { profiles } = settingsOf(
      'agents:\n  a: &a { driver: claude, model: m }\n  b: { <<: *a, timeout: 1m }\n  c: *a\n',
    ).agents;
    expect(profiles['b']).toMatchObject({ name: 'b', driver: 'claude', model: 'm', timeoutMs: 60_000 });
    expect(profiles['c']).toMatchObject({ name: 'c', driver: 'claude', model: 'm' });
  });

  test('nothing in the result can be changed', () => {
    const settings = settingsOf(
      'agents: { a: { driver: claude, env: { set: { A: b } } } }\nlanding: { test: [[x, y]] }',
    );
    const unfrozen: string[] = [];
    const look = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) unfrozen.push(path);
      for (const [key, inner] of Object.entries(value)) look(inner, `${path}.${key}`);
    };
    look(settings, 'settings');
    expect(unfrozen).toEqual([]);
    expect(() => Object.assign(settings.agents.profiles, { b: {} })).toThrow(TypeError);
  });

  test('names that objects inherit are ordinary names', () => {
    const { agents } = settingsOf(
      'agents: { default: toString, toString: { driver: claude, env: { set: { constructor: x } } } }',
    );
    expect(agents.profiles['toString']).toMatchObject({ name: 'toString', env: { set: { constructor: 'x' } } });
    expect(agents.profiles['constructor']).toBeUndefined();
  });

  test('the config that init writes is valid, with and without a known test command', () => {
    const odd = [['npm', 'test'], 'a "quoted" $x', ['go', 'test', './...', 'true', '- x: y']];
    expect(settingsOf(initialConfig(odd)).landing.test).toEqual(odd);
    expect(settingsOf(initialConfig(undefined))).toEqual(defaults);
  });
});

describe('what stays a problem', () => {
  test('every problem of a file is told, in the order of the file', () => {
    expect(
      problemsOf('onExit: 5\nlanding: { x: 1, mode: prob }\nfoo: 1').map((problem) => [problem.line, problem.column]),
    ).toEqual([
      [1, 9],
      [2, 12],
      [2, 24],
      [3, 1],
    ]);
  });

  test('a file over 1 MB is refused unread', () => {
    expect(problemsOf(`# ${'x'.repeat(1_000_000)}`)).toEqual([
      { message: 'the file is larger than 1 MB', file: 'config.yaml', line: 1, column: 1 },
    ]);
  });

  test('the value of a variable for an agent is not shown', () => {
    const [problem] = problemsOf('agents: { a: { driver: claude, env: { set: { KEY: 4711 } } } }');
    expect(problem?.message).toBe('agents.a.env.set.KEY: expected text, found a number');
    expect(JSON.stringify(problemsOf('agents: { a: { driver: claude, env: { pass: geheim-4711 } } }'))).not.toContain(
      '4711',
    );
  });

  test('aliases that multiply are refused', () => {
    const rows = [...'bcdefghij'].map(
      (name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[index]}`).join(', ')}]`,
    );
    expect(problemsOf(`a: &a [x]\n${rows.join('\n')}`)[0]?.message).toBe(
      'aliases (*name) multiply to more than 100 parts',
    );
  });

  test.each([1, 10, 100, 300, 500, 1000, 20_000])('lists %d levels deep are a problem and not a crash', (depth) => {
    expect(problemsOf(`tasks: ${'['.repeat(depth)}${']'.repeat(depth)}`)).toHaveLength(1);
  });
});

describe('whatever the text is', () => {
  const valid = initialConfig([['npm', 'test']]);
  const sane = (text: string): void => {
    const lines = text.split('\n').length;
    for (const problem of problemsOf(text)) {
      expect(problem.message).not.toBe('');
      expect(problem.line).toBeGreaterThanOrEqual(1);
      expect(problem.line).toBeLessThanOrEqual(lines + 1);
      expect(problem.column).toBeGreaterThanOrEqual(1);
    }
  };

  test('arbitrary bytes give settings or positioned problems', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => sane(new TextDecoder().decode(bytes))));
  });

  test('arbitrary YAML-like text gives settings or positioned problems', () => {
    const piece = fc.constantFrom(
      ...[
        'agents',
        'default',
        'gates',
        'landing',
        'test',
        '__proto__',
        'x',
        ': ',
        '\n',
        '  ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        ', ',
      ],
      ...['&a ', '*a', '<<', '"', "'", '#', '\t', '|', '>', '!x ', '? ', '---\n', '1', 'null', '5m', '%'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => sane(pieces.join(''))),
      { numRuns: 2000 },
    );
  });

  test('a valid config with some characters replaced gives settings or positioned problems', () => {
    fc.assert(
      fc.property(fc.nat(valid.length), fc.nat(20), fc.string({ maxLength: 8, unit: 'binary' }), (at, length, put) =>
        sane(valid.slice(0, at) + put + valid.slice(at + length)),
      ),
      { numRuns: 500 },
    );
  });
});
