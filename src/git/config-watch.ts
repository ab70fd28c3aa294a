import type { Git } from './git.ts';
import { inUser, runGit } from './run-git.ts';

/** A setting that is not what it was; without `now` it is gone, without `before` it is new. */
export interface ConfigChange {
  readonly key: string;
  readonly before?: string;
  readonly now?: string;
}

/** The settings by which a configuration starts programs, reads further files, or sends git to other places (git-config(1)). */
const watchedKeys = [
  /^(alias|credential|filter|gpg|include|includeif|pager|protocol|trailer|url)\./,
  /^core\.(alternaterefscommand|askpass|attributesfile|bare|editor|excludesfile|fsmonitor|gitproxy|hookspath|pager|sshcommand|worktree)$/,
  /^diff\.(external|.+\.(command|textconv))$/s,
  /^(merge\.(default|.+\.driver)|(mergetool|difftool)\..+\.(cmd|path))$/s,
  /^remote\..+\.(url|pushurl|proxy|uploadpack|receivepack|vcs)$/s,
  /^submodule\..+\.(update|url)$/s,
  /^(tar\..+\.command|uploadpack\.packobjectshook|interactive\.difffilter|sequence\.editor|extensions\.worktreeconfig)$/s,
];

type Snapshot = ReadonlyMap<string, string>;

/**
 * Remembers the settings of the repository that could make git do something else, and says at each call which of them have
 * changed since the last one. None of them has an effect on us; the next git of the user is another matter.
 */
export async function watchConfig(git: Git): Promise<() => Promise<readonly ConfigChange[]>> {
  let before = await snapshot(git);
  return async () => {
    const now = await snapshot(git);
    const changes = differences(before, now);
    before = now;
    return changes;
  };
}

async function snapshot(git: Git): Promise<Snapshot> {
  const listed = await runGit(git.env, inUser(git), ['config', '--list', '--show-scope', '-z']);
  if (listed.code !== 0) return new Map([['config', 'cannot be read']]);
  const fields = listed.stdout.split('\0');
  const found = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [scope, setting = ''] = [fields[at], fields[at + 1]];
    const end = setting.includes('\n') ? setting.indexOf('\n') : setting.length;
    const key = setting.slice(0, end);
    // What is given on the command line is our own.
    if (scope === 'command' || !watchedKeys.some((watched) => watched.test(key))) continue;
    const value = setting.slice(end + 1);
    const known = found.get(key);
    found.set(key, known === undefined ? value : `${known}\n${value}`);
  }
  return found;
}

function differences(before: Snapshot, now: Snapshot): readonly ConfigChange[] {
  const keys = [...new Set([...before.keys(), ...now.keys()])].sort();
  return keys.flatMap((key) => {
    const [was, is] = [before.get(key), now.get(key)];
    if (was === is) return [];
    return [{ key, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { now: is }) }];
  });
}
