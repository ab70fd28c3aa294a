import { join } from 'node:path';
import { openGit, type Repository } from '../../git/index.ts';
import { configPath, detectTest, initialConfig, loadSettings, type Settings } from '../../settings/index.ts';
import { ensureFolder, pathKind, readBytes, writeAtomic } from '../../system/index.ts';
import type { Invocation } from '../command.ts';
import { excludeOwn, ownExcludes } from '../exclude-own.ts';
import { Refusal } from '../refusal.ts';
import { requireRepository } from '../workspace.ts';

const firstTasks = `# Tasks

A task is a heading with a box and an id. The lines of its first list are fields; everything else goes to the agent.
Take the status line away, or say \`wt-orch tasks set TASK-1 ready\`, and the task below can run.

## [ ] TASK-1: Say here what is to be different afterwards
- status: draft
- priority: medium
- files: src/**
- accept:
  - [ ] something that can be checked

Why it is wanted, and what the agent has to know.
`;

/** `init`: writes what is missing to begin with, and leaves alone what is there. */
export async function run({ world }: Invocation): Promise<number> {
  const repository = await requireRepository(world);
  const { root } = repository;
  const config = await writeConfig(root);
  const loaded = await loadSettings(root);
  // A config with mistakes is not ours to mend; without one that can be read the usual task file is meant.
  const settings = loaded.ok ? loaded.value.settings : undefined;
  const tasks = await writeNew(root, settings?.tasks.file ?? 'TASKS.md', firstTasks);
  const lines = [config, tasks];
  if (settings !== undefined) lines.push(await exclude(repository, settings, world.env));
  world.out(`${lines.join('\n')}\n`);
  if (!loaded.ok) world.note(`\n${configPath} has mistakes; wt-orch doctor names them.\n`);
  world.note(`\n${nextSteps(settings)}\n`);
  return 0;
}

async function writeConfig(root: string): Promise<string> {
  const folder = await pathKind(join(root, '.wt-orch'));
  if (folder === 'file' || folder === 'other') {
    throw new Refusal('.wt-orch is a file, and the config belongs into a folder of that name.', 'Move it elsewhere.');
  }
  const otherName = '.wt-orch/config.yml';
  if ((await pathKind(join(root, otherName))) !== undefined) {
    return `left alone  ${otherName} (it has to be called ${configPath} to be read)`;
  }
  return writeNew(root, configPath, initialConfig(await detectTest(root)));
}

async function writeNew(root: string, name: string, text: string): Promise<string> {
  const path = join(root, name);
  if ((await pathKind(path)) !== undefined) return `left alone  ${name}`;
  await ensureFolder(join(path, '..'));
  await writeAtomic(path, text);
  return `wrote       ${name}`;
}

async function exclude(repository: Repository, settings: Settings, env: Record<string, string>): Promise<string> {
  const path = join(repository.commonDir, 'info/exclude');
  const before = await readBytes(path);
  await excludeOwn(await openGit(repository, env, settings.git.drivers), settings);
  const after = await readBytes(path);
  const same = before !== undefined && after !== undefined && Buffer.compare(before, after) === 0;
  const about = `the exclude lines in .git/info/exclude (${ownExcludes(settings).join(', ')})`;
  return same ? `left alone  ${about}` : `wrote       ${about}`;
}

function nextSteps(settings: Settings | undefined): string {
  const agents = Object.keys(settings?.agents.profiles ?? {}).length;
  const steps = [
    ...(agents === 0 ? [`Name an agent in ${configPath}, under \`agents\`.`] : []),
    ...(settings !== undefined && settings.landing.test === undefined
      ? [`Say in ${configPath} how the project is tested, under \`landing.test\`; without it nothing lands.`]
      : []),
    `Write your tasks into ${settings?.tasks.file ?? 'TASKS.md'}; wt-orch tasks check looks them over.`,
    'See whether everything is there: wt-orch doctor',
    'Then: wt-orch plan, and wt-orch run ID',
  ];
  return `Next:\n${steps.map((step, at) => `  ${at + 1}. ${step}`).join('\n')}`;
}
