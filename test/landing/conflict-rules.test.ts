import { expect, test } from 'vitest';
import { matchesPath } from '../../src/cli/effects/judge.ts';
import { type PathRule, ruleFor } from '../../src/landing/index.ts';

const rules: readonly PathRule[] = [
  { paths: ['CHANGELOG.md', 'docs/**'], rule: 'merge' },
  { paths: ['docs/api.json'], rule: 'regenerate', command: ['npm', 'run', 'api'] },
  { paths: ['api.json'], rule: 'regenerate', command: 'make api' },
  { paths: ['old/*.json'], rule: 'newest' },
  { paths: ['web/package-lock.json'], rule: 'manual' },
  { paths: ['made.txt'], rule: 'regenerate' },
];

test.each([
  ['a path of a rule', 'CHANGELOG.md', { rule: 'merge' }],
  ['the first rule that fits', 'docs/api.json', { rule: 'merge' }],
  ['a command of its own, at the root', 'api.json', { rule: 'regenerate', command: 'make api', folder: '.' }],
  ['a pattern', 'old/x.json', { rule: 'newest' }],
  ['no rule', 'src/a.ts', { rule: 'manual' }],
  ['a lockfile that a rule takes out', 'web/package-lock.json', { rule: 'manual' }],
  ['a file that nobody knows how to write', 'made.txt', { rule: 'manual' }],
])('%s: %s', (_, path, rule) => {
  expect(ruleFor(path, rules, matchesPath)).toEqual(rule);
});

test.each([
  ['package-lock.json', 'npm', '.'],
  ['apps/web/package-lock.json', 'npm', 'apps/web'],
  ['pnpm-lock.yaml', 'pnpm', '.'],
  ['yarn.lock', 'yarn', '.'],
  ['bun.lock', 'bun', '.'],
  ['crates/core/Cargo.lock', 'cargo', 'crates/core'],
  ['go.sum', 'go', '.'],
  ['poetry.lock', 'poetry', '.'],
  ['uv.lock', 'uv', '.'],
  ['Gemfile.lock', 'bundle', '.'],
  ['composer.lock', 'composer', '.'],
])('without a rule %s is written anew by %s, in %s', (path, program, folder) => {
  const rule = ruleFor(path, [], matchesPath);
  expect(rule).toMatchObject({ rule: 'regenerate', folder });
  expect(rule.rule === 'regenerate' ? rule.command[0] : undefined).toBe(program);
});
