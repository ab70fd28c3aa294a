import { err, nearest, ok, type Result } from '../std/index.ts';
import { assemble, configProfiles } from './assemble.ts';
import { type PositionedYaml, readYaml } from './positioned-yaml.ts';
import { type ConfigFile, configSchema } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import type { ConfigProblem, Settings } from './settings.ts';

/** No config that a person wrote comes near this; more is refused before it is parsed. */
export const maxConfigBytes = 1_000_000;

/**
 * Reads the text of a config file; `file` is the name that problems carry. Touches nothing outside: that prompt files exist,
 * and the Markdown profiles, are the matter of `loadSettings`.
 */
export function parseSettings(text: string, file: string): Result<Settings, readonly ConfigProblem[]> {
  const config = parseConfig(text, file);
  if (!config.ok) return config;
  const profiles = configProfiles(config.value.file);
  const problems = defaultProblems(config.value, Object.keys(profiles));
  return problems.length > 0 ? err(problems) : ok(assemble(config.value.file, profiles));
}

export interface ParsedConfig {
  readonly file: ConfigFile;
  readonly yaml: PositionedYaml;
}

/** The config as the schema reads it, with the places of its parts. An empty text is a config of defaults. */
export function parseConfig(text: string, file: string): Result<ParsedConfig, readonly ConfigProblem[]> {
  if (Buffer.byteLength(text) > maxConfigBytes) return err([tooBig(file)]);
  const yaml = readYaml(text, file);
  if (!yaml.ok) return yaml;
  const parsed = configSchema.safeParse(yaml.value.value ?? {});
  if (!parsed.success) return err(schemaProblems(parsed.error.issues, yaml.value, configSchema));
  return ok({ file: parsed.data, yaml: yaml.value });
}

/** `agents.default` has to name one of the profiles. */
export function defaultProblems(config: ParsedConfig, names: readonly string[]): readonly ConfigProblem[] {
  const chosen = config.file.agents.default;
  if (chosen === undefined || names.includes(chosen)) return [];
  const meant = nearest(chosen, names);
  let hint = 'add a profile of this name, or leave `default` out';
  if (names.length > 0) hint = `the profiles are ${names.join(', ')}`;
  if (meant !== undefined) hint = `did you mean "${meant}"?`;
  const place = config.yaml.placeOf(['agents', 'default'], 'value');
  return [
    {
      message: `agents.default: no profile is named ${JSON.stringify(chosen)}`,
      file: config.yaml.file,
      ...place,
      hint,
    },
  ];
}

const tooBig = (file: string): ConfigProblem => ({
  message: 'the file is larger than 1 MB',
  file,
  line: 1,
  column: 1,
});
