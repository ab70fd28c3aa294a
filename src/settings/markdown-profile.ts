import * as z from 'zod';
import { err, ok, type Result } from '../std/index.ts';
import { readYaml } from './positioned-yaml.ts';
import { schemaProblems } from './schema-problems.ts';
import type { ConfigProblem } from './settings.ts';
import { namePattern, namePhrase, text } from './values.ts';

const shape = {
  name: text(namePhrase)
    .regex(namePattern, { error: namePhrase })
    .refine((name) => name !== 'default', { error: 'a name other than the reserved word default' }),
  description: text().optional(),
  tools: z
    .union([z.string(), z.array(z.string())], { error: 'names of tools, separated by commas, or a list of them' })
    .transform((tools) =>
      (typeof tools === 'string' ? tools.split(',') : tools).map((tool) => tool.trim()).filter((tool) => tool !== ''),
    )
    .optional(),
  model: text().optional(),
};

/** Our own files are as strict as the config. The ones for Claude Code carry keys of that program, which say nothing to us. */
const schemas = { strict: z.strictObject(shape), foreign: z.object(shape) };

export interface MarkdownProfile {
  readonly name: string;
  readonly description?: string;
  readonly tools?: readonly string[];
  readonly model?: string;
  readonly promptText: string;
}

/** Reads an agent profile in Markdown with front matter. Undefined: there is no front matter, so it is no profile. */
export function parseMarkdownProfile(
  source: string,
  file: string,
  keys: 'strict' | 'foreign',
): Result<MarkdownProfile | undefined, readonly ConfigProblem[]> {
  const parts = splitFrontMatter(source);
  if (parts === undefined) return ok(undefined);
  if (parts === 'unclosed') {
    return err([
      {
        message: 'the front matter that begins here has no end',
        file,
        line: 1,
        column: 1,
        hint: 'end it with a line of ---',
      },
    ]);
  }
  // The empty first line stands for the opening ---, so that lines count as in the file.
  const yaml = readYaml(`\n${quoteDescription(parts.frontMatter)}`, file);
  if (!yaml.ok) return yaml;
  const parsed = schemas[keys].safeParse(yaml.value.value ?? {});
  if (!parsed.success) return err(schemaProblems(parsed.error.issues, yaml.value, schemas[keys]));
  const { name, description, tools, model } = parsed.data;
  return ok({
    name,
    ...(description === undefined ? {} : { description }),
    ...(tools === undefined ? {} : { tools }),
    ...(model === undefined || model === 'inherit' ? {} : { model }),
    promptText: parts.body,
  });
}

/** The text of a prompt file: what follows the front matter, where there is one. */
export function promptTextOf(source: string): string {
  const parts = splitFrontMatter(source);
  return parts === undefined || parts === 'unclosed' ? source : parts.body;
}

function splitFrontMatter(source: string): { frontMatter: string; body: string } | 'unclosed' | undefined {
  const plain = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const opening = /^---[ \t]*\r?\n/.exec(plain);
  if (opening === null) return undefined;
  const closing = /^---[ \t]*\r?$\n?/m;
  const rest = plain.slice(opening[0].length);
  const end = closing.exec(rest);
  if (end === null) return 'unclosed';
  return {
    frontMatter: rest.slice(0, end.index),
    body: rest.slice(end.index + end[0].length).replace(/^(?:[ \t]*\r?\n)+/, ''),
  };
}

/** Claude Code writes descriptions without quotes even where they contain `: ` or ` #`, which YAML reads as something else. */
function quoteDescription(frontMatter: string): string {
  return frontMatter.replace(
    /^(description:[ \t]+)([^\s"'|>[{&*!%@`#].*?)([ \t]*\r?)$/m,
    (whole, key: string, value: string, end: string) =>
      /:\s|:$|\s#/.test(value) ? `${key}'${value.replaceAll("'", "''")}'${end}` : whole,
  );
}
