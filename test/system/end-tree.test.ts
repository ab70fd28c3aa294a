import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  endTree,
  identityOf,
  isAlive,
  type Launched,
  launch,
  runLogged,
  sweepTag,
  waitForTag,
} from '../../src/system/index.ts';
import { carriers, fixture, isDead, plainEnv } from '../support/processes.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitFor } from '../support/wait-for.ts';

const tag = `end-tree-test-${process.pid}`;

afterEach(() => {
  expect(carriers(tag)).toEqual([]);
});

const familyNames = ['deaf', 'escaped', 'bare', 'orphan'];

async function pidsIn(folder: string, names = familyNames): Promise<readonly number[]> {
  return await waitFor(() => {
    if (!names.every((name) => existsSync(join(folder, name)))) return undefined;
    return names.map((name) => Number(readFileSync(join(folder, name), 'utf8')));
  }, names.join());
}

async function launched(folder: string, command: string | readonly string[]): Promise<Launched> {
  const started = await launch({ command, cwd: folder, env: plainEnv, logFile: join(folder, 'log'), tag });
  if (!started.ok) throw new Error(started.error.message);
  return started.value;
}

describe('the end of a tree', () => {
  test('a child that ignores TERM, one that left the session, one that cleared its environment and an orphan all end', async () => {
    const folder = scratchFolder();
    const it = await launched(folder, fixture('family.mjs', folder));
    const pids = await pidsIn(folder);
    expect(pids.map(isDead)).toEqual([false, false, false, false]);
    expect(await endTree(it, tag, { graceMs: 50 })).toEqual({ survivors: [] });
    expect(pids.map(isDead)).toEqual([true, true, true, true]);
    expect(await it.exited).toEqual({ code: undefined, signal: 'SIGTERM' });
  });

  test('a program that ends on TERM is not killed', async () => {
    const folder = scratchFolder();
    const it = await launched(folder, 'trap "exit 9" TERM; echo ready > ready; while :; do sleep 0.01; done');
    await waitFor(() => (existsSync(join(folder, 'ready')) ? true : undefined));
    await endTree(it, tag, { graceMs: 10_000 });
    expect(await it.exited).toEqual({ code: 9 });
  });

  test('what a program leaves behind at a normal end is swept, members of its group without the tag included', async () => {
    const folder = scratchFolder();
    const it = await launched(folder, fixture('family.mjs', folder, 'leave'));
    const pids = await pidsIn(folder);
    expect(await it.exited).toEqual({ code: 7 });
    const swept = await sweepTag(tag, { group: it.identity });
    expect([...swept.ended].sort()).toEqual([...pids].sort());
    expect(swept.survivors).toEqual([]);
    expect(pids.map(isDead)).toEqual([true, true, true, true]);
  });

  test('a process whose number is right and whose start time is not is never signalled', async () => {
    const folder = scratchFolder();
    const it = await launched(folder, fixture('sleeper.mjs', join(folder, 'pid'), 'polite'));
    await pidsIn(folder, ['pid']);
    const stranger = { identity: { ...it.identity, startTime: '1' } };
    expect(await endTree(stranger, 'a-tag-that-nobody-carries', { graceMs: 10 })).toEqual({ survivors: [] });
    const reborn = { identity: { ...it.identity, bootId: 'another boot' } };
    expect(await endTree(reborn, 'a-tag-that-nobody-carries', { graceMs: 10 })).toEqual({ survivors: [] });
    expect(await isAlive(it.identity)).toBe(true);
    await endTree(it, tag, { graceMs: 1_000 });
    expect(await isAlive(it.identity)).toBe(false);
  });

  test('a number that went to a stranger after the end of a launch is left alone', async () => {
    const folder = scratchFolder();
    const ended = await launched(folder, 'exit 0');
    await ended.exited;
    const stranger = await launched(folder, fixture('sleeper.mjs', join(folder, 'pid'), 'polite'));
    await pidsIn(folder, ['pid']);
    Object.assign(ended, { identity: { ...stranger.identity, startTime: '1' } });
    expect(await endTree(ended, 'a-tag-that-nobody-carries', { graceMs: 10 })).toEqual({ survivors: [] });
    expect(await isAlive(stranger.identity)).toBe(true);
    await endTree(stranger, tag, { graceMs: 1_000 });
  });

  test('a launch that was adopted and is dead is swept by its tag alone', async () => {
    const folder = scratchFolder();
    const it = await launched(folder, fixture('family.mjs', folder, 'leave'));
    const pids = await pidsIn(folder);
    await it.exited;
    const adopted = { identity: it.identity };
    await endTree(adopted, tag, { graceMs: 10 });
    expect(pids.map(isDead)).toEqual([true, true, false, true]);
    await sweepTag(tag, { group: it.identity });
    expect(pids.map(isDead)).toEqual([true, true, true, true]);
  });

  test('a run inside a run ends neither itself nor what it runs in, though they carry the tag', async () => {
    const folder = scratchFolder();
    const [node, ...args] = fixture('inner-run.ts', folder, tag);
    // The shell in between is an ancestor that carries the tag too, in the same process group.
    const it = await launched(folder, ['/bin/sh', '-c', '"$@"; exit $?', 'sh', node, ...args]);
    expect(await it.exited).toEqual({ code: 0 });
    const said = JSON.parse(readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').at(-1) ?? '') as {
      inner: number;
      swept: { ended: number[] };
    };
    // The launch inside carries the outer tag as well, and is fair game.
    expect(said.swept.ended).toEqual([said.inner]);
    expect(isDead(said.inner)).toBe(true);
  });

  test('the launches of a run inside a run end with the outer one', async () => {
    const folder = scratchFolder();
    const it = await launched(folder, fixture('inner-run.ts', folder, 'stay'));
    const pids = await pidsIn(folder, ['inner']);
    await endTree(it, tag, { graceMs: 10_000 });
    expect(pids.map(isDead)).toEqual([true]);
  });
});

