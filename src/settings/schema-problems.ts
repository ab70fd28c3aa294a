import * as z from 'zod';
import { nearest } from '../std/index.ts';
import type { KeyPath, PositionedYaml } from './positioned-yaml.ts';
import type { ConfigProblem } from './settings.ts';
import { durationPhrase } from './values.ts';

type Issue = z.core.$ZodIssue;

/** Says in plain words, with the place of each, what `schema` has against the value of `yaml`. */
export function schemaProblems(issues: readonly Issue[], yaml: PositionedYaml, schema: z.ZodType): ConfigProblem[] {
  const misspelt = new Set(
    issues.filter((issue) => issue.code === 'unrecognized_keys').map((issue) => pathText(issue.path)),
  );
  const said = issues.flatMap(innermost).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue, yaml, schema);
    // What a mapping lacks as a whole is most likely the key that was misspelt in it.
    return issue.code === 'custom' && misspelt.has(pathText(issue.path)) ? [] : [badValue(issue, yaml)];
  });
  return said.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Of a value that fits no member of a union, the complaint about a part of it says more than the one about the whole. */
function innermost(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const deeper = issue.errors.find((branch) => branch.some((inner) => inner.path.length > 0));
  if (deeper === undefined) return [issue];
  return deeper.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(innermost);
}

function unknownKeys(
  issue: Extract<Issue, { code: 'unrecognized_keys' }>,
  yaml: PositionedYaml,
  schema: z.ZodType,
): ConfigProblem[] {
  const json = z.toJSONSchema(schema, { io: 'input' });
  const known = keysAt(json, issue.path);
  const where = issue.path.length === 0 ? '' : ` in \`${pathText(issue.path)}\``;
  return issue.keys.map((key) => {
    const meant = nearest(key, known);
    const home = meant === undefined ? homeOf(json, key) : undefined;
    let hint = `the keys here are ${known.join(', ')}`;
    if (meant !== undefined) hint = `did you mean "${meant}"?`;
    if (home !== undefined) hint = `"${key}" belongs under \`${home}\``;
    return problem(yaml, [...issue.path, key], 'key', `unknown key ${quoted(key)}${where}`, hint);
  });
}

/** A `custom` issue may carry `params`: `sentence` (the message stands alone), `at: 'key'` (the key is the trouble) and `hint`. */
function badValue(issue: Issue, yaml: PositionedYaml): ConfigProblem {
  const path = issue.path;
  const params: Record<string, unknown> = issue.code === 'custom' ? (issue.params ?? {}) : {};
  const found = valueAt(yaml.value, path);
  const hint = typeof params['hint'] === 'string' ? params['hint'] : hintFor(issue, found);
  const part = params['at'] === 'key' || issue.code === 'invalid_key' ? 'key' : 'value';
  if (params['sentence'] === true) return problem(yaml, path, part, withPath(path, issue.message), hint);
  const owner = path.slice(0, -1);
  const phrase = phraseOf(issue);
  const key = String(path.at(-1));
  if (part === 'key')
    return problem(yaml, path, 'key', withPath(owner, `expected ${phrase}, found ${quoted(key)}`), hint);
  if (path.length > 0 && !isThere(yaml.value, path)) {
    return problem(yaml, owner, 'key', withPath(owner, `\`${key}\` is missing: expected ${phrase}`), hint);
  }
  return problem(yaml, path, 'value', withPath(path, `expected ${phrase}, found ${foundWords(path, found)}`), hint);
}

function phraseOf(issue: Issue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (issue.code !== 'invalid_type') return issue.message;
  if (issue.expected === 'object' || issue.expected === 'record') return 'a mapping (keys with values)';
  return issue.message;
}

function hintFor(issue: Issue, found: unknown): string | undefined {
  if (issue.code === 'invalid_value' && typeof found === 'string') {
    const meant = nearest(found, issue.values.map(String));
    return meant === undefined ? undefined : `did you mean "${meant}"?`;
  }
  if (found === null) return 'give the key a value, or leave it out';
  if (typeof found === 'number' && issue.message === durationPhrase) return `say the unit: ${found}s or ${found}m`;
  const scalar = typeof found === 'number' || typeof found === 'boolean';
  if (scalar && issue.code === 'invalid_type' && issue.expected === 'string') return 'put it in quotes to make it text';
  if (
    issue.message.startsWith('a command: ') &&
    Array.isArray(found) &&
    found.length === 1 &&
    Array.isArray(found[0])
  ) {
    return 'one command is wanted here: leave out the outer brackets';
  }
  if (issue.message === 'a list of commands' && typeof found === 'string') return 'put it in brackets: [...]';
  return undefined;
}

/** Values under `env` may be secrets, so they are described and not shown. */
function foundWords(path: KeyPath, found: unknown): string {
  if (found === null || found === undefined) return 'nothing';
  if (Array.isArray(found)) return found.length === 0 ? 'an empty list' : 'a list';
  if (typeof found === 'object') return 'a mapping (keys with values)';
  const secret = path.includes('env');
  if (typeof found === 'string') return secret ? 'text' : `the text ${quoted(found)}`;
  if (typeof found === 'number') return secret ? 'a number' : `the number ${found}`;
  return secret ? 'something else' : String(found);
}

function quoted(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
}

function problem(
  yaml: PositionedYaml,
  path: KeyPath,
  part: 'key' | 'value',
  message: string,
  hint: string | undefined,
): ConfigProblem {
  return { message, file: yaml.file, ...yaml.placeOf(path, part), ...(hint === undefined ? {} : { hint }) };
}

const withPath = (path: KeyPath, message: string): string =>
  path.length === 0 ? message : `${pathText(path)}: ${message}`;

/** A path as people write it: `agents.script.command[1]`. */
function pathText(path: KeyPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (at, part) => (hasOwn(at, part) ? (at as Record<PropertyKey, unknown>)[part] : undefined),
    value,
  );
}

const isThere = (value: unknown, path: KeyPath): boolean =>
  hasOwn(valueAt(value, path.slice(0, -1)), path.at(-1) ?? '');

const hasOwn = (value: unknown, key: PropertyKey): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key);

type JsonSchema = z.core.JSONSchema.JSONSchema;

const asSchema = (value: unknown): JsonSchema | undefined =>
  typeof value === 'object' && value !== null ? (value as JsonSchema) : undefined;

/** The keys that a schema knows at `path`; a mapping of free names has the keys of its entries one step further down. */
function keysAt(schema: JsonSchema, path: KeyPath): string[] {
  let at: JsonSchema | undefined = schema;
  for (const part of path) {
    const named: unknown =
      typeof part === 'string' && Object.hasOwn(at?.properties ?? {}, part) ? at?.properties?.[part] : undefined;
    at = asSchema(named ?? (typeof part === 'number' ? at?.items : at?.additionalProperties));
  }
  return Object.keys(at?.properties ?? {});
}

/** The mapping in which a key of this name stands, for one that was written a level too high or too low. */
function homeOf(schema: JsonSchema, key: string, path: readonly string[] = []): string | undefined {
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const below = asSchema(inner);
    if (below === undefined) continue;
    if (Object.hasOwn(below.properties ?? {}, key)) return [...path, name].join('.');
    const deeper = homeOf(below, key, [...path, name]);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}
