import { gitGives, oldestGit, type openRepository, type Repository } from '../../git/index.ts';
import { repositorySentence } from '../../report/index.ts';
import { freeBytes, pathKind } from '../../system/index.ts';
import type { World } from '../command.ts';
import { type Check, failure, fine, warning } from './check.ts';
import { findProgram } from './find-program.ts';

const leastFreeBytes = 1_000_000_000;

export type Opened = Awaited<ReturnType<typeof openRepository>>;

/** What the program itself needs of the machine. */
export async function machineChecks(world: World): Promise<readonly Check[]> {
  return [
    fine('node', `Node ${process.versions.node}`),
    await lockCheck(world),
    await processCheck(),
    await diskCheck(world.cwd),
  ];
}

/** Git and the repository, by what opening it came to. */
export function repositoryChecks(opened: Opened): readonly Check[] {
  if (opened.ok) {
    const { gitVersion, root } = opened.value;
    return [gitCheck(gitVersion), fine('repository', root)];
  }
  const { message, hint } = repositorySentence(opened.error);
  const fix = hint ?? 'Call it inside of a git repository.';
  const { kind } = opened.error;
  if (kind === 'gitMissing' || kind === 'gitTooOld') return [failure('git', message, fix)];
  return [fine('git', 'git is there and new enough'), failure('repository', message, fix)];
}

/** What this git has of what makes a difference here, and what a newer one would bring. */
function gitCheck(version: Repository['gitVersion']): Check {
  const { has, lacks } = gitGives(version);
  const gives = ['merges in memory', ...has].join('; ');
  const newer = lacks.map(({ since, gives: more }) => `with ${since} ${more}`).join('; ');
  const message = `git ${version.join('.')} (${oldestGit.join('.')} or newer is needed): ${gives}`;
  return fine('git', newer === '' ? message : `${message}. Not there yet: ${newer}`);
}

async function lockCheck(world: World): Promise<Check> {
  const flock = await findProgram('flock', world.cwd, world.env['PATH'] ?? '');
  if (flock !== undefined) return fine('lock', `the kernel's lock, held by ${flock}`);
  const message = 'no flock program: one orchestrator at a time is kept by files';
  return warning('lock', message, 'Nothing has to be done on one machine; on Linux util-linux has flock.');
}

/** Without /proc a process that leaves its group and its parent cannot be found by its tag. */
async function processCheck(): Promise<Check> {
  if ((await pathKind('/proc/self/environ')) === 'file')
    return fine('processes', 'what an agent leaves running is found by its tag');
  const message = 'no /proc: a process that leaves the group of its agent on purpose is not found';
  return warning('processes', message, 'Have agents start nothing in the background.');
}

async function diskCheck(folder: string): Promise<Check> {
  const free = await freeBytes(folder);
  const shown = `${(free / 1e9).toFixed(1)} GB free`;
  if (free >= leastFreeBytes) return fine('disk', shown);
  return warning('disk', shown, 'Every worktree is a checkout of its own: make room, or see wt-orch clean.');
}
