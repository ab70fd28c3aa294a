import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ConfigProblem, loadSettings, parseSettings, type Settings } from '../../src/settings/index.ts';

let folder: string;
let root: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  root = join(folder, 'repo');
  mkdirSync(root);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const config = (content: string | Uint8Array) => write('.wt-orch/config.yaml', content);

async function loaded(): Promise<Settings> {
  const result = await loadSettings(root);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.settings;
}

async function told(): Promise<string[]> {
  const result = await loadSettings(root);
  const problems: readonly ConfigProblem[] = result.ok ? [] : result.error;
  return problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
}

describe('the config file', () => {
  test('without a config the defaults hold', async () => {
    const plain = parseSettings('', 'x');
    expect(plain.ok).toBe(true);
    expect(await loadSettings(root)).toEqual({ ok: true, value: { settings: plain.ok && plain.value, found: false } });
  });

  test('a config is found and read', async () => {
    config('maxParallel: 7\n');
    expect(await loadSettings(root)).toMatchObject({ ok: true, value: { settings: { maxParallel: 7 }, found: true } });
  });

  test('a config that is a link is followed', async () => {
    write('elsewhere.yaml', 'maxParallel: 8\n');
    mkdirSync(join(root, '.wt-orch'));
    symlinkSync(join(root, 'elsewhere.yaml'), join(root, '.wt-orch', 'config.yaml'));
    expect((await loaded()).maxParallel).toBe(8);
  });

  test('a link to nothing is not taken for no config', async () => {
    mkdirSync(join(root, '.wt-orch'));
    symlinkSync(join(root, 'nowhere'), join(root, '.wt-orch', 'config.yaml'));
    expect(await told()).toEqual(['.wt-orch/config.yaml:1:1 the file cannot be read']);
  });

  test('a FIFO is refused instead of waited for', async () => {
    mkdirSync(join(root, '.wt-orch'));
    execFileSync('mkfifo', [join(root, '.wt-orch', 'config.yaml')]);
    expect(await told()).toEqual(['.wt-orch/config.yaml:1:1 it is not a regular file']);
  });

  test('too much, no text, and the wrong name are refused', async () => {
    config('#'.repeat(1_000_001));
    expect(await told()).toEqual(['.wt-orch/config.yaml:1:1 the file is larger than 1 MB']);
    config(Uint8Array.of(0x61, 0xff));
    expect(await told()).toEqual(['.wt-orch/config.yaml:1:1 the file is not UTF-8 text']);
    rmSync(join(root, '.wt-orch', 'config.yaml'));
    write('.wt-orch/config.yml', 'maxParallel: 2\n');
    expect(await told()).toEqual(['.wt-orch/config.yml:1:1 the config has another name']);
  });
});

describe('prompt files', () => {
  const withPrompt = (path: string) => config(`agents:\n  a: { driver: claude, prompt: ${path} }\n`);

  test('the text of a prompt is read at the start, without front matter', async () => {
    write('prompts/a.md', '---\nname: a\n---\n\nBe brief.\n');
    withPrompt('prompts/a.md');
    expect((await loaded()).agents.profiles['a']).toMatchObject({ prompt: 'prompts/a.md', promptText: 'Be brief.\n' });
  });

  test('a prompt that is not there is a problem at its place', async () => {
    withPrompt('prompts/a.md');
    expect(await told()).toEqual(['.wt-orch/config.yaml:2:32 agents.a.prompt: there is no such file: "prompts/a.md"']);
  });

  test('a prompt may not be a folder, nor lead out of the repository', async () => {
    mkdirSync(join(root, 'prompts'));
    withPrompt('prompts');
    expect(await told()).toEqual(['.wt-orch/config.yaml:2:32 agents.a.prompt: it is not a regular file: "prompts"']);
    writeFileSync(join(folder, 'secret'), 'secret');
    symlinkSync(join(folder, 'secret'), join(root, 'out.md'));
    withPrompt('out.md');
    const place = '.wt-orch/config.yaml:2:32 agents.a.prompt';
    expect(await told()).toEqual([`${place}: the file is a link that leads out of the repository: "out.md"`]);
  });

  test('a prompt in .wt-orch/agents needs no front matter', async () => {
    write('.wt-orch/agents/a.md', 'Be brief.');
    withPrompt('.wt-orch/agents/a.md');
    expect(Object.keys((await loaded()).agents.profiles)).toEqual(['a']);
  });
});

