import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../bin/wt-orch.cjs', import.meta.url));
const trackedFiles = 10_000;
const filesPerFolder = 100;

/** How a queue is to be landed. */
export interface LandingPlan {
  readonly slots: number;
  readonly mode: 'probe' | 'strict';
  /** How long a test sleeps. */
  readonly testSeconds: number;
  /** The places in the queue, from 0, of those that are bad. */
  readonly bad: readonly number[];
}

/** What is read of the events that the program prints. */
export interface LandingEvent {
  readonly type: string;
  readonly time: string;
  readonly task?: string;
}

/** A repository of 10,000 files with branches that are finished and wait to land. */
export interface LandingRepository {
  /** Puts everything back to the start, and lands the queue with the built program. Throws unless what is good, and only that, landed. */
  readonly land: (plan: LandingPlan) => Promise<readonly LandingEvent[]>;
  /** The same by hand, without the program: merge, test, take back what is red. Answers with milliseconds. */
  readonly landOneByOne: (plan: Pick<LandingPlan, 'testSeconds' | 'bad'>) => Promise<number>;
}

/** Makes the repository in `folder`, with a good and a bad version of each of `count` branches, each in a folder of its own. */
export function landingRepository(folder: string, count: number): LandingRepository {
  const tasks = Array.from({ length: count }, (_, index) => `T-${String(index + 1).padStart(2, '0')}`);
  const place = madeIn(folder);
  place.git(['init', '--quiet', '--initial-branch=main']);
  place.git(['config', 'user.name', 'Bench']);
  place.git(['config', 'user.email', 'bench@example.com']);
  place.git(['fast-import', '--quiet'], history(tasks));
  return {
    land: (plan) => landByProgram(place, tasks, plan),
    landOneByOne: (plan) => landByHand(place, tasks, plan),
  };
}

interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly git: (args: readonly string[], input?: string) => string;
}

function madeIn(folder: string): Place {
  const cwd = path.join(folder, 'project');
  const home = path.join(folder, 'home');
  for (const made of [home, path.join(cwd, '.wt-orch')]) mkdirSync(made, { recursive: true });
  const env = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git: Place['git'] = (args, input) => {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd, env, input, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  return { cwd, env, git };
}

async function landByProgram(
  place: Place,
  tasks: readonly string[],
  plan: LandingPlan,
): Promise<readonly LandingEvent[]> {
  reset(place, tasks, plan.bad);
  // Without its journal the program knows nothing of the times before, and its checkouts for tests stay warm.
  rmSync(path.join(place.cwd, '.git/wt-orch/journal.jsonl'), { force: true });
  writeFileSync(path.join(place.cwd, '.wt-orch/config.yaml'), config(plan));
  const printed = await finished(process.execPath, [launcher, 'land', ...tasks, '--json'], {
    cwd: place.cwd,
    env: place.env,
  });
  requireLanded(place, tasks, plan.bad, printed);
  const lines = printed.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as LandingEvent).filter(({ type }) => type !== 'summary');
}

async function landByHand(
  place: Place,
  tasks: readonly string[],
  { testSeconds, bad }: Pick<LandingPlan, 'testSeconds' | 'bad'>,
): Promise<number> {
  reset(place, tasks, bad);
  const began = performance.now();
  for (const task of tasks) {
    place.git(['merge', '--quiet', '--no-ff', '-m', `${task}: by hand`, `wt-orch/${task}`]);
    const test = spawn('sh', ['-c', testOf(testSeconds)], { cwd: place.cwd, env: place.env, stdio: 'ignore' });
    const { promise, resolve } = Promise.withResolvers<number | null>();
    test.once('close', resolve);
    if ((await promise) !== 0) place.git(['reset', '--quiet', '--hard', 'HEAD^']);
  }
  const ms = performance.now() - began;
  requireLanded(place, tasks, bad, '');
  return ms;
}

function reset({ git }: Place, tasks: readonly string[], bad: readonly number[]): void {
  const moves = tasks.map((task, at) => `update refs/heads/wt-orch/${task} ${refOf(task, bad.includes(at))}\n`);
  git(['reset', '--quiet', '--hard', 'refs/bench/first']);
  git(['update-ref', '--stdin'], moves.join(''));
}

const refOf = (task: string, isBad: boolean): string => `refs/bench/${isBad ? 'bad' : 'good'}/${task}`;

const testOf = (seconds: number): string => `sleep ${seconds}; ! ls parts/*/bad.txt >/dev/null 2>&1`;

/** A stream for git fast-import(1): one commit with all files, and two for each task on top of it. */
function history(tasks: readonly string[]): string {
  const commit = (ref: string, message: string, files: readonly (readonly [path: string, text: string])[]): string => {
    const mark = ref === 'refs/bench/first' ? 'mark :1\n' : '';
    const head = `commit ${ref}\n${mark}committer Bench <bench@example.com> 1700000000 +0000\ndata <<.\n${message}\n.\n`;
    const from = mark === '' ? 'from :1\n' : '';
    return `${head}${from}${files.map(([file, text]) => `M 100644 inline ${file}\ndata <<.\n${text}\n.\n`).join('')}\n`;
  };
  const many = Array.from({ length: trackedFiles }, (_, at): [string, string] => [
    `src/folder-${Math.floor(at / filesPerFolder)}/file-${at}.txt`,
    `This is file ${at}.\n`.repeat(20),
  ]);
  const list = tasks.map((task) => `- [ ] ${task} Write a file`).join('\n');
  return [
    commit('refs/bench/first', 'first', [...many, ['TASKS.md', `# Tasks\n\n${list}`]]),
    ...tasks.flatMap((task) => [
      commit(refOf(task, false), `work of ${task}`, [[`parts/${task}/good.txt`, 'good']]),
      commit(refOf(task, true), `work of ${task}`, [[`parts/${task}/bad.txt`, 'bad']]),
    ]),
  ].join('');
}

function config({ slots, mode, testSeconds }: LandingPlan): string {
  return [
    'version: 1',
    'agents: { default: nobody, nobody: { driver: command, command: [nobody] } }',
    'gates: {}',
    `landing: { test: [${JSON.stringify(testOf(testSeconds))}], mode: ${mode}, slots: ${slots} }`,
    '',
  ].join('\n');
}

/** A fast wrong answer is worth nothing: every good one is a commit of its own on main, and no bad one is. */
function requireLanded({ git }: Place, tasks: readonly string[], bad: readonly number[], printed: string): void {
  const subjects = git(['log', '--first-parent', '--format=%s', 'refs/bench/first..main']).trimEnd().split('\n');
  const landed = subjects.map((subject) => subject.split(':')[0] ?? '').toSorted();
  const good = tasks.filter((_, at) => !bad.includes(at));
  if (JSON.stringify(landed) !== JSON.stringify(good)) throw new Error(`landed: ${landed.join(' ')}\n${printed}`);
}

function finished(
  command: string,
  args: readonly string[],
  where: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const child = spawn(command, args, { ...where, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  child.once('close', () => resolve(printed === '' ? complaints : printed));
  return promise;
}
