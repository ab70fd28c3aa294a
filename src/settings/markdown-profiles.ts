import { join } from 'node:path';
import { listFolder, pathKind } from '../system/index.ts';
import { profileOf } from './assemble.ts';
import { type MarkdownProfile, parseMarkdownProfile } from './markdown-profile.ts';
import { readOwn, refusalWords, targetOf } from './read-own.ts';
import { profileSchema } from './schema.ts';
import type { AgentProfile, ConfigProblem } from './settings.ts';

/** What the config says that the Markdown profiles depend on. */
export interface ConfigAgents {
  readonly profiles: readonly AgentProfile[];
  readonly default: string | undefined;
}

/**
 * Reads the profiles of both folders under `root`, those of `.wt-orch/agents` last, so that they win over `.claude/agents`.
 * They are started like the default profile of the config, or by the driver `claude` where it has none.
 * `config` is undefined when the config itself could not be read: then only the files are checked.
 */
export async function readMarkdownProfiles(
  root: string,
  config: ConfigAgents | undefined,
): Promise<{ profiles: AgentProfile[]; problems: ConfigProblem[] }> {
  const base =
    config?.profiles.find((profile) => profile.name === config.default) ??
    profileOf('claude', profileSchema.parse({ driver: 'claude' }));
  const prompts = config?.profiles.map((profile) => profile.prompt);
  const profiles: AgentProfile[] = [];
  const problems: ConfigProblem[] = [];
  for (const folder of ['.claude/agents', '.wt-orch/agents'] as const) {
    const fileOf = new Map<string, string>();
    for (const file of await markdownFiles(root, folder)) {
      const isPrompt = prompts === undefined || prompts.includes(file);
      const read = await readProfile(root, file, folder === '.wt-orch/agents' && !isPrompt ? 'required' : 'optional');
      problems.push(...read.problems);
      if (read.profile === undefined) continue;
      const name = read.profile.name;
      const other = fileOf.get(name);
      if (other !== undefined)
        problems.push({ message: `the profile "${name}" is defined in ${other} too`, file, line: 1, column: 1 });
      fileOf.set(name, file);
      profiles.push(profileFrom(read.profile, base, file));
    }
  }
  return { profiles, problems };
}

async function markdownFiles(root: string, folder: string): Promise<readonly string[]> {
  const target = await targetOf(join(root, folder));
  if (!target.ok || (await pathKind(target.value)) !== 'folder') return [];
  const names = await listFolder(target.value);
  return names.filter((name) => name.endsWith('.md') && !name.startsWith('.')).map((name) => `${folder}/${name}`);
}

interface ReadProfile {
  readonly profile?: MarkdownProfile;
  readonly problems: readonly ConfigProblem[];
}

async function readProfile(root: string, file: string, frontMatter: 'required' | 'optional'): Promise<ReadProfile> {
  const start = { file, line: 1, column: 1 };
  const source = await readOwn(join(root, file));
  if (!source.ok) return { problems: [{ message: refusalWords[source.error], ...start }] };
  const parsed = parseMarkdownProfile(source.value, file, file.startsWith('.wt-orch/') ? 'strict' : 'foreign');
  if (!parsed.ok) return { problems: parsed.error };
  if (parsed.value !== undefined) return { profile: parsed.value, problems: [] };
  if (frontMatter === 'optional') return { problems: [] };
  const hint = 'begin the file with ---, name: ..., ---; or name it as the `prompt` of a profile in the config';
  return { problems: [{ message: 'an agent profile begins with front matter', ...start, hint }] };
}

/**
 * Starts like `base`. What `base` was given for its own work stays behind: its files, tags, prompt, and leave to do more than edit.
 */
function profileFrom(markdown: MarkdownProfile, base: AgentProfile, file: string): AgentProfile {
  const { driver, command, model, timeoutMs, stopGraceMs, env, harvest, rounds } = base;
  return {
    driver,
    ...(command === undefined ? {} : { command }),
    ...(model === undefined ? {} : { model }),
    ...markdown,
    timeoutMs,
    stopGraceMs,
    env,
    harvest,
    rounds,
    owns: [],
    tags: [],
    permissions: 'edit',
    file,
  };
}