describe('profiles in Markdown', () => {
  test('a profile without a default beside it is one for claude', async () => {
    write(
      '.wt-orch/agents/any.md',
      '---\nname: reviewer\ndescription: Looks\ntools: Read, Edit\nmodel: haiku\n---\n\nLook well.\n',
    );
    expect((await loaded()).agents.profiles['reviewer']).toEqual({
      name: 'reviewer',
      description: 'Looks',
      tools: ['Read', 'Edit'],
      model: 'haiku',
      promptText: 'Look well.\n',
      driver: 'claude',
      timeoutMs: 1_800_000,
      stopGraceMs: 10_000,
      env: { pass: [], set: {} },
      harvest: true,
      rounds: 2,
      owns: [],
      tags: [],
      permissions: 'edit',
      file: '.wt-orch/agents/any.md',
    });
  });

  test('a profile is started like the default one, but gets neither its prompt nor its permissions', async () => {
    write('p.md', 'Only for d.');
    write('.claude/agents/m.md', '---\nname: m\nmodel: inherit\ntools: [Read]\n---\n');
    config(
      'agents:\n  default: d\n  d: { driver: command, command: [run], model: big, prompt: p.md, owns: [a], permissions: full, env: { pass: [K] } }\n',
    );
    const profile = (await loaded()).agents.profiles['m'];
    expect(profile).toMatchObject({
      driver: 'command',
      command: ['run'],
      model: 'big',
      env: { pass: ['K'] },
      tools: ['Read'],
    });
    expect(profile).toMatchObject({ owns: [], permissions: 'edit', promptText: '' });
    expect(profile?.prompt).toBeUndefined();
  });

  test('the config wins over .wt-orch, and that over .claude', async () => {
    for (const place of ['.wt-orch', '.claude']) {
      write(`${place}/agents/x.md`, `---\nname: x\n---\n${place}`);
      write(`${place}/agents/y.md`, `---\nname: y\n---\n${place}`);
    }
    write('.claude/agents/z.md', '---\nname: z\n---\n.claude');
    config('agents: { x: { driver: codex } }\n');
    const { profiles } = (await loaded()).agents;
    expect(profiles['x']).toMatchObject({ driver: 'codex' });
    expect(profiles['x']?.promptText).toBeUndefined();
    expect(profiles['y']?.promptText).toBe('.wt-orch');
    expect(profiles['z']?.promptText).toBe('.claude');
  });

  test('the default may be a Markdown profile', async () => {
    write('.claude/agents/m.md', '---\nname: helper\n---\n');
    config('agents: { default: helper }\n');
    expect((await loaded()).agents).toMatchObject({ default: 'helper', profiles: { helper: { driver: 'claude' } } });
    config('agents: { default: helpr }\n');
    expect(await told()).toEqual(['.wt-orch/config.yaml:1:20 agents.default: no profile is named "helpr"']);
  });

  test('a bad profile is a problem at its place in its own file, beside those of the config', async () => {
    config('foo: 1\n');
    write('.wt-orch/agents/a.md', '---\nname: a\nmodle: x\n---\n');
    write('.wt-orch/agents/b.md', '---\nname: [b]\n---\n');
    write('.wt-orch/agents/c.md', '---\ndescription: c\n');
    write('.wt-orch/agents/d.md', '---\nname: default\n---\n');
    write('.claude/agents/e.md', '---\r\nname: e\r\ntools: { a: b }\r\n---\r\n');
    const name = 'a name: a letter, then letters, digits, ".", "_" or "-", at most 64 of them';
    expect(await told()).toEqual([
      '.wt-orch/config.yaml:1:1 unknown key "foo"',
      '.claude/agents/e.md:3:8 tools: expected names of tools, separated by commas, or a list of them, found a mapping (keys with values)',
      '.wt-orch/agents/a.md:3:1 unknown key "modle"',
      `.wt-orch/agents/b.md:2:7 name: expected ${name}, found a list`,
      '.wt-orch/agents/c.md:1:1 the front matter that begins here has no end',
      '.wt-orch/agents/d.md:2:7 name: expected a name other than the reserved word default, found the text "default"',
    ]);
  });

  test('two profiles of one name in one folder are a problem, and so is one without front matter in ours', async () => {
    write('.wt-orch/agents/a.md', '---\nname: x\n---\n');
    write('.wt-orch/agents/b.md', '---\nname: x\n---\n');
    write('.wt-orch/agents/c.md', 'hello');
    expect(await told()).toEqual([
      '.wt-orch/agents/b.md:1:1 the profile "x" is defined in .wt-orch/agents/a.md too',
      '.wt-orch/agents/c.md:1:1 an agent profile begins with front matter',
    ]);
  });

  test('files for Claude Code may hold keys of that program, descriptions that are no YAML, and no front matter', async () => {
    write('.claude/agents/README.md', 'What these are.');
    write(
      '.claude/agents/a.md',
      "---\nname: a\ndescription: Use it when: x isn't #1. Example: y\ncolor: blue\n---\nGo.",
    );
    write('.claude/agents/notes.txt', '---\n: [\n');
    const { profiles } = (await loaded()).agents;
    expect(Object.keys(profiles)).toEqual(['a']);
    expect(profiles['a']).toMatchObject({ description: "Use it when: x isn't #1. Example: y", promptText: 'Go.' });
  });
});
