import { relative } from 'node:path';
import { plainText } from '../../report/index.ts';
import { nearest } from '../../std/index.ts';
import type { Invocation } from '../command.ts';
import { createByHand } from '../create-by-hand.ts';
import { type OwnWorktree, ownWorktrees, unknownWords } from '../own-worktrees.ts';
import { Refusal } from '../refusal.ts';
import { removeByHand } from '../remove-by-hand.ts';
import { openGitFor, openWorkspace, requireTarget } from '../workspace.ts';

const deeds = ['create', 'list', 'remove'];

/** `worktree create AGENT ID`, `worktree list`, `worktree remove ID`: what a run does with worktrees, one step at a time. */
export async function run(invocation: Invocation): Promise<number> {
  const [deed = '', ...rest] = invocation.words;
  const [first, second] = rest;
  const { flags, world } = invocation;
  if (deed === 'create' && first !== undefined && second !== undefined) return createByHand(first, second, world);
  if (deed === 'list' && first === undefined) return list(invocation);
  if (deed === 'remove' && first !== undefined && second === undefined) {
    return removeByHand(first, flags.has('force'), world);
  }
  const near = nearest(deed, deeds);
  throw new Refusal(
    'Usage: wt-orch worktree create AGENT ID, worktree list, or worktree remove ID',
    deeds.includes(deed) || near === undefined ? 'See wt-orch worktree --help.' : `Did you mean ${near}?`,
  );
}

async function list({ flags, world }: Invocation): Promise<number> {
  const workspace = await openWorkspace(world);
  const git = await openGitFor(workspace, world);
  const target = await requireTarget(git, workspace.settings);
  const worktrees = await ownWorktrees(workspace, git, target);
  if (flags.has('json')) {
    world.out(`${JSON.stringify(worktrees.map(worktreeJson))}\n`);
    return 0;
  }
  for (const worktree of worktrees) {
    const { path, branch, head } = worktree;
    const on = branch === undefined ? 'on no branch' : plainText(branch, 250);
    const place = plainText(relative(workspace.root, path), 1_000);
    world.out(`${place}  ${on}  ${(head ?? '').slice(0, 10)}  ${stateText(worktree, target.branch)}\n`);
  }
  if (worktrees.length === 0) world.note('There is no worktree of wt-orch here.\n');
  return 0;
}

function worktreeJson({ path, branch, task, head, holds }: OwnWorktree): object {
  const known = holds.kind === 'known';
  return {
    path,
    branch: branch ?? null,
    task: task ?? null,
    head: head ?? null,
    state: known
      ? holds.uncommitted.length === 0
        ? 'clean'
        : 'dirty'
      : holds.kind === 'folderGone'
        ? 'missing'
        : holds.why,
    uncommitted: known ? holds.uncommitted : [],
    ahead: holds.kind === 'unknown' ? null : holds.ahead,
  };
}

function stateText({ holds }: OwnWorktree, target: string): string {
  if (holds.kind === 'unknown') return `cannot be read: ${unknownWords(holds.why)}`;
  const ahead = holds.ahead === 0 ? `nothing that ${target} has not` : `${holds.ahead} ahead of ${target}`;
  if (holds.kind === 'folderGone') return `its folder is gone, ${ahead}`;
  const open = holds.uncommitted.length;
  return `${open === 0 ? 'clean' : `${open} uncommitted`}, ${ahead}`;
}
