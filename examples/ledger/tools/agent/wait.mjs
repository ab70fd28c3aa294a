import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Works slowly on purpose: returns when `path` is on main, or after `atMostMs`, and at once when this worktree has it. Two
 * changes that break each other only when both are there need one to land while the other is still at work; with real
 * agents that happens by chance, here it must happen every time.
 */
export async function waitUntilOnMain({ root, path, atMostMs }) {
  const has = (commit) => spawnSync('git', ['cat-file', '-e', `${commit}:${path}`], { cwd: root }).status === 0;
  if (has('HEAD')) return;
  console.log('reading the rest of the program');
  for (const until = Date.now() + atMostMs; Date.now() < until && !has('main'); ) await pause(150);
}
