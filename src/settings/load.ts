import { join, relative, sep } from 'node:path';
import { err, ok, type Result } from '../std/index.ts';
import { assemble, byName, configProfiles } from './assemble.ts';
import { promptTextOf } from './markdown-profile.ts';
import { readMarkdownProfiles } from './markdown-profiles.ts';
import { defaultProblems, type ParsedConfig, parseConfig } from './parse.ts';
import { readOwn, refusalWords, targetOf } from './read-own.ts';
import type { AgentProfile, ConfigProblem, Settings } from './settings.ts';

/** Where the config stands, relative to the root. */
export const configPath = '.wt-orch/config.yaml';

/**
 * Reads the config of the repository at `root`, the prompt files it names, and the agent profiles in `.wt-orch/agents/*.md` and
 * `.claude/agents/*.md`. Without a config file the defaults hold and `found` is false. Fails with every problem of every file.
 */
export async function loadSettings(
  root: string,
): Promise<Result<{ readonly settings: Settings; readonly found: boolean }, readonly ConfigProblem[]>> {
  const source = await readConfigText(root);
  if (!source.ok) return source;
  const config = parseConfig(source.value ?? '', configPath);
  const own = config.ok ? await withPrompts(root, config.value) : { profiles: [], problems: config.error };
  const markdown = await readMarkdownProfiles(
    root,
    config.ok ? { profiles: own.profiles, default: config.value.file.agents.default } : undefined,
  );
  // Later profiles win: the config before .wt-orch/agents, and that before .claude/agents.
  const profiles = byName([...markdown.profiles, ...own.profiles]);
  const problems = [
    ...own.problems,
    ...(config.ok ? defaultProblems(config.value, Object.keys(profiles)) : []),
    ...markdown.problems,
  ];
  if (!config.ok || problems.length > 0) return err(problems);
  return ok({ settings: assemble(config.value.file, profiles), found: source.value !== undefined });
}

async function readConfigText(root: string): Promise<Result<string | undefined, readonly ConfigProblem[]>> {
  const read = await readOwn(join(root, configPath));
  if (read.ok) return read;
  const start = { line: 1, column: 1 };
  if (read.error !== 'missing') return err([{ message: refusalWords[read.error], file: configPath, ...start }]);
  const misnamed = '.wt-orch/config.yml';
  if (!(await targetOf(join(root, misnamed))).ok) return ok(undefined);
  return err([
    { message: 'the config has another name', file: misnamed, ...start, hint: `rename it to ${configPath}` },
  ]);
}

/** The profiles of the config with the texts of their prompt files; a prompt that cannot be read is a problem at its place. */
async function withPrompts(
  root: string,
  config: ParsedConfig,
): Promise<{ profiles: AgentProfile[]; problems: ConfigProblem[] }> {
  const profiles: AgentProfile[] = [];
  const problems: ConfigProblem[] = [];
  for (const profile of Object.values(configProfiles(config.file))) {
    const prompt = profile.prompt === undefined ? undefined : await readPrompt(root, profile.prompt);
    profiles.push(prompt?.ok ? { ...profile, promptText: promptTextOf(prompt.value) } : profile);
    if (prompt === undefined || prompt.ok) continue;
    const path = ['agents', profile.name, 'prompt'];
    const message = `${path.join('.')}: ${prompt.error}: ${JSON.stringify(profile.prompt)}`;
    problems.push({ message, file: config.yaml.file, ...config.yaml.placeOf(path, 'value') });
  }
  return { profiles, problems };
}

async function readPrompt(root: string, path: string): Promise<Result<string, string>> {
  const [top, target] = await Promise.all([targetOf(root), targetOf(join(root, path))]);
  if (!top.ok) return err(refusalWords[top.error]);
  if (!target.ok) return err(refusalWords[target.error]);
  // A link inside the repository may still lead out of it.
  const inside = relative(top.value, target.value);
  if (inside === '..' || inside.startsWith(`..${sep}`))
    return err('the file is a link that leads out of the repository');
  const read = await readOwn(target.value);
  return read.ok ? read : err(refusalWords[read.error]);
}