describe('a logged run', () => {
  const plan = (folder: string, command: string | readonly string[]) => ({
    command,
    cwd: folder,
    env: plainEnv,
    logFile: join(folder, 'log'),
    tag,
    timeoutMs: 60_000,
  });

  test('leaves nothing in the background after a normal end', async () => {
    const folder = scratchFolder();
    const end = await runLogged(plan(folder, fixture('family.mjs', folder, 'leave')));
    expect(end).toEqual({ kind: 'exited', exit: { code: 7 } });
    expect((await pidsIn(folder)).map(isDead)).toEqual([true, true, true, true]);
  });

  test('that takes too long is ended with all its children', async () => {
    const folder = scratchFolder();
    const end = await runLogged({ ...plan(folder, 'sleep 1000 & sleep 1000'), timeoutMs: 50, graceMs: 50 });
    expect(end).toEqual({ kind: 'timedOut' });
  });

  test('ends on an abort, and does not even start after one', async () => {
    const folder = scratchFolder();
    const stop = new AbortController();
    const running = runLogged({ ...plan(folder, 'echo up > up; exec sleep 1000'), signal: stop.signal });
    await waitFor(() => (existsSync(join(folder, 'up')) ? true : undefined));
    stop.abort();
    expect(await running).toEqual({ kind: 'cancelled' });
    const second = await runLogged({ ...plan(folder, 'echo second > second'), signal: stop.signal });
    expect(second).toEqual({ kind: 'cancelled' });
    expect(existsSync(join(folder, 'second'))).toBe(false);
  });

  test('of a program that is not there says so', async () => {
    const folder = scratchFolder();
    expect(await runLogged(plan(folder, ['no-such-program']))).toMatchObject({ kind: 'startFailed' });
  });
});

test('an identity follows the process, not the number', async () => {
  const folder = scratchFolder();
  const it = await launched(folder, fixture('sleeper.mjs', join(folder, 'pid'), 'polite'));
  expect(await identityOf(it.identity.pid)).toEqual(it.identity);
  await endTree(it, tag, { graceMs: 1_000 });
  expect(await identityOf(it.identity.pid)).toBeUndefined();
});

describe('a wait for a tag', () => {
  test('lasts until the last process that carries it, or one below it, has ended by itself', async () => {
    const folder = scratchFolder();
    const it = await launched(folder, `while [ ! -e '${folder}/go' ]; do sleep 0.01; done; : > '${folder}/done'`);
    const [root = ''] = tag.split('/');
    const waiting = waitForTag(root, 10_000).then((left) => [left, existsSync(join(folder, 'done'))]);
    writeFileSync(join(folder, 'go'), '');
    expect(await waiting).toEqual([[], true]);
    await it.exited;
  });
  test('gives up at its limit, names who is left, and has ended nobody', async () => {
    const folder = scratchFolder();
    const it = await launched(folder, fixture('sleeper.mjs', join(folder, 'pid')));
    expect(await waitForTag(tag, 20)).toEqual([it.identity.pid]);
    expect(isDead(it.identity.pid)).toBe(false);
    await endTree(it, tag, { graceMs: 50 });
  });
});
