import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { userEnvironment } from '../../src/system/user-env.ts';

const gyp = '/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin';
const bins = '/home/ann/shop/node_modules/.bin:/home/ann/node_modules/.bin:/home/node_modules/.bin:/node_modules/.bin';
const setByShells = new Set(['PWD', 'OLDPWD', 'SHLVL', '_']);
const npm = { npm_lifecycle_event: 'demo' };

describe('the environment of the user', () => {
  const table: [belief: string, given: Record<string, string | undefined>, expected: Record<string, string>][] = [
    [
      'is left as it is when no package manager stands between',
      {
        PATH: '/home/ann/shop/node_modules/.bin:/usr/bin',
        NODE: '/opt/node',
        npm_config_registry: 'https://r',
        EDITOR: 'vi',
      },
      {
        PATH: '/home/ann/shop/node_modules/.bin:/usr/bin',
        NODE: '/opt/node',
        npm_config_registry: 'https://r',
        EDITOR: 'vi',
      },
    ],
    [
      'has none of the folders that npm puts on PATH',
      { ...npm, PATH: `${bins}:${gyp}:/usr/bin:/bin` },
      { PATH: '/usr/bin:/bin' },
    ],
    [
      'has none of them when npm runs npm',
      { ...npm, PATH: `${bins}:${gyp}:${bins}:${gyp}:/usr/bin:/bin` },
      { PATH: '/usr/bin:/bin' },
    ],
    [
      'keeps a node_modules/.bin that the user put on PATH',
      { ...npm, PATH: `${bins}:${gyp}:/opt/tools/node_modules/.bin:/usr/bin` },
      { PATH: '/opt/tools/node_modules/.bin:/usr/bin' },
    ],
    [
      'is cut at the last .bin where no node-gyp-bin ends the list',
      { ...npm, PATH: `${bins}:/usr/bin:/bin` },
      { PATH: '/usr/bin:/bin' },
    ],
    ['keeps a PATH that nobody touched', { ...npm, PATH: '/usr/bin:/bin' }, { PATH: '/usr/bin:/bin' }],
    [
      'has no variable of npm',
      {
        ...npm,
        npm_config_loglevel: 'error',
        npm_execpath: '/n',
        NODE: '/usr/bin/node',
        INIT_CWD: '/w',
        COLOR: '0',
        HOME: '/home/ann',
      },
      { HOME: '/home/ann' },
    ],
    ['has no editor that npm made up', { ...npm, EDITOR: 'vi' }, {}],
    ["keeps the user's editor", { ...npm, EDITOR: 'hx' }, { EDITOR: 'hx' }],
    ["keeps the user's NODE_ENV", { ...npm, NODE_ENV: 'development' }, { NODE_ENV: 'development' }],
    ['has nothing of our launcher', { WT_ORCH_RERUN: '1', LANG: 'C' }, { LANG: 'C' }],
    ['has no variable without a value', { LANG: 'C', TZ: undefined }, { LANG: 'C' }],
  ];

  it.each(table)('%s', (_belief, given, expected) => {
    expect(userEnvironment(given)).toEqual(expected);
  });

  it('comes back from a real `npm run` inside a real `npm run` as it went in', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wt-orch-env-'));
    try {
      const print = `node -e 'console.log(JSON.stringify(process.env))'`;
      writeFileSync(
        join(folder, 'package.json'),
        JSON.stringify({ scripts: { outer: 'npm run -s inner', inner: print } }),
      );
      const before = { PATH: userEnvironment(process.env)['PATH'] ?? '', HOME: folder, LANG: 'C' };
      const seen = JSON.parse(
        execFileSync('npm', ['run', '-s', 'outer'], { cwd: folder, env: before, encoding: 'utf8' }),
      );
      const after = Object.entries(userEnvironment(seen)).filter(([name]) => !setByShells.has(name));
      expect(Object.fromEntries(after)).toEqual(before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
