import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { spawn as spawnInTerminal } from '@lydell/node-pty';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkout, until } from './checkout.ts';

const program = `
export async function main(argv, env) {
  if (argv[0] === 'throw') throw new Error('a bug');
  if (argv[0] === 'wait') {
    process.on(argv[1], () => { process.stdout.write('got ' + argv[1] + '\\n'); if (argv[2]) process.exit(Number(argv[2])); });
    process.stdout.write('ready\\n');
    await new Promise((resolve) => process.stdin.on('end', resolve).resume());
    return 0;
  }
  if (argv[0] === 'die') process.kill(process.pid, argv[1]);
  process.stdout.write(JSON.stringify({ argv, env, now: process.env }));
  return Number(argv[0] ?? 0);
}
`;
const launcher = 'bin/wt-orch.cjs';
const tooOld = JSON.stringify({ version: '4.5.6', engines: { node: '>=99.0' } });
/** Stands in for the newer Node of the checkout: the same program, which finds a Node of today new enough. */
const newerNode = `#!/bin/sh\nsed -i.old 's/>=99.0/>=20.0/' "$(dirname "$0")/../../package.json"\nexec '${process.execPath}' "$@"\n`;

let checkout: Checkout;
const start = (args: string[], env: Record<string, string> = {}) => checkout.node([launcher, ...args], env);

beforeEach(() => {
  checkout = new Checkout();
  checkout.take(launcher);
  checkout.write('package.json', JSON.stringify({ version: '4.5.6', engines: { node: '>=20.0' } }));
  checkout.write('dist/package.json', '{"type":"module"}');
  checkout.write('dist/main.js', program);
});

afterEach(() => checkout.dispose());

describe('the launcher', () => {
  it.each(['--version', '-V'])('answers %s without the program, on any Node', async (flag) => {
    checkout.write('package.json', tooOld);
    checkout.write('dist/main.js', 'throw new Error("loaded")');
    expect(await start([flag]).ended).toEqual({ code: 0, signal: null, output: '4.5.6\n' });
  });

  it.each(['--help', '-h'])('answers %s from the text that was built, on any Node', async (flag) => {
    checkout.write('package.json', tooOld);
    checkout.write('dist/main.js', 'throw new Error("loaded")');
    checkout.write('dist/help.txt', 'usage: ...\n');
    expect(await start([flag]).ended).toEqual({ code: 0, signal: null, output: 'usage: ...\n' });
  });

  it.each(['--help', 'status'])('says in one line that %s needs a build', async (word) => {
    rmSync(checkout.path('dist'), { recursive: true });
    const output = 'wt-orch: not built yet; run: npm run setup\n';
    expect(await start([word]).ended).toEqual({ code: 2, signal: null, output });
  });

  it('hands over the arguments and the environment, and ends with the exit code it is given', async () => {
    const { code, output } = await start(['37', '--x=a b', ''], { LANG: 'C' }).ended;
    const { argv, env } = JSON.parse(output);
    expect(code).toBe(37);
    expect(argv).toEqual(['37', '--x=a b', '']);
    expect(env).toEqual({ PATH: process.env['PATH'], HOME: checkout.folder, LANG: 'C' });
  });

  it('adds nothing to the environment of the program', async () => {
    const { env, now } = JSON.parse((await start(['0']).ended).output);
    expect(now).toEqual(env);
  });

  it('shows where a bug threw, with an exit code that is not 0', async () => {
    const { code, output } = await start(['throw']).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/Error: a bug\n\s+at .*main\.js:3/);
  });

  it("keeps compiled code in a folder of the user's own", async () => {
    await start(['0'], { XDG_CACHE_HOME: checkout.path('cache') }).ended;
    await start(['0']).ended;
    expect(existsSync(checkout.path('cache/wt-orch'))).toBe(true);
    expect(existsSync(checkout.path('.cache/wt-orch'))).toBe(true);
  });
});

describe('on a Node that is too old', () => {
  beforeEach(() => checkout.write('package.json', tooOld));

  it('says in one line what to do when the checkout has no other', async () => {
    const output = `wt-orch: needs Node >=99.0, and this is ${process.version}; in a checkout run: npm run setup\n`;
    expect(await start(['status']).ended).toEqual({ code: 2, signal: null, output });
  });

  it('does not start a second time when the other is too old as well', async () => {
    checkout.write('node_modules/.bin/README', '');
    symlinkSync(process.execPath, checkout.path('node_modules/.bin/node'));
    const { code, output } = await start(['status']).ended;
    expect(code).toBe(2);
    expect(output).toContain('needs Node >=99.0');
  });
});

describe.each([
  ['in the same process', []],
  ['as a child, where the Node cannot replace itself', ['--require', './no-execve.cjs']],
])('starting again on the Node of the checkout, %s', (_way, flags) => {
  const startAgain = (...args: string[]) => checkout.node([...flags, launcher, ...args]);

  beforeEach(() => {
    checkout.write('package.json', tooOld);
    checkout.write('no-execve.cjs', 'delete process.execve;');
    checkout.write('node_modules/.bin/node', newerNode, 0o755);
  });

  it('hands over arguments and environment, and ends with the same exit code', async () => {
    const { code, output } = await startAgain('37', 'a b').ended;
    const { argv, env, now } = JSON.parse(output);
    expect(code).toBe(37);
    expect(argv).toEqual(['37', 'a b']);
    const { PWD: _folder, OLDPWD: _before, SHLVL: _depth, _: _shell, ...rest } = env;
    expect(rest).toEqual({ PATH: process.env['PATH'], HOME: checkout.folder });
    expect(now).toEqual(env);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('dies of %s when the program does', async (signal) => {
    expect(await startAgain('die', signal).ended).toMatchObject({ code: null, signal });
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGINT', 'SIGQUIT'] as const)('passes %s on, once', async (signal) => {
    const started = startAgain('wait', signal);
    await until(() => started.output() === 'ready\n');
    started.child.kill(signal);
    await until(() => started.output().includes('got'));
    started.child.stdin?.end();
    expect(await started.ended).toEqual({ code: 0, signal: null, output: `ready\ngot ${signal}\n` });
  });

  it('lets one Ctrl-C in a terminal be one', async () => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: checkout.folder };
    const args = [...flags, launcher, 'wait', 'SIGINT'];
    const terminal = spawnInTerminal(process.execPath, args, { cwd: checkout.folder, env });
    const chunks: string[] = [];
    terminal.onData((text) => chunks.push(text));
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    const seen = () => chunks.join('').replaceAll(/[\r\b]|\^[CD]/g, '');
    await until(() => seen() === 'ready\n');
    terminal.write('\x03');
    await until(() => seen().includes('got'));
    terminal.write('\x04');
    expect(await ended).toBe(0);
    expect(seen()).toBe('ready\ngot SIGINT\n');
  });
});
