import { describe, expect, test } from 'vitest';
import { changedScripts, scriptsNamed } from '../../src/agents/own-rules.ts';

describe('the scripts that a test command names', () => {
  test.each<[string | readonly string[], string]>([
    [['npm', 'test'], 'test'],
    [['npm', 't'], 'test'],
    [['npm', 'cit'], 'test'],
    [['npm', 'run', 'unit', '--silent'], 'unit'],
    [['npm', 'run-script', 'unit'], 'unit'],
    [['npm', '--prefix', 'app', 'test'], 'test'],
    [['npm', '-w', 'site', 'run', 'unit'], 'unit'],
    [['pnpm', '-r', 'check'], 'check'],
    [['/usr/bin/yarn', 'workspace', 'site', 'check'], 'check'],
    [['bun', 'run', 'check'], 'check'],
    [['corepack', 'pnpm', 'check'], 'check'],
    [['node', '--run', 'unit'], 'unit'],
    [['node', '--run=unit'], 'unit'],
    [['sh', '-c', 'cd app && npm run unit'], 'unit'],
    ['CI=1 npm test | tee log', 'test'],
    ['(cd app; "npm" test)', 'test'],
    ['cargo test && npm run unit', 'unit'],
  ])('%j: %s', (command, script) => {
    expect(scriptsNamed([command])).toEqual(expect.arrayContaining([`pre${script}`, script, `post${script}`]));
  });
  test.each([[['cargo', 'test']], ['make test'], [['pytest', '-q']], [['node', 'npm.mjs']]])('%j: none', (command) => {
    expect(scriptsNamed([command])).toEqual([]);
  });
});

describe('a package', () => {
  const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
  const scripts = { test: 'npm run lint && npm run unit', unit: 'vitest', lint: 'biome', build: 'tsc' };
  const named = scriptsNamed([['npm', 'test']]);
  test.each<[string, unknown, boolean]>([
    ['with the same scripts has not changed them', { name: 'other', scripts }, false],
    ['with another build has not', { scripts: { ...scripts, build: 'rollup' } }, false],
    ['with another test has', { scripts: { ...scripts, test: 'true' } }, true],
    ['without the test has', { scripts: { unit: 'vitest' } }, true],
    ['with a script before the test has', { scripts: { ...scripts, pretest: 'rm -r test' } }, true],
    ['with another script that the test runs has', { scripts: { ...scripts, unit: 'true' } }, true],
    ['with a script before one that the test runs has', { scripts: { ...scripts, prelint: 'x' } }, true],
    ['that cannot be read has', '{"scripts": ', true],
    ['that is no object has', '[1]', true],
    ['whose scripts are no object has', { scripts: 'none' }, true],
  ])('%s', (_, after, changed) => {
    expect(changedScripts(bytes({ scripts }), bytes(after), named)).toBe(changed);
  });
  test('that is gone has changed them', () => expect(changedScripts(bytes({ scripts }), undefined, named)).toBe(true));
  test('that is new has, when it says what the tests are', () => {
    expect(changedScripts(undefined, bytes({ scripts }), named)).toBe(true);
    expect(changedScripts(undefined, bytes({ scripts: { build: 'tsc' } }), named)).toBe(false);
  });
  test('changes nothing where no test names a script', () => {
    expect(changedScripts(bytes({ scripts }), bytes('{'), [])).toBe(false);
  });
  test('with scripts that run each other is looked at once', () => {
    const round = { test: 'npm run again', again: 'npm test' };
    expect(changedScripts(bytes({ scripts: round }), bytes({ scripts: round }), named)).toBe(false);
  });
});
