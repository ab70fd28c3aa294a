import { existsSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkout, until } from './checkout.ts';

/** Stands in for npm: notes what it was asked, waits for the file `go` where a test wants that, and installs the one package there is. */
const npm = `
const fs = require('fs');
const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
const usable = fs.existsSync('node_modules/.package-lock.json') ? ' over an old record' : '';
fs.appendFileSync('npm.log', process.argv[2] + usable + '\\n');
const finish = () => {
  if (fs.existsSync('npm-fails')) process.exit(3);
  fs.mkdirSync('node_modules/left', { recursive: true });
  fs.writeFileSync('node_modules/left/package.json', JSON.stringify(lock.packages['node_modules/left']));
  fs.writeFileSync('node_modules/.package-lock.json', '{}');
};
const wait = () => (fs.existsSync('npm-waits') && !fs.existsSync('go') ? setTimeout(wait, 10) : finish());
wait();
`;

/** Stands in for the bundler. */
const build = `
import fs from 'node:fs';
import setup from './setup.cjs';
fs.appendFileSync('build.log', 'built\\n');
if (fs.existsSync('build-fails')) process.exit(1);
fs.mkdirSync('dist', { recursive: true });
fs.writeFileSync('dist/main.js', '');
fs.writeFileSync('dist/stamp.json', JSON.stringify({ sources: setup.sourcesHash() }));
`;

let checkout: Checkout;
const setUp = (...args: string[]) =>
  checkout.node(['scripts/setup.cjs', ...args], { npm_execpath: checkout.path('npm-cli.js') });
const lockfile = (version: string) => JSON.stringify({ packages: { '': {}, 'node_modules/left': { version } } });
const done = { code: 0, signal: null };

beforeEach(() => {
  checkout = new Checkout();
  checkout.take('scripts/setup.cjs');
  checkout.write('package.json', JSON.stringify({ engines: { node: '>=20.0' } }));
  checkout.write('package-lock.json', lockfile('1.0.0'));
  checkout.write('scripts/build.mjs', build);
  checkout.write('src/cli/main.ts', '1');
  checkout.write('npm-cli.js', npm);
});

afterEach(() => checkout.dispose());

describe('set-up', () => {
  it('installs and builds a fresh clone, then has nothing to do and nothing to say', async () => {
    expect(await setUp().ended).toMatchObject(done);
    expect(await setUp().ended).toEqual({ ...done, output: '' });
    expect(checkout.read('npm.log')).toBe('ci\n');
    expect(checkout.read('build.log')).toBe('built\n');
    expect(existsSync(checkout.path('.setup-lock'))).toBe(false);
  });

  it('changes only what differs when a version does, after taking away the record that calls the install whole', async () => {
    await setUp().ended;
    checkout.write('package-lock.json', lockfile('1.0.1'));
    expect(await setUp().ended).toMatchObject(done);
    expect(checkout.read('npm.log')).toBe('ci\ninstall\n');
  });

  it('starts afresh after an install that was cut short', async () => {
    await setUp().ended;
    checkout.write('package-lock.json', lockfile('1.0.1'));
    checkout.write('npm-fails', '');
    expect(await setUp().ended).toMatchObject({
      code: 1,
      output: expect.stringContaining('npm install failed (exit code 3)'),
    });
    rmSync(checkout.path('npm-fails'));
    expect(await setUp().ended).toMatchObject(done);
    expect(checkout.read('npm.log')).toBe('ci\ninstall\nci\n');
  });

  it('does not trust packages that look whole when npm has not written its record', async () => {
    await setUp().ended;
    rmSync(checkout.path('node_modules/.package-lock.json'));
    expect(await setUp().ended).toMatchObject(done);
    expect(checkout.read('npm.log')).toBe('ci\nci\n');
  });

  it('builds again when a source changes, and only then', async () => {
    await setUp().ended;
    checkout.write('src/cli/main.ts', '2');
    await setUp().ended;
    checkout.write('src/cli/main.ts', '2');
    await setUp().ended;
    expect(checkout.read('build.log')).toBe('built\nbuilt\n');
    expect(checkout.read('npm.log')).toBe('ci\n');
  });

  it('installs once when two run at once', async () => {
    checkout.write('npm-waits', '');
    const first = setUp();
    await until(() => checkout.read('npm.log') !== '');
    const second = setUp();
    await until(() => second.output().includes('waiting for another set-up'));
    checkout.write('go', '');
    expect(await first.ended).toMatchObject(done);
    expect(await second.ended).toMatchObject(done);
    expect(checkout.read('npm.log')).toBe('ci\n');
    expect(checkout.read('build.log')).toBe('built\n');
  });

  it('waits for the npm of a set-up that was killed', async () => {
    checkout.write('npm-waits', '');
    const first = setUp();
    await until(() => checkout.read('npm.log') !== '');
    first.child.kill('SIGKILL');
    const second = setUp();
    await until(() => second.output().includes('waiting for another set-up'));
    checkout.write('go', '');
    expect(await second.ended).toMatchObject(done);
    expect(checkout.read('npm.log')).toBe('ci\n');
    await first.ended;
  });

  it('takes over the lock of a dead process', async () => {
    const dead = checkout.node(['-e', '']);
    await dead.ended;
    checkout.write('.setup-lock', `${dead.child.pid}`);
    expect(await setUp().ended).toMatchObject(done);
    expect(existsSync(checkout.path('.setup-lock'))).toBe(false);
  });

  it.runIf(process.platform === 'linux')('takes over a lock whose number now belongs to another program', async () => {
    checkout.write('.setup-lock', '1');
    expect(await setUp().ended).toMatchObject(done);
  });

  it('says in one line what to do when there is no Node that is new enough', async () => {
    checkout.write('package.json', JSON.stringify({ engines: { node: '>=99.1' } }));
    const { code, output } = await setUp().ended;
    expect(code).toBe(1);
    expect(output.split('\n').at(-2)).toMatch(
      /^set-up: no Node that runs on .* install Node >=99\.1 and run this again$/,
    );
  });

  it('links the Node that came with the packages where npm did not', async () => {
    const name = `node-${process.platform}-${process.arch}`;
    checkout.write(`node_modules/${name}/bin/node`, `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, 0o755);
    await setUp().ended;
    expect(existsSync(checkout.path('node_modules/.bin/node'))).toBe(true);
  });

  it('takes away a Node that does not start here', async () => {
    const name = `node-${process.platform}-${process.arch}`;
    checkout.write(`node_modules/${name}/bin/node`, 'not a program', 0o755);
    checkout.write('node_modules/.bin/node', 'not a program', 0o755);
    expect(await setUp().ended).toMatchObject(done);
    expect(existsSync(checkout.path('node_modules/.bin/node'))).toBe(false);
  });
});

describe('building alone', () => {
  it('fails when the program does not build', async () => {
    checkout.write('build-fails', '');
    expect(await setUp('build').ended).toMatchObject({ code: 1, output: 'set-up: dist/ was not built\n' });
  });

  it('lets npm install go on when it is npm that asks', async () => {
    checkout.write('build-fails', '');
    checkout.write('node_modules/esbuild/package.json', '{}');
    expect(await setUp('prepare').ended).toMatchObject({ code: 0, output: 'set-up: dist/ was not built\n' });
  });

  it('does nothing for npm before there is a bundler', async () => {
    expect(await setUp('prepare').ended).toEqual({ ...done, output: '' });
    expect(checkout.read('build.log')).toBe('');
  });
});
