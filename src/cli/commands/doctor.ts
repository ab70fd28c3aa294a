import { join } from 'node:path';
import { approvedFile, type Git, openRepository, type Repository, unapprovedDrivers } from '../../git/index.ts';
import { driversSentence, plainText } from '../../report/index.ts';
import { loadSettings, type Settings } from '../../settings/index.ts';
import { messageOf } from '../../system/index.ts';
import type { Invocation, World } from '../command.ts';
import { type Check, failure, fine, warning } from '../doctor/check.ts';
import { machineChecks, repositoryChecks } from '../doctor/machine.ts';
import { configMistakes, settingsChecks } from '../doctor/settings-checks.ts';
import { stateChecks } from '../doctor/state-checks.ts';
import { Refusal } from '../refusal.ts';
import { openGitFor, requireTarget, type Workspace } from '../workspace.ts';

/** `doctor`: looks at everything a run needs, also where there is no repository, and says what to do about what is wrong. */
export async function run({ flags, world }: Invocation): Promise<number> {
  const opened = await openRepository(world.cwd, world.env);
  const checks = [
    ...(await looked('machine', () => machineChecks(world))),
    ...repositoryChecks(opened),
    ...(opened.ok ? await insideChecks(opened.value, world) : []),
  ];
  const ok = checks.every(({ state }) => state !== 'fail');
  if (flags.has('json')) {
    const shown = checks.map(({ name, state, message, fix }) => ({ name, state, message, fix: fix ?? null }));
    world.out(`${JSON.stringify({ ok, checks: shown })}\n`);
  } else {
    world.out(checksText(checks));
  }
  return ok ? 0 : 1;
}

async function insideChecks(repository: Repository, world: World): Promise<readonly Check[]> {
  const { root, stateDir } = repository;
  const loaded = await loadSettings(root);
  if (!loaded.ok) return configMistakes(loaded.error);
  const { settings, found } = loaded.value;
  const config = found
    ? fine('config', '.wt-orch/config.yaml')
    : warning('config', 'none: every setting has its default', 'wt-orch init writes one.');
  const taskPath = join(root, settings.tasks.file);
  const workspace: Workspace = { repository, root, stateDir, settings, configFound: found, taskPath };
  return [
    config,
    ...(await looked('settings', () => settingsChecks(root, settings, world))),
    ...(await looked('state', () => insideState(workspace, settings, world))),
  ];
}

async function insideState(workspace: Workspace, settings: Settings, world: World): Promise<readonly Check[]> {
  const git = await openGitFor(workspace, world);
  const target = await requireTarget(git, settings);
  return [
    fine('target', `${target.branch} (${target.commit.slice(0, 10)})`),
    ...(await driversCheck(git, target.commit)),
    ...(await stateChecks(workspace, git, target)),
  ];
}

/** Filters and merge drivers of the user's configuration; nothing to say where there is none. */
async function driversCheck(git: Git, commit: string): Promise<readonly Check[]> {
  if (git.drivers.length === 0) return [];
  const refused = await unapprovedDrivers(git, commit);
  if (refused.length > 0) {
    const { message, hint } = driversSentence(refused, approvedFile(git.repository.stateDir));
    return [failure('git drivers', message, hint ?? '')];
  }
  const shown = git.drivers.map(({ name, standing }) => {
    return `${name} (${standing === 'unknown' || standing === 'changed' ? 'belongs to no file, never runs' : standing})`;
  });
  return [fine('git drivers', [...new Set(shown)].join(', '))];
}

/** A look that fails is itself a finding: whoever asks a doctor wants an answer where other commands give up. */
async function looked(name: string, look: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  try {
    return await look();
  } catch (problem) {
    const [message = '', ...hint] = messageOf(problem).split('\n');
    const fix = problem instanceof Refusal && hint.length > 0 ? hint.join(' ') : 'Mend that first, then look again.';
    return [failure(name, message, fix)];
  }
}

function checksText(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, message, fix }) => [
    `${state.padEnd(4)}  ${name.padEnd(width)}  ${plainText(message)}`,
    ...(fix === undefined ? [] : [`${' '.repeat(width + 8)}${plainText(fix)}`]),
  ]);
  const wrong = checks.filter(({ state }) => state === 'fail').length;
  const open = checks.filter(({ state }) => state === 'warn').length;
  return `${lines.join('\n')}\n${wrong === 0 ? 'Nothing is wrong' : `${wrong} wrong`}${open === 0 ? '' : `, ${open} to look at`}.\n`;
}
