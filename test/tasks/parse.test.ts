import { expect, test } from 'vitest';
import { parseTasks } from '../../src/tasks/index.ts';
import { bytesOf, read } from './reading.ts';
import { check, type Situation, t } from './situation.ts';

const situations: Readonly<Record<string, Situation>> = {
  'all four separators end the id of a heading': {
    lines: ['## [ ] A-1: a', '### [ ] A-2 — b', '#### [ ] A-3 – c', '###### [ ] A-4 - d', '## [ ] A-5:e'],
    tasks: ['A-1|ready|a', 'A-2|ready|b', 'A-3|ready|c', 'A-4|ready|d', 'A-5|ready|e'],
  },
  'the id of a heading needs no digit': { lines: ['## [ ] setup: Do it'], tasks: ['setup|ready|Do it'] },
  'hashes that close a heading are no part of the title': {
    lines: ['### [ ] A-1: fix C# ###', '### [ ] A-2: fix C#'],
    tasks: ['A-1|ready|fix C#', 'A-2|ready|fix C#'],
  },
  'a heading without a mark is no task': { lines: ['### DEV-15: title', 'text'], tasks: [] },
  'a heading of level 1, or one with a mark and no id, is no task and is told of': {
    lines: ['# [ ] A-1: a', '## [ ] just words'],
    tasks: [],
    problems: ['1:3 notATask', '2:4 notATask'],
  },
  'a heading underlined with hyphens is a heading of level 2': {
    lines: ['[ ] A-1: a', '----------', '- files: x', '', 'Next', '====', '- files: y'],
    tasks: ['A-1|ready|a'],
    claims: ['edit x'],
  },
  'a rule under a quote makes no heading of it': {
    lines: ['### [ ] T-1: T', '', '> quote', '---', 'text'],
    first: { text: '### [ ] T-1: T\n\n> quote\n---\ntext' },
  },
  'marks are read as statuses': {
    lines: [' ', '~', 'x', 'X', '!', '?', '-', '/', ''].map((mark, index) => `- [${mark}] A${index} t`),
    tasks: [
      'A0|ready|t',
      'A1|in_progress|t',
      'A2|done|t',
      'A3|done|t',
      'A4|failed|t',
      'A5|needs_person|t',
      'A6|cancelled|t',
      'A7|in_progress|t',
      'A8|ready|t',
    ],
  },
  'a mark nobody knows keeps the task, unscheduled': {
    lines: ['- [✅] A1 t', '- [z] A2 u'],
    tasks: ['A1|unknown|t', 'A2|unknown|u'],
    first: { statusText: '✅' },
    problems: ['1:7 unknownStatus', '2:7 unknownStatus'],
  },
  'a link is no mark': { lines: ['- [x](http://a) A1 t', '- [x]A1 t', '- [xx] A1 t'], tasks: [] },
  'a status word wins over the mark, and a contradiction is told of': {
    lines: ['### [x] T-1: T', '- status: WIP'],
    first: { status: 'in_progress', statusText: 'WIP' },
    problems: ['1:6 markDisagrees'],
  },
  'an unknown status word keeps the task, and its words': {
    lines: [t, '- status: someday'],
    first: { status: 'unknown', statusText: 'someday' },
    problems: ['2:11 unknownStatus'],
  },
  'a status may carry emphasis and a reason': {
    lines: [t, '- **Status:** *Blocked* (waits for the bank)'],
    first: { status: 'blocked', statusText: 'Blocked' },
  },
  'an empty status leaves it to the mark': { lines: ['### [!] T-1: T', '- status:'], first: { status: 'failed' } },
  'a heading task owns deeper headings and ends at its own level': {
    lines: ['## [ ] T-1: T', '### Notes', 'inside', '## Other', 'outside'],
    first: { text: '## [ ] T-1: T\n### Notes\ninside' },
  },
  'a deeper task heading ends a task': {
    lines: ['## [ ] T-1: T', 'a', '#### [ ] T-2: U', 'b'],
    tasks: ['T-1|ready|T', 'T-2|ready|U'],
    first: { text: '## [ ] T-1: T\na' },
  },
  'a line task owns its indented continuation, blank lines within it included': {
    lines: ['- [ ] T1 T', '  more', '', '    even more', '', 'not mine'],
    first: { title: 'T', text: '- [ ] T1 T\n  more\n\n    even more' },
  },
  'a line at column 0 with a digit in its id ends the heading task': {
    lines: [t, 'text', '- [ ] just a box', '- [ ] B2 other', 'text of nobody'],
    tasks: ['T-1|ready|T', 'B2|ready|other'],
    accept: ['  just a box'],
    first: { text: '### [ ] T-1: T\ntext\n- [ ] just a box' },
  },
  'an indented checkbox is an acceptance item, id or not': {
    lines: [t, '- [ ] B2 a task', '  - [ ] C3 no task', '', ' - [ ] D4 no task'],
    tasks: ['T-1|ready|T', 'B2|ready|a task'],
  },
  'checkboxes at column 0 directly under accept belong to it': {
    lines: [t, '- accept:', '- [ ] words', '- [x] V2 answers', '  in time', '- files: a.ts', '- [ ] B2 other'],
    tasks: ['T-1|ready|T', 'B2|ready|other'],
    accept: ['  words', 'x V2 answers in time'],
    claims: ['edit a.ts'],
  },
  'under an accept whose items are indented, a line at column 0 is a task': {
    lines: [t, '- accept:', '  - [ ] V2 answers', '- [ ] B2 other'],
    tasks: ['T-1|ready|T', 'B2|ready|other'],
    accept: ['  V2 answers'],
  },
  'a blank line ends what is directly under accept': {
    lines: [t, '- accept:', '', '- [ ] B2 other'],
    tasks: ['T-1|ready|T', 'B2|ready|other'],
  },
  'fenced code holds no tasks, whatever its fences': {
    lines: [
      '````md',
      '```',
      '### [ ] A-1: a',
      '````',
      '~~~ `x`',
      '- [ ] A2 b',
      '```',
      '~~~',
      '- [ ] A3 c',
      '  ```',
      '  - [ ] no item',
      '  ```',
    ],
    tasks: ['A3|ready|c'],
    accept: [],
  },
  'a fence in a list ends with the list': { lines: ['- a', '  ```', '- [ ] A1 a'], tasks: ['A1|ready|a'] },
  'a fence or comment that never closes is told of': {
    lines: ['- [ ] A1 a', '', '```', '- [ ] A2 b'],
    tasks: ['A1|ready|a'],
    problems: ['3:1 unclosedBlock'],
  },
  'indented code, quotes and front matter hold no tasks': {
    lines: [
      '---',
      '- [ ] F1 f',
      '---',
      t,
      '',
      '    - files: a.ts',
      '    - [ ] code',
      '',
      '> ### [ ] Q-1: q',
      '> - [ ] Q2 q',
      '- files: b.ts',
    ],
    tasks: ['T-1|ready|T'],
    claims: ['edit b.ts'],
    accept: [],
  },
  'comments hide what is in them and nothing else': {
    lines: [
      '<!-- a',
      '### [ ] A-1: a',
      '',
      '--> ### [ ] A-2: b',
      `${t} <!-- not title -->`,
      '<!-- - files: x -->',
      '- files: a.ts <!--, b.ts -->, c.ts',
      '- tags: x <!-- goes',
      '- files: d.ts',
      '  on -->',
      '- prio: low',
      'A stray <!-- and `<!--` hide nothing.',
      '',
      '- [ ] B2 b',
    ],
    tasks: ['T-1|ready|T', 'B2|ready|b'],
    claims: ['edit a.ts', 'edit c.ts'],
    first: { tags: ['x'], priority: 'low' },
  },
  'ids that no branch could bear are errors': {
    lines: ['## [ ] 15: a', '## [ ] A..1: b', '## [ ] A1.: c', '## [ ] A1.lock: d', '## [ ] É-1: e', '## [ ] a/b: f'],
    tasks: ['15|ready|a', 'A..1|ready|b', 'A1.|ready|c', 'A1.lock|ready|d', 'É-1|ready|e', 'a/b|ready|f'],
    problems: ['1:8 badId', '2:8 badId', '3:8 badId', '4:8 badId', '5:8 badId', '6:8 badId'],
  },
  'tabs indent as they do in markdown': {
    lines: ['###\t[ ]\tT-1:\tT', '-\taccept:', '\t- [ ] a', '\t\t- [x] b', '-\tfiles:\ta.ts\t'],
    tasks: ['T-1|ready|T'],
    accept: ['  a', 'x b'],
    claims: ['edit a.ts'],
  },
  'sections are the headings above, without tasks': {
    lines: ['# A', '## B', '### C', '## D', '#### [ ] T-1: T', '- [ ] T2 U'],
    first: { section: ['A', 'D'] },
  },
  'emoji count as two columns': {
    lines: ['### [ ] T-1: 🎉', '- 🎉', '- tags: 🎉', '- [ ] B2 🎉🎉 — depends: NO-1'],
    first: { title: '🎉', tags: ['🎉'] },
    problems: ['4:26 unknownDependency'],
  },
};

test.each(Object.entries(situations))('%s', (_, situation) => check(situation));

test('line ends and a byte-order mark change nothing but the text', () => {
  const lines = ['### [ ] T-1: T', '- files: a.ts', '', '- [ ] B2 b', '  - depends: X-1'];
  const plain = read(...lines);
  for (const end of ['\r\n', '\r']) {
    const other = parseTasks(bytesOf(`\uFEFF${lines.join(end)}`), 'TASKS.md');
    expect(other.problems).toEqual(plain.problems);
    expect(other.tasks.map((task) => ({ ...task, text: task.text.replaceAll(end, '\n') }))).toEqual(plain.tasks);
  }
});

test('broken UTF-8 is told of and costs no task', () => {
  const file = parseTasks(
    new Uint8Array([...bytesOf('- [ ] A1 a'), 0xff, 0xe2, 0x82, ...bytesOf('\n- [ ] A2 b')]),
    'x.md',
  );
  expect(file.tasks.map(({ id }) => id)).toEqual(['A1', 'A2']);
  expect(file.problems).toMatchObject([
    { code: 'notUtf8', severity: 'warning', file: 'x.md', at: { line: 1, column: 11 } },
  ]);
});
