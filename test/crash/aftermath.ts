import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { redCommits } from '../scenarios/evidence.ts';
import type { CrashProject, JournalLine } from './crashed-run.ts';

/** What is wrong with a repository after everything has been continued to its end; nothing is the only good answer. */
export async function wrongsOf(crashed: CrashProject): Promise<readonly string[]> {
  return [
    ...(await wrongHistory(crashed)),
    ...(await lostTips(crashed)),
    ...(await wrongMarks(crashed)),
    ...wrongJournal(crashed.journal()),
    ...(await blockers(crashed)),
    ...(await damage(crashed)),
  ];
}

async function wrongHistory({ p }: CrashProject): Promise<readonly string[]> {
  const line = await p.mainLine();
  const landed = line.slice(0, -1).map((subject) => subject.split(':')[0] ?? subject);
  const right = landed.toSorted().join(' ') === 'T-1 T-2';
  const status = await p.git(['status', '--porcelain']);
  return [
    ...(right ? [] : [`on main landed: ${landed.join(' ')}`]),
    ...(await redCommits(p)).map((subject) => `main is red at ${subject}`),
    ...(status === 'M TASKS.md' || status === ' M TASKS.md' ? [] : [`the checkout of the user: ${status}`]),
  ];
}

/** Every commit that an agent or a harvest made is reachable from some ref. */
async function lostTips({ p, journal }: CrashProject): Promise<readonly string[]> {
  const byAgents = (await readFile(join(p.stage, 'tips'), 'utf8')).split('\n');
  const byHarvest = journal().flatMap(({ work }) => (work as { readonly tip: string } | undefined)?.tip ?? []);
  const tips = new Set([...byAgents, ...byHarvest].filter((tip) => tip !== ''));
  const known = new Set((await p.git(['rev-list', '--all'])).split('\n'));
  return [...tips].filter((tip) => !known.has(tip)).map((tip) => `commit ${tip} is in no ref`);
}

async function wrongMarks({ p }: CrashProject): Promise<readonly string[]> {
  const marks = await p.tasksFile();
  const right = '# Tasks\n\n- [x] T-1 Do T-1\n- [x] T-2 Do T-2\n- [!] T-3 Do T-3\n';
  return marks === right ? [] : [`the task file: ${marks}`];
}

function wrongJournal(journal: readonly JournalLine[]): readonly string[] {
  const wrongs: string[] = [];
  const finished = new Set<string>();
  const landings = new Map<string, number>();
  for (const { type, task = '', code } of journal) {
    if (type === 'agentIntended' && finished.has(task)) wrongs.push(`an agent did ${task} again after it was finished`);
    if (type === 'agentExited' && code === 0) finished.add(task);
    if (type === 'landed') landings.set(task, (landings.get(task) ?? 0) + 1);
  }
  for (const task of ['T-1', 'T-2']) {
    if (landings.get(task) !== 1) wrongs.push(`the journal has ${landings.get(task) ?? 0} landings of ${task}`);
  }
  const opened = journal.filter(({ type }) => type === 'runStarted').length;
  const closed = journal.filter(({ type }) => type === 'runEnded').length;
  if (opened !== closed) wrongs.push(`${opened} runs began and ${closed} ended`);
  return wrongs;
}

/** Locks, sockets, branches and worktrees that nobody needs: what a later run could stumble over. */
async function blockers({ p }: CrashProject): Promise<readonly string[]> {
  const gitDir = join(p.root, '.git');
  const names = await readdir(gitDir, { recursive: true });
  const locks = names.filter((name) => name.endsWith('.lock'));
  const held = names.filter((name) => ['wt-orch/lock.owner', 'wt-orch/socket'].includes(name));
  const branches = await p.git(['for-each-ref', '--format=%(refname)', 'refs/heads']);
  const worktrees = (await p.git(['worktree', 'list', '--porcelain'])).match(/^worktree .*$/gm) ?? [];
  const admins = (await readdir(join(gitDir, 'worktrees'))).join(' ');
  const records = (await readdir(join(gitDir, 'wt-orch/worktrees'))).filter((name) => name.endsWith('.json'));
  const folders = (await readdir(join(p.root, '.worktrees'))).toSorted().join(' ');
  return [
    ...[...locks, ...held].map((name) => `left: ${name}`),
    ...(/^refs\/heads\/main\n(refs\/heads\/mine\n)?refs\/heads\/wt-orch\/T-3$/.test(branches)
      ? []
      : [`branches: ${branches}`]),
    ...(worktrees.length === 2 ? [] : [`worktrees: ${worktrees.join(' ')}`]),
    ...(admins === 'scripted-T-3' ? [] : [`administration of worktrees: ${admins}`]),
    ...(records.length === 1 ? [] : [`records of worktrees: ${records.join(' ')}`]),
    ...(folders === '.slots scripted-T-3' ? [] : [`folders: ${folders}`]),
  ];
}

async function damage({ p }: CrashProject): Promise<readonly string[]> {
  const control = join(p.root, '.git/wt-orch/control.git');
  const looks = [
    ['fsck', '--full'],
    [`--git-dir=${control}`, 'fsck', '--full'],
  ].map(async (args) => {
    const said = await p.git(args).catch((problem: unknown) => String(problem));
    return said.split('\n').filter((line) => line !== '' && !line.startsWith('dangling '));
  });
  return (await Promise.all(looks)).flat().map((line) => `fsck: ${line}`);
}
