import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { problemText } from '../../src/report/index.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { parseTasks } from '../../src/tasks/index.ts';
import { anchorsOf, blocksOf, commandLinesOf, linksOf, page, pages, root, sectionOf } from './pages.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const blocks = pages.flatMap(blocksOf);
const ofLanguage = (language: string) => blocks.filter((block) => block.language === language);

describe('docs/commands.md', () => {
  test.each(commands.map(({ name, options }) => ({ name, options })))('has $name with all its options', (command) => {
    const section = sectionOf(page('commands.md'), command.name) ?? '';
    expect(section).toContain(`wt-orch ${command.name}`);
    for (const [option, { short }] of Object.entries(command.options)) {
      expect(section).toMatch(new RegExp(`--${option}\\b`));
      if (short !== undefined) expect(section).toMatch(new RegExp(` -${short}\\b`));
    }
  });

  test('shows of each command what it prints, or that it prints nothing', () => {
    const without = commands.filter(
      ({ name }) =>
        !blocksOf(page('commands.md')).some((block) => block.section === name && block.language === 'console'),
    );
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  test('has a row for every outcome', () => {
    const union = /export type Outcome =([^;]+);/.exec(source('orchestrator/reason.ts'))?.[1] ?? '';
    const outcomes = [...union.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '');
    expect(outcomes).toContain('landed');
    const rows = sectionOf(page('commands.md'), 'Outcomes') ?? '';
    expect(outcomes.filter((outcome) => !rows.includes(`\`${outcome}\``))).toEqual([]);
  });
});

test('docs/journal.md names every type of event, and no other', () => {
  const union = source('orchestrator/event.ts').split('export type RunEvent =')[1] ?? '';
  const types = [...union.matchAll(/readonly type: '(\w+)'/g)].map((match) => match[1] ?? '');
  const section = sectionOf(page('journal.md'), 'Format') ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && line.includes('`') && !/^\| `/.test(line));
  const named = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''));
  expect(named.toSorted()).toEqual([...new Set([...types, 'journalCut'])].toSorted());
});

test('docs/agents.md names every variable that passes, and those that are set', () => {
  const kept = /new Set\(\[([\s\S]*?)\]\)/.exec(source('system/scratch-env.ts'))?.[1] ?? '';
  const names = [...kept.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '');
  expect(names).toContain('PATH');
  const set = [...`${source('cli/effects/run-agent.ts')}${source('cli/effects/context.ts')}`.matchAll(/WT_ORCH_\w+/g)];
  const { text } = page('agents.md');
  const spelled = (name: string) => (/^[A-Z]+_PROXY$/.test(name) ? name.toLowerCase() : name);
  const wanted = [...names.map(spelled), ...set.map(String), 'WT_ORCH_MODEL', 'WT_ORCH_TAG', 'LC_*'];
  expect(wanted.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

describe('a task file in docs/tasks.md', () => {
  const examples = blocksOf(page('tasks.md')).filter(({ language }) => language === 'markdown');

  test.each(examples.map((block) => ({ ...block })))('has the problems that the page shows: line $line', (block) => {
    const file = parseTasks(bytes(block.text), 'TASKS.md');
    const shown = block.next?.language === 'text' ? block.next.text.trimEnd().split('\n') : [];
    expect(file.problems.map(problemText)).toEqual(shown);
    expect(file.tasks.length).toBeGreaterThan(0);
  });

  test('shows only problems that the table explains', () => {
    const codes = examples.flatMap(({ text }) => parseTasks(bytes(text), 'TASKS.md').problems.map(({ code }) => code));
    const table = sectionOf(page('tasks.md'), 'Problems') ?? '';
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !table.includes(`| \`${code}\` |`))).toEqual([]);
  });

  test('may be written with every synonym of the table of fields', () => {
    const rows = (sectionOf(page('tasks.md'), 'Fields') ?? '').split('\n').filter((line) => /^\| `\w+` \|/.test(line));
    const keys = rows.flatMap((row) => {
      const [, name = '', also = ''] = row.split('|').map((cell) => cell.trim());
      return [name.replaceAll('`', ''), ...also.split(',').map((word) => word.trim())].filter((key) =>
        /^[a-z ]+$/.test(key),
      );
    });
    expect(keys.length).toBeGreaterThan(30);
    for (const key of keys) {
      const { tasks, problems } = parseTasks(bytes(`## [ ] A-1: x\n- ${key}: high\n`), 'TASKS.md');
      const { text: _, ...read } = tasks[0] ?? { text: '' };
      const { text: __, ...plain } = parseTasks(bytes('## [ ] A-1: x\n'), 'TASKS.md').tasks[0] ?? { text: '' };
      expect(problems.filter(({ code }) => code === 'unknownField')).toEqual([]);
      // A field that was read says something about the task, or complains about its value.
      expect([read, ...problems], key).not.toEqual([plain]);
    }
  });
});

test('a task in README.md is read without problems but for the task that it depends on', () => {
  const [example] = blocksOf(page('README.md')).filter(({ language }) => language === 'markdown');
  const { tasks, problems } = parseTasks(bytes(example?.text ?? ''), 'TASKS.md');
  expect(tasks.map(({ id }) => id)).toEqual(['DEV-15', 'UX-19']);
  expect(problems.map(({ code, tasks: stopped }) => [code, ...stopped])).toEqual([['unknownDependency', 'DEV-15']]);
});

test.each(ofLanguage('yaml'))('the settings in $page line $line are accepted', ({ page: path, text }) => {
  expect(parseSettings(text, path)).toMatchObject({ ok: true });
});

test.each(ofLanguage('json'))('the JSON in $page line $line is JSON', ({ text }) => {
  expect(() => JSON.parse(text)).not.toThrow();
});

test.each(pages)('the command lines in $path exist, with their options', (from) => {
  for (const line of commandLinesOf(from)) {
    const words = line.replace(/"[^"]*"|'[^']*'/g, 'TEXT').split(/[\s[\]|]+/);
    const [, name = '', ...rest] = words;
    if (name === 'COMMAND' || name.startsWith('--')) continue;
    const command = commands.find((candidate) => candidate.name === name);
    expect(command, line).toBeDefined();
    const known = Object.entries(command?.options ?? {}).flatMap(([option, { short }]) => [`--${option}`, `-${short}`]);
    const options = rest.filter((word) => /^--?[a-z]/.test(word) && word !== '--help');
    expect(
      options.filter((option) => !known.includes(option)),
      line,
    ).toEqual([]);
  }
});

test.each(pages)('the links in $path lead somewhere', (from) => {
  for (const { to, anchor } of linksOf(from)) {
    expect(existsSync(join(root, to)), to).toBe(true);
    if (anchor === undefined) continue;
    const text = readFileSync(join(root, to), 'utf8');
    expect([...anchorsOf({ path: to, text })], to).toContain(anchor);
  }
});

function source(path: string): string {
  return readFileSync(join(root, 'src', path), 'utf8');
}
