import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TempRepo } from '../support/temp-repo.ts';

const start = promisify(execFile);

/** Runs test.sh on every commit of main along first parents, and gives the subjects of those where it fails. */
export async function redCommits(repo: TempRepo): Promise<readonly string[]> {
  const commits = (await repo.git(['rev-list', '--reverse', '--first-parent', 'main'])).split('\n');
  const red: string[] = [];
  for (const commit of commits) {
    const place = join(repo.folder, `commit-${commit}`);
    await mkdir(place);
    await start('sh', ['-c', `git -C '${repo.root}' archive ${commit} | tar -x`], { cwd: place, env: repo.env });
    const passed = await start('sh', ['test.sh'], { cwd: place, env: repo.env }).then(
      () => true,
      () => false,
    );
    if (!passed) red.push(await repo.git(['log', '-1', '--format=%s', commit]));
  }
  return red;
}

/** Where two texts of the same length differ: the line, and what stands there before and after. */
export function differences(before: string, after: string): readonly string[] {
  if (before.length !== after.length) return [`the length was ${before.length} and is ${after.length}`];
  return before.split('').flatMap((letter, at) => {
    if (letter === after[at]) return [];
    const line = before.slice(0, at).split('\n').length;
    return [`${line}: ${letter} -> ${after[at]}`];
  });
}

/** Everything in the user's own checkout and repository that no run may change, but for the marks and what lands. */
export async function userState(repo: TempRepo): Promise<Readonly<Record<string, string>>> {
  const gitDir = join(repo.root, '.git');
  return {
    staged: await repo.git(['diff', '--cached', '--binary', '--', '.', ':!TASKS.md']),
    unstaged: await repo.git(['diff', '--binary', '--', '.', ':!TASKS.md']),
    stash: await repo.git(['stash', 'list']),
    head: await repo.git(['symbolic-ref', 'HEAD']),
    config: await readFile(join(gitDir, 'config'), 'utf8'),
    hooks: (await readdir(join(gitDir, 'hooks')).catch(() => [])).join(' '),
    remotes: await repo.git(['remote', '-v']),
  };
}

/** What the program leaves in a repository when everything has landed: nothing but main, its journal and its pooled checkouts. */
export async function leftovers(repo: TempRepo): Promise<readonly string[]> {
  const branches = (await repo.git(['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/wt-orch'])).split('\n');
  const worktrees = (await repo.git(['worktree', 'list', '--porcelain'])).split('\n');
  const folders = await readdir(join(repo.root, '.worktrees')).catch(() => []);
  return [
    ...branches.filter((ref) => ref !== '' && ref !== 'refs/heads/main'),
    ...worktrees.filter((line) => line.startsWith('worktree ') && line !== `worktree ${repo.root}`),
    ...folders.filter((name) => name !== '.slots'),
    ...(await locksIn(join(repo.root, '.git'))),
  ];
}

/** The lock files of git that lie in a folder. */
async function locksIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter(
    (name) => /(^|\/)(index|HEAD|config|packed-refs|[^/]+)\.lock$/.test(name) && !/^wt-orch\/[^/]+\.lock$/.test(name),
  );
}
