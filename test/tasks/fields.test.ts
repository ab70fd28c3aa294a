import { test } from 'vitest';
import { check, type Situation, t } from './situation.ts';

const situations: Readonly<Record<string, Situation>> = {
  'accept takes a sentence, plain items, and boxes further down': {
    lines: [t, '- Done when: totals match', '- accept:', '  - the page loads', '', 'Text.', '', '* [X] checked'],
    accept: ['  totals match', '  the page loads', 'x checked'],
  },
  'fields come in any case, emphasis and spelling': {
    lines: [
      t,
      '- **Prio:** P0',
      '* _Depends on:_ none',
      '- TOUCHES: a.ts',
      '+ __Owner__: @codex',
      '- _Labels: x, #y_',
      '- Blocked-By: -',
      '- Locks: `db`, e2e',
      '- Review: Always',
    ],
    first: { priority: 'critical', agent: 'codex', tags: ['x', 'y'], resources: ['db', 'e2e'], approve: 'always' },
    depends: [],
    claims: ['edit a.ts'],
  },
  'a dash before words, or before a key nobody knows, is told apart': {
    lines: ['- [ ] T1 a — b; tags: x', '- [ ] T2 a — color: red; tags: x'],
    tasks: ['T1|ready|a — b', 'T2|ready|a'],
    first: { tags: ['x'] },
  },
  'a tab before an item puts it under the field above': {
    lines: [t, '- files:', '\t- a.ts', '\t- b.ts'],
    claims: ['edit a.ts', 'edit b.ts'],
  },
  'a comment does not begin in code': {
    lines: [t, '- tags: x, `<!--`, y <!-- z -->'],
    first: { tags: ['x', '<!--', 'y'] },
  },
  'an item that is only a name is the agent': { lines: [t, '- @banking-agent'], first: { agent: 'banking-agent' } },
  'the remaining fields are kept as written': {
    lines: [t, '- model: haiku', '- gates: lint, security', '- timeout: 30m', '- budget: $3', '- base: `main`'],
    first: { model: 'haiku', gates: ['lint', 'security'], timeout: '30m', budget: '$3', base: 'main' },
  },
  'only the first list holds fields': {
    lines: [t, '', '- files: a.ts', '', '- tags: x', '', 'Text.', '', '- files: b.ts', '- depends: NO-1'],
    claims: ['edit a.ts'],
    depends: [],
    first: { tags: ['x'] },
  },
  'text before the first list takes nothing from it': {
    lines: [t, 'Text.', '', '- files: a.ts'],
    claims: ['edit a.ts'],
  },
  'a list under a heading inside the task holds no fields': { lines: [t, '#### Notes', '- files: a.ts'], claims: [] },
  'values go on over indented lines and nested lists': {
    lines: [
      t,
      '- files: a.ts,',
      '  b.ts',
      '- depends:',
      '    - T-2 (why)',
      '    - T-3',
      '- verify: npm',
      '  test',
      '## [x] T-2: u',
      '## [x] T-3: v',
    ],
    claims: ['edit a.ts', 'edit b.ts'],
    depends: ['T-2 (why)', 'T-3'],
    first: { verify: 'npm test' },
  },
  'a line task has fields behind a dash, and in its first sub-list': {
    lines: [
      '- [ ] T1: Say a — b – files: a.ts; prio: low; verify: make; make test',
      '  - tags: x',
      '',
      '  text',
      '',
      '  - tags: y',
    ],
    tasks: ['T1|ready|Say a — b'],
    first: { priority: 'low', verify: 'make; make test', tags: ['x'] },
    claims: ['edit a.ts'],
  },
  'separators inside code, braces and brackets separate nothing': {
    lines: ['- [ ] T1 T — files: `a; b.ts`, {c;d}.ts; depends: T2 (x; y)', '- [x] T2 `a — tags: b`'],
    tasks: ['T1|ready|T', 'T2|done|`a — tags: b`'],
    claims: ['edit a; b.ts', 'edit {c;d}.ts'],
    depends: ['T2 (x; y)'],
  },
  'a dash or semicolon without a known field is title': {
    lines: ['- [ ] T1 a — b; c', '- [ ] T2 — files: x', '- [ ] T3 sad :( — files: x; tags: y'],
    tasks: ['T1|ready|a — b; c', 'T2|ready|', 'T3|ready|sad :('],
    problems: ['2:7 emptyTitle'],
  },
  'claims are literal, with modes, exclusions, braces and backticks': {
    lines: [
      t,
      '- files: create src/a.ts, src/{b,c}.ts, !src/d.ts, read `docs/e, f.md`, DELETE ./g, app/[id]/(x)/@y+.ts, h/, edit i j',
    ],
    claims: [
      'create src/a.ts',
      'edit src/{b,c}.ts',
      '!edit src/d.ts',
      'read docs/e, f.md',
      'delete g',
      'edit app/[id]/(x)/@y+.ts',
      'edit h/',
      'edit i j',
    ],
  },
  'backticks keep the blanks at the ends of a path': {
    lines: [t, '- files: ` a `, b'],
    claims: ['edit  a ', 'edit b'],
  },
  'claims that name nothing of the repository, or all of it, are told of': {
    lines: [t, '- files: /etc/x, ../y, a{b, **, read **'],
    claims: ['edit /etc/x', 'edit ../y', 'edit a{b', 'edit **', 'read **'],
    problems: ['2:10 badClaim', '2:18 badClaim', '2:24 badClaim', '2:29 broadClaim'],
  },
  'dependencies come in several spellings and keep the spelling of the task': {
    lines: [
      t,
      '- after: `a-1`, [A-2](#a-2); #A-3 and A-4 (x, y), A-5 for the table',
      ...[1, 2, 3, 4, 5].map((n) => `- [x] A-${n} a`),
    ],
    depends: ['A-1', 'A-2', 'A-3', 'A-4 (x, y)', 'A-5 (for the table)'],
  },
  'values that cannot be read do not count and are told of': {
    lines: [t, '- priority: soon', '- timeout: 30', '- approve: perhaps', '- dependz: A-1'],
    first: { priority: 'medium', approve: 'always' },
    problems: ['2:13 unknownPriority', '3:12 badDuration', '4:12 badValue', '5:3 unknownField'],
  },
};

test.each(Object.entries(situations))('%s', (_, situation) => check(situation));
