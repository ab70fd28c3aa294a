import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configJsonSchema, parseSettings } from '../../src/settings/index.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'configuration.md'), 'utf8');

interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

/** Every key of the schema with its default, `NAME` for the names a person chooses. */
function keysOf(schema: Schema, path: string): { key: string; fallback: unknown }[] {
  const named = Object.entries(schema.properties ?? {}).map(([name, inner]) => ({
    key: path === '' ? name : `${path}.${name}`,
    inner,
  }));
  const free = typeof schema.additionalProperties === 'object' && schema.additionalProperties.properties !== undefined;
  const below = free ? keysOf(schema.additionalProperties as Schema, `${path}.NAME`) : [];
  return [...named.flatMap(({ key, inner }) => [{ key, fallback: inner.default }, ...keysOf(inner, key)]), ...below];
}

const keys = keysOf(configJsonSchema() as Schema, '');

test('the schema is walked down to the keys of profiles and gates', () => {
  const names = keys.map(({ key }) => key);
  expect(names).toEqual(
    expect.arrayContaining(['version', 'landing.test', 'agents.NAME.env.set', 'gates.NAME.when.paths']),
  );
});

test.each(keys)('$key has a row in docs/configuration.md, with its default', ({ key, fallback }) => {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${key}\` |`));
  expect(row).toBeDefined();
  const cell = row?.split(' | ')[2];
  if (fallback !== undefined)
    expect(cell).toBe(`\`${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}\``);
  else expect(cell).not.toMatch(/^`/);
});

test('docs/configuration.md has no row for a key that is not there', () => {
  const rows = [...page.matchAll(/^\| `([a-zA-Z]+(?:\.[a-zA-Z]+)*)` \|/gm)].map((match) => match[1] ?? '');
  const frontMatter = ['name', 'description', 'tools', 'model'];
  expect(rows.filter((row) => !frontMatter.includes(row) && !keys.some(({ key }) => key === row))).toEqual([]);
});

test('the full example is valid and uses every key but `prompt`, whose file would have to exist', () => {
  const example = /```yaml\n(version: 1\n[\s\S]*?)```/.exec(page)?.[1] ?? '';
  const parsed = parseSettings(example, 'docs/configuration.md');
  expect(parsed).toMatchObject({ ok: true, value: { target: 'main', landing: { test: [['npm', 'test']] } } });
  const unused = keys.map(({ key }) => key).filter((key) => !new RegExp(`\\b${key.split('.').at(-1)}:`).test(example));
  expect(unused).toEqual(['agents.NAME.prompt']);
});

test('schema/config.schema.json is current, and the check says so', () => {
  const written = JSON.parse(readFileSync(join(root, 'schema', 'config.schema.json'), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  expect(() =>
    execFileSync(process.execPath, [join(root, 'scripts', 'schema.mjs'), '--check'], { stdio: 'pipe' }),
  ).not.toThrow();
});
