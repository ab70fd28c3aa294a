import { type DiffSummary, diffSummary, diffText, type Git, mergeBase, resolveCommit } from '../../git/index.ts';
import { plainText } from '../../report/index.ts';
import type { Invocation } from '../command.ts';
import { harmless } from '../harmless.ts';
import { type History, lastStep, readHistory } from '../history.ts';
import { ownWorktrees } from '../own-worktrees.ts';
import { Refusal } from '../refusal.ts';
import { branchOfTask, type TaskBranch } from '../task-branch.ts';
import { openGitFor, openWorkspace, requireTarget, type Target } from '../workspace.ts';

/** `diff ID`: what the branch of a task changes; once it has landed, what its landing changed. */
export async function run({ words: [id = ''], flags, world }: Invocation): Promise<number> {
  const workspace = await openWorkspace(world);
  const git = await openGitFor(workspace, world);
  const target = await requireTarget(git, workspace.settings);
  const branch = await branchOfTask(git, id);
  const range =
    (branch === undefined ? undefined : await ofBranch(git, target, branch)) ??
    (await ofLanding(git, await readHistory(workspace.stateDir), id)) ??
    (branch === undefined
      ? undefined
      : { from: branch.tip, to: branch.tip, about: `${branch.branch} adds nothing to ${target.branch}` });
  if (range === undefined) throw new Refusal(`${id} has no branch, and none of it has landed.`, 'See wt-orch status.');
  world.note(`${range.about}\n`);
  if (branch !== undefined) {
    const own = (await ownWorktrees(workspace, git, target)).find((worktree) => worktree.branch === branch.branch);
    const open = own?.holds.kind === 'known' ? own.holds.uncommitted.length : 0;
    if (open > 0)
      world.note(`Not in it: uncommitted work in ${open === 1 ? '1 file' : `${open} files`} of ${own?.path}\n`);
  }
  if (flags.has('stat')) {
    world.out(statText(await diffSummary(git, range.from, range.to)));
    return 0;
  }
  const text = await diffText(git, range.from, range.to);
  world.out(world.stdoutIsTerminal ? harmless(text) : text);
  return 0;
}

interface Range {
  readonly from: string;
  readonly to: string;
  readonly about: string;
}

/** From where the branch left the target; undefined when the target has all of it. */
async function ofBranch(git: Git, target: Target, { branch, tip }: TaskBranch): Promise<Range | undefined> {
  const base = await mergeBase(git, target.commit, tip);
  if (base === undefined) throw new Refusal(`${branch} has no history in common with ${target.branch}.`);
  if (base === tip) return undefined;
  return {
    from: base,
    to: tip,
    about: `${branch} (${tip.slice(0, 10)}) since ${target.branch} (${base.slice(0, 10)})`,
  };
}

/** The newest landing of a task, from where the target was before it. */
async function ofLanding(git: Git, history: History, id: string): Promise<Range | undefined> {
  const task = lastStep(history, id)?.step.spec.task;
  const landed = history.events.findLast((event) => event.type === 'landed' && event.task === task);
  if (landed?.type !== 'landed') return undefined;
  const { from, commit } = landed;
  const both = await Promise.all([from, commit].map((name) => resolveCommit(git, name)));
  if (both.includes(undefined))
    throw new Refusal(`${task} landed as ${commit}, which git no longer has.`, undefined, 1);
  return {
    from,
    to: commit,
    about: `${task} ${landed.undoes === undefined ? 'landed' : 'was taken back'} as ${commit.slice(0, 10)} in run ${landed.run}`,
  };
}

function statText({ files, added, removed }: DiffSummary): string {
  const shown = files.map((file) => ({ ...file, path: plainText(file.path, 1_000) }));
  const width = Math.max(0, ...shown.map(({ path }) => path.length));
  const lines = shown.map(
    (file) => `${file.path.padEnd(width)}  ${file.binary ? 'binary' : `+${file.added} -${file.removed}`}\n`,
  );
  return `${lines.join('')}${files.length === 1 ? '1 file' : `${files.length} files`}, +${added} -${removed}\n`;
}
