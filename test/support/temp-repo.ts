import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const start = promisify(execFile);

export interface TempRepo extends AsyncDisposable {
  /** The main worktree, its links resolved. */
  readonly root: string;
  /** The folder that holds everything: the repository, the home folder, and room for more. */
  readonly folder: string;
  /** An environment that sees no configuration of the developer, with a fixed identity. */
  readonly env: Record<string, string>;
  /** Runs git in the main worktree, or in `cwd`, and gives what it prints without the last line end; throws on failure. */
  git(args: readonly string[], cwd?: string): Promise<string>;
  /** Writes files (relative paths) and the folders above them, in place of what is there; undefined removes. */
  write(files: Readonly<Record<string, string | undefined>>, cwd?: string): Promise<void>;
  link(path: string, target: string, cwd?: string): Promise<void>;
  /** Makes a file that writes `marker` when it is run, and gives its path: a payload that must never run. */
  payload(marker: string): Promise<string>;
  read(path: string, cwd?: string): Promise<string | undefined>;
  /** Writes files, adds all, commits, and gives the id of the commit. */
  commit(files: Readonly<Record<string, string | undefined>>, message?: string, cwd?: string): Promise<string>;
  /** Commits on a branch from `from`, without touching the main worktree, and gives the id. */
  commitOn(
    branch: string,
    from: string,
    files: Readonly<Record<string, string | undefined>>,
    message?: string,
  ): Promise<string>;
  /** The commit a ref stands for, or undefined. */
  ref(name: string): Promise<string | undefined>;
  dispose(): Promise<void>;
}

/** A repository with one commit on `main`, in a temporary folder, cut off from the machine's git configuration. */
export async function tempRepo(
  files: Readonly<Record<string, string>> = { 'README.md': '# A project\n' },
  options: { readonly initArgs?: readonly string[]; readonly empty?: boolean; readonly name?: string } = {},
): Promise<TempRepo> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'wt-orch-repo-')));
  const root = join(folder, options.name ?? 'project');
  const home = join(folder, 'home');
  await mkdir(root);
  await mkdir(home);
  const env = hermeticEnv(home);
  const repo = repoAt(folder, root, env);
  await repo.git(['init', '--quiet', '--initial-branch=main', ...(options.initArgs ?? [])]);
  await repo.git(['config', 'user.name', 'Una User']);
  await repo.git(['config', 'user.email', 'una@example.com']);
  if (options.empty !== true) await repo.commit(files, 'first');
  return repo;
}

function hermeticEnv(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada Author',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada Author',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    GIT_AUTHOR_DATE: '2024-01-02T03:04:05Z',
    GIT_COMMITTER_DATE: '2024-01-02T03:04:05Z',
  };
}

function repoAt(folder: string, root: string, env: Record<string, string>): TempRepo {
  const git: TempRepo['git'] = async (args, cwd = root) => {
    const { stdout } = await start('git', [...args], { cwd, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout.replace(/\n$/, '');
  };
  const write: TempRepo['write'] = async (files, cwd = root) => {
    for (const [path, text] of Object.entries(files)) {
      const full = join(cwd, path);
      await rm(full, { recursive: true, force: true });
      if (text !== undefined) {
        await mkdir(dirname(full), { recursive: true });
        await writeFile(full, text);
      }
    }
  };
  const commit: TempRepo['commit'] = async (files, message = 'a change', cwd = root) => {
    await write(files, cwd);
    await git(['add', '--all'], cwd);
    await git(['commit', '--quiet', '--allow-empty', '-m', message], cwd);
    return await git(['rev-parse', 'HEAD'], cwd);
  };
  const dispose = async () => await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  return {
    root,
    folder,
    env,
    git,
    write,
    commit,
    dispose,
    [Symbol.asyncDispose]: dispose,
    async link(path, target, cwd = root) {
      await mkdir(dirname(join(cwd, path)), { recursive: true });
      await symlink(target, join(cwd, path));
    },
    async payload(marker) {
      const path = join(folder, `payload-${marker}`);
      await writeFile(path, `#!/bin/sh\ntouch '${join(folder, marker)}'\n`);
      await chmod(path, 0o755);
      return path;
    },
    async read(path, cwd = root) {
      try {
        return await readFile(join(cwd, path), 'utf8');
      } catch {
        return undefined;
      }
    },
    async commitOn(branch, from, files, message) {
      const place = join(folder, 'elsewhere');
      await git(['worktree', 'add', '--quiet', '--detach', place, from]);
      try {
        const id = await commit(files, message ?? `work on ${branch}`, place);
        await git(['branch', '--force', branch, id]);
        return id;
      } finally {
        await git(['worktree', 'remove', '--force', place]);
      }
    },
    async ref(name) {
      try {
        return await git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
      } catch {
        return undefined;
      }
    },
  };
}
