import { expect, test } from 'vitest';
import { markTask, parseTasks, type TaskStatus, type WrittenStatus } from '../../src/tasks/index.ts';
import { bytesOf, textOf } from './reading.ts';

function marked(text: string, id: string, next: WrittenStatus, expected: TaskStatus = 'ready'): string {
  const result = markTask(bytesOf(text), id, expected, next);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return textOf(result.value);
}

const bom = '\uFEFF';

const splices: Readonly<Record<string, readonly [before: string, after: string]>> = {
  'a heading': ['# T\n\n### [ ] A-1: a\n- files: x\n', '# T\n\n### [x] A-1: a\n- files: x\n'],
  'a list line': ['- [ ] A-1 a\n- [ ] A-2 b\n', '- [x] A-1 a\n- [ ] A-2 b\n'],
  'a mark that is missing': ['- [] A-1 a', '- [x] A-1 a'],
  'CR LF, a byte-order mark and blanks at the ends': [
    `${bom}### [ ] A-1: a  \r\n\r\ntext\t\r\n`,
    `${bom}### [x] A-1: a  \r\n\r\ntext\t\r\n`,
  ],
  'mixed line ends and no last one': ['a\rb\nc\r\n- [ ] A-1 a\r  text', 'a\rb\nc\r\n- [x] A-1 a\r  text'],
  tabs: ['#\tT\n###\t[\t]\tA-1:\ta\n', '#\tT\n###\t[x]\tA-1:\ta\n'],
  'emoji before and behind': ['🎉🎉 é\n- [ ] A-1 🎉 a\n', '🎉🎉 é\n- [x] A-1 🎉 a\n'],
  'characters that a replacement string would expand': ['- [ ] A-1 $& $1 \\1\n', '- [x] A-1 $& $1 \\1\n'],
  'a status field, the mark left alone': [
    '### [ ] A-1: a\n- files: x\n- Status:  todo \n',
    '### [ ] A-1: a\n- files: x\n- Status:  done \n',
  ],
  'a status field on the line, behind emoji': [
    '- [ ] A-1 🎉 é — tags: 🎉; status: todo; files: x\n',
    '- [ ] A-1 🎉 é — tags: 🎉; status: done; files: x\n',
  ],
  'a status with emphasis and a reason': [
    '## [ ] A-1: a\n- **Status:** `todo` (now)',
    '## [ ] A-1: a\n- **Status:** `done` (now)',
  ],
  'an empty status field, which says nothing': ['## [ ] A-1: a\n- status:\n', '## [x] A-1: a\n- status:\n'],
  'a status further down, which is only text': [
    '## [ ] A-1: a\n- tags: x\n\nText.\n\n- status: todo\n',
    '## [x] A-1: a\n- tags: x\n\nText.\n\n- status: todo\n',
  ],
};

test.each(Object.entries(splices))('marking changes only the status: %s', (_, [before, after]) => {
  expect(marked(before, 'A-1', 'done')).toBe(after);
});

test('bytes that are not UTF-8 stay as they are, before and behind the status', () => {
  const broken = [0xff, 0xe2, 0x82, 0xf0, 0x9f, 0x98, 0xc3, 0xc3, 0xa9, 0xef, 0xbf, 0xbd];
  const file = (status: string) =>
    new Uint8Array([
      ...broken,
      ...bytesOf('\n- [ ] A-1 '),
      ...broken,
      ...bytesOf(` — tags: `),
      ...broken,
      ...bytesOf(`; status: ${status}; verify: `),
      ...broken,
    ]);
  expect(markTask(file('todo'), 'A-1', 'ready', 'failed')).toEqual({ ok: true, value: file('failed') });
});

const written: readonly WrittenStatus[] = ['ready', 'in_progress', 'done', 'failed', 'needs_person', 'cancelled'];

test.each(written)('what is written for %s reads back as it, as a mark and as a word', (next) => {
  for (const text of ['- [>] A-1 a\n', '- [ ] A-1 a — status: later\n']) {
    const result = markTask(bytesOf(text), 'a-1', 'unknown', next);
    expect(result.ok && parseTasks(result.value, 'x').tasks[0]?.status).toBe(next);
  }
});

test('a task that is gone is not written', () => {
  const text = '```\n- [ ] A-1 a\n```\n- [ ] A-10 a\n';
  expect(markTask(bytesOf(text), 'A-1', 'ready', 'done')).toEqual({ ok: false, error: { kind: 'taskGone' } });
});

test('a task that stands twice is not written, in whatever case', () => {
  const text = '- [ ] A-1 a\n\n### [x] a-1: b\n';
  expect(markTask(bytesOf(text), 'A-1', 'ready', 'done')).toEqual({
    ok: false,
    error: { kind: 'taskDoubled', lines: [1, 3] },
  });
});

test('a status that someone else has changed is not written over', () => {
  const error = { kind: 'statusChanged', expected: 'ready', found: 'cancelled' };
  expect(markTask(bytesOf('- [-] A-1 a'), 'A-1', 'ready', 'done')).toEqual({ ok: false, error });
});

test('a task that already has the status is left as it is, whatever was expected', () => {
  expect(marked('- [X] A-1 a', 'A-1', 'done', 'ready')).toBe('- [X] A-1 a');
  expect(marked('- [ ] A-1 a — status: Finished', 'A-1', 'done', 'in_progress')).toBe('- [ ] A-1 a — status: Finished');
});
