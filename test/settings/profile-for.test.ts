import { expect, test } from 'vitest';
import { type AgentProfile, parseSettings, profileFor, type Settings } from '../../src/settings/index.ts';

function settingsOf(text: string, ...markdown: readonly { name: string; file: string }[]): Settings {
  const parsed = parseSettings(text, 'x');
  const sample = parseSettings('agents: { s: { driver: claude } }', 'x');
  if (!parsed.ok || !sample.ok) throw new Error('a config of this test is wrong');
  const base = sample.value.agents.profiles['s'] as AgentProfile;
  const added = Object.fromEntries(markdown.map((from) => [from.name, { ...base, ...from }]));
  return {
    ...parsed.value,
    agents: { ...parsed.value.agents, profiles: { ...added, ...parsed.value.agents.profiles } },
  };
}

const two = 'agents: { default: one, one: { driver: claude }, two: { driver: codex } }';

test.each([
  ['the task names it', settingsOf(two), 'two', 'two', 'named'],
  ['the config makes it the default', settingsOf(two), undefined, 'one', 'default'],
  ['it is the only one', settingsOf('agents: { one: { driver: claude } }'), undefined, 'one', 'onlyOne'],
  [
    'it is the only one of the config',
    settingsOf('agents: { one: { driver: claude } }', { name: 'm', file: '.wt-orch/agents/m.md' }),
    undefined,
    'one',
    'onlyOne',
  ],
  [
    'it is the only one of ours in Markdown',
    settingsOf('', { name: 'm', file: '.wt-orch/agents/m.md' }, { name: 'c', file: '.claude/agents/c.md' }),
    undefined,
    'm',
    'onlyOne',
  ],
])('a profile does a task because %s', (_why, settings, agent, name, reason) => {
  expect(profileFor(settings, { agent })).toMatchObject({ ok: true, value: { profile: { name }, reason } });
});

test.each([
  ['names nobody we know', settingsOf(two), 'tow', { kind: 'unknownAgent', name: 'tow', nearest: 'two' }],
  ['names something far off', settingsOf(two), 'constructor', { kind: 'unknownAgent', name: 'constructor' }],
  [
    'names nobody, and there are several',
    settingsOf('agents: { one: { driver: claude }, two: { driver: codex } }'),
    undefined,
    { kind: 'noDefault' },
  ],
  ['names nobody, and there is none', settingsOf(''), undefined, { kind: 'noDefault' }],
  [
    'names nobody, and the one there is was written for Claude Code',
    settingsOf('', { name: 'c', file: '.claude/agents/c.md' }),
    undefined,
    { kind: 'noDefault' },
  ],
])('no profile does a task that %s', (_why, settings, agent, failure) => {
  expect(profileFor(settings, { agent })).toEqual({ ok: false, error: failure });
});
