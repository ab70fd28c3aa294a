import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { launch, run, runLogged } from '../../src/system/index.ts';
import { fixture, isDead, plainEnv } from '../support/processes.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitFor } from '../support/wait-for.ts';

const shell = (script: string, more: Partial<Parameters<typeof run>[1]> = {}) =>
  run(['/bin/sh', '-c', script], { cwd: '/', env: plainEnv, ...more });

describe('a short command', () => {
  test('gives its exit code and both outputs', async () => {
    expect(await shell('echo out; echo err >&2; exit 3')).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      timedOut: false,
      cancelled: false,
      overflowed: false,
    });
  });

  test('reads what it is given, and an empty stdin when it is given nothing', async () => {
    expect((await shell('cat', { input: 'grüße\n' })).stdout).toBe('grüße\n');
    expect((await shell('cat')).stdout).toBe('');
  });

  test('that does not read its input is no failure', async () => {
    expect((await shell('exit 0', { input: Buffer.alloc(4 * 1024 * 1024) })).code).toBe(0);
  });

  test('gives bytes as they are when asked', async () => {
    const finished = await shell('printf "\\377\\000a"', { binary: true });
    expect([...(finished.stdoutBytes ?? [])]).toEqual([0xff, 0, 0x61]);
  });

  test('has the environment that it was given and nothing else', async () => {
    vi.stubEnv('SECRET_OF_OURS', 'x');
    onTestFinished(() => void vi.unstubAllEnvs());
    const finished = await run(['/usr/bin/env'], { cwd: '/', env: { A: '1' } });
    expect(finished.stdout).toBe('A=1\n');
  });

  test('that cannot start says why and does not reject', async () => {
    expect((await run(['no-such-program'], { cwd: '/', env: plainEnv })).startFailed).toContain('no-such-program');
    expect((await shell('true', { cwd: '/no/such/folder' })).startFailed).toContain('/no/such/folder');
    expect((await run(['a\0b'], { cwd: '/', env: plainEnv })).startFailed).toBeTypeOf('string');
  });

  test('that takes too long is ended with its children', async () => {
    const folder = scratchFolder();
    const [node, ...args] = fixture('sleeper.mjs', join(folder, 'pid'), 'polite');
    const stop = new AbortController();
    const running = run(['/bin/sh', '-c', '"$@" & wait', 'sh', node, ...args], {
      cwd: folder,
      env: plainEnv,
      signal: stop.signal,
    });
    const pid = await waitFor(() =>
      existsSync(join(folder, 'pid')) ? Number(readFileSync(join(folder, 'pid'))) : undefined,
    );
    stop.abort();
    expect(await running).toMatchObject({ code: undefined, signal: 'SIGTERM', cancelled: true, timedOut: false });
    await waitFor(() => (isDead(pid) ? true : undefined));
    expect(await shell('sleep 1000', { timeoutMs: 20 })).toMatchObject({ timedOut: true, cancelled: false });
  });

  test('that ignores TERM gets KILL', async () => {
    expect(await shell('trap "" TERM; while :; do sleep 0.01; done', { timeoutMs: 50 })).toMatchObject({
      signal: 'SIGKILL',
      timedOut: true,
    });
  });

  test('is not started after an abort', async () => {
    const path = join(scratchFolder(), 'made');
    expect(await shell(`echo > ${path}`, { signal: AbortSignal.abort() })).toMatchObject({ cancelled: true });
    expect(existsSync(path)).toBe(false);
  });

  test('that never stops talking is ended at the limit', async () => {
    const finished = await shell('exec yes', { maxBytes: 10_000 });
    expect(finished).toMatchObject({ code: undefined, overflowed: true });
    expect(finished.stdout.length).toBe(10_000);
  });

  test('gives all of a large output', async () => {
    expect((await shell('head -c 5000000 /dev/zero')).stdout.length).toBe(5_000_000);
  });

  test('is over with its own exit, though a child in the background holds its output', async () => {
    const folder = scratchFolder();
    const finished = await shell(`sleep 1000 & echo $! > ${folder}/pid; echo done`);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    expect(finished).toMatchObject({ code: 0, stdout: 'done\n' });
    // Nobody asked for its end: git leaves helpers running on purpose.
    expect(isDead(pid)).toBe(false);
    process.kill(pid, 'SIGKILL');
  });
});

describe('a launch', () => {
  const plan = (folder: string, command: string | readonly string[]) => ({
    command,
    cwd: folder,
    env: plainEnv,
    logFile: join(folder, 'log'),
    tag: 'launch-test',
    timeoutMs: 60_000,
  });

  test('writes both outputs behind what the log holds, which only this user can read', async () => {
    const folder = scratchFolder();
    await runLogged(plan(folder, 'echo one; echo two >&2'));
    await runLogged(plan(folder, ['/bin/echo', 'three']));
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('one\ntwo\nthree\n');
    expect(statSync(join(folder, 'log')).mode & 0o777).toBe(0o600);
  });

  test('reads the prompt from its file and then the end, or nothing at all', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'prompt'), 'do this\n');
    await runLogged({ ...plan(folder, 'cat'), stdinFile: join(folder, 'prompt') });
    await runLogged(plan(folder, 'cat'));
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('do this\n');
  });

  test('has the given environment and its tag', async () => {
    const folder = scratchFolder();
    vi.stubEnv('WT_ORCH_TAG', undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    await runLogged({ ...plan(folder, ['/usr/bin/env']), env: { A: '1' } });
    expect(readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').sort()).toEqual([
      'A=1',
      'WT_ORCH_TAG=launch-test',
    ]);
  });

  test('inside a launch keeps the outer tag', async () => {
    const folder = scratchFolder();
    vi.stubEnv('WT_ORCH_TAG', 'outer');
    onTestFinished(() => void vi.unstubAllEnvs());
    await runLogged({ ...plan(folder, ['/usr/bin/env']), env: {} });
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('WT_ORCH_TAG=launch-test outer\n');
  });

  test('without a folder, a prompt or a program is a value, not an exception', async () => {
    const folder = scratchFolder();
    const failing = [
      { ...plan(folder, 'true'), cwd: join(folder, 'none') },
      { ...plan(folder, 'true'), stdinFile: join(folder, 'none') },
      plan(folder, ['no-such-program']),
      plan(folder, []),
    ];
    for (const each of failing) expect(await launch(each)).toMatchObject({ ok: false, error: { kind: 'startFailed' } });
  });
});
