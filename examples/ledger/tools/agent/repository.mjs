import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function git(root, args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The identity goes with the command, because an agent's environment and the machine's settings may hold none. */
function identity(agent) {
  return ['-c', `user.name=${agent}`, '-c', `user.email=${agent}@example.invalid`, '-c', 'commit.gpgsign=false'];
}

/** The full name of the commit the worktree stands on. */
export function head(root) {
  return git(root, ['rev-parse', 'HEAD']).trim();
}

/** Commits these files and nothing else. Without a change to them there is no commit. */
export function commit({ root, agent, message, files }) {
  if (files.length === 0) return;
  git(root, ['add', '--', ...files]);
  if (git(root, ['diff', '--cached', '--name-only']) === '') return;
  git(root, [...identity(agent), 'commit', '-q', '-m', message]);
}

/** Ends a merge that waits with conflicts by keeping the lines of both sides. Returns the files it settled. */
export function settleConflicts({ root, agent }) {
  const files = git(root, ['diff', '--name-only', '--diff-filter=U', '-z']).split('\0').filter(Boolean);
  for (const file of files) {
    const path = join(root, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/^\|{7}[^]*?(?=^={7}$)/gm, '').replace(/^(<{7}|={7}|>{7}).*\n/gm, ''));
  }
  if (files.length > 0) {
    git(root, ['add', '--', ...files]);
    git(root, [...identity(agent), 'commit', '-q', '--no-edit']);
  }
  return files;
}
