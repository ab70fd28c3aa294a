import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { wholeLife } from './hostile.ts';
import { opened } from './opened.ts';

let repo: TempRepo;
beforeEach(async () => {
  repo = await tempRepo({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  await repo.commitOn('clash', 'main', { 'a.txt': 'another\n' });
});
afterEach(async () => await repo.dispose());

/** What one git of ours was called with, and what it wrote (trace2, "api-trace2.txt" of git). */
interface Call {
  readonly args: readonly string[];
  /** The command, behind all options that stand before it. */
  readonly command: string;
  /** How many times it waited until something was on the disk. */
  readonly synced: number;
}

/** Runs `work` with a git first on PATH that writes down how it is called and lets git tell what it syncs. */
async function calls(work: (env: TempRepo['env']) => Promise<void>): Promise<readonly Call[]> {
  const folder = join(repo.folder, 'spy');
  const real = await repo.git(['--exec-path']);
  await repo.write({ git: '', 'log/none': '' }, folder);
  const script = [
    '#!/bin/sh',
    `call=$(mktemp '${folder}/log/XXXXXXXX')`,
    'printf \'%s\\0\' "$@" > "$call"',
    'export GIT_TRACE2_EVENT="$call.trace"',
    `exec '${real}/git' "$@"`,
  ];
  await writeFile(join(folder, 'git'), `${script.join('\n')}\n`);
  await chmod(join(folder, 'git'), 0o755);
  await work({ ...repo.env, PATH: `${folder}:${repo.env['PATH']}` });
  const names = await readdir(join(folder, 'log'));
  return await Promise.all(
    names.filter((name) => /^\w{8}$/.test(name)).map((name) => callIn(join(folder, 'log', name))),
  );
}

async function callIn(file: string): Promise<Call> {
  const args = (await readFile(file, 'utf8')).split('\0').slice(0, -1);
  const trace = await readFile(`${file}.trace`, 'utf8').catch(() => '');
  const synced = [...trace.matchAll(/"key":"fsync\/hardware-flush","value":"(\d+)"/g)];
  const first = args.findIndex((arg, at) => !arg.startsWith('-') && args[at - 1] !== '-c');
  return { args, command: args[first] ?? '', synced: synced.reduce((sum, [, count]) => sum + Number(count), 0) };
}

const carries = ({ args }: Call, setting: string): boolean =>
  args.some((arg, at) => arg === setting && args[at - 1] === '-c');

/** They only ask, before the repository is known, or show something to people. */
const askers = ['version', 'config', 'rev-parse', 'log', 'diff'];

test('every git command of ours that can write syncs objects and refs before it says that it did', async () => {
  const all = await calls(async (env) => await wholeLife(repo, await opened({ ...repo, env }), 'main'));
  const writing = all.filter(({ command }) => !askers.includes(command));
  const commands = new Set(writing.map(({ command }) => command));
  for (const command of ['worktree', 'update-ref', 'read-tree', 'add', 'write-tree', 'commit-tree']) {
    expect(commands, command).toContain(command);
  }
  for (const command of ['merge-tree', 'checkout', 'merge', 'init']) expect(commands, command).toContain(command);
  expect(writing.filter((call) => !carries(call, 'core.fsync=committed,reference'))).toEqual([]);
  expect(writing.filter((call) => !carries(call, 'core.fsyncMethod=fsync'))).toEqual([]);
});

test('git does sync then: blobs, trees, commits and refs, also where the configuration says not to', async () => {
  await repo.git(['config', 'core.fsync', 'none']);
  await repo.git(['config', 'core.fsyncMethod', 'writeout-only']);
  const all = await calls(async (env) => await wholeLife(repo, await opened({ ...repo, env }), 'main'));
  const synced = new Set(all.filter((call) => call.synced > 0).map(({ command }) => command));
  for (const command of ['add', 'write-tree', 'commit-tree', 'merge-tree', 'update-ref', 'merge']) {
    expect(synced, command).toContain(command);
  }
  const refs = all.filter(({ command }) => command === 'update-ref');
  expect(refs.filter(({ synced: count }) => count > 0).length).toBeGreaterThanOrEqual(3);
});
