import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dependencyOrder, markTask, parseTasks, type TaskStatus, type WrittenStatus } from '../../src/tasks/index.ts';
import { acceptOf, bytesOf, claimsOf, dependsOf, read, textOf } from './reading.ts';

const word = fc.stringMatching(/^[a-z]{1,6}$/);
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
/** Bytes between tasks that cannot be or hide a task, broken UTF-8 included, each run ending its line. */
const filler = fc
  .array(fc.constantFrom(0x20, 0x09, 0x41, 0xc3, 0xa9, 0xff, 0xe2, 0x82, 0xf0, 0x9f, 0x98, 0x24, 0x26), {
    maxLength: 12,
  })
  .map((bytes) => [0x2e, ...bytes, 0x0a]);
const status = fc.constantFrom<WrittenStatus>('ready', 'in_progress', 'done', 'failed', 'needs_person', 'cancelled');

const marks: Readonly<Record<WrittenStatus, string>> = {
  ready: ' ',
  in_progress: '~',
  done: 'x',
  failed: '!',
  needs_person: '?',
  cancelled: '-',
};

interface GeneratedTask {
  readonly title: string;
  readonly status: WrittenStatus;
  readonly form: 'heading' | 'line';
  readonly tags: readonly string[];
  readonly files: readonly string[];
  /** Numbers to be taken modulo the tasks before this one. */
  readonly depends: readonly number[];
  readonly accept: readonly string[];
  readonly field: boolean;
  readonly end: string;
}

const generated: fc.Arbitrary<GeneratedTask> = fc.record({
  title: fc.oneof(word, fc.constantFrom('🎉 party', 'é $& \\1', 'a-b c')),
  status,
  form: fc.constantFrom('heading' as const, 'line' as const),
  tags: fc.uniqueArray(word, { maxLength: 3 }),
  files: fc.array(fc.constantFrom('src/a.ts', 'app/(x)/[id]/p.tsx', 'lib/{a,b}.ts', '`c, d.md`', 'docs/'), {
    maxLength: 3,
  }),
  depends: fc.array(fc.nat(), { maxLength: 3 }),
  accept: fc.array(fc.constantFrom('works', 'V2 works', 'keeps 🎉'), { maxLength: 2 }),
  field: fc.boolean(),
  end: lineEnd,
});

const idOf = (index: number) => `T-${index}`;
const namesOf = (task: GeneratedTask, index: number) =>
  index === 0 ? [] : [...new Set(task.depends.map((number) => idOf(number % index)))];
const wordOf = (value: WrittenStatus) => (value === 'needs_person' ? 'needs person' : value);

function written(task: GeneratedTask, index: number): string {
  const mark = task.field ? ' ' : marks[task.status];
  const fields = [
    ...(task.field ? [`status: ${wordOf(task.status)}`] : []),
    ...(task.tags.length > 0 ? [`tags: ${task.tags.join(', ')}`] : []),
    ...(task.files.length > 0 ? [`files: ${task.files.join(', ')}`] : []),
    `depends: ${namesOf(task, index).join(', ') || 'none'}`,
  ];
  const boxes = task.accept.map((text) => `  - [ ] ${text}`);
  const lines =
    task.form === 'line'
      ? [`- [${mark}] ${idOf(index)} ${task.title} — ${fields.join('; ')}`, ...boxes]
      : [
          `### [${mark}] ${idOf(index)}: ${task.title}`,
          ...fields.map((field) => `- ${field}`),
          ...(boxes.length > 0 ? ['- accept:'] : []),
          ...boxes,
        ];
  return lines.map((line) => line + task.end).join('');
}

const taskFile = fc.array(generated, { minLength: 1, maxLength: 8 });
const contentOf = (tasks: readonly GeneratedTask[]) => tasks.map(written);

/** The tasks with filler before each, as bytes. */
function assembled(pieces: readonly string[], fillers: readonly (readonly number[])[], bom: boolean): Uint8Array {
  const bytes = pieces.flatMap((piece, index) => [
    ...(fillers[index % Math.max(1, fillers.length)] ?? []),
    ...bytesOf(piece),
  ]);
  return new Uint8Array([...(bom ? [0xef, 0xbb, 0xbf] : []), ...bytes]);
}

function bytesAfter(result: ReturnType<typeof markTask>): Uint8Array {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** What stands in each of two files between what they have in common at their starts and at their ends. */
function changed(before: Uint8Array, after: Uint8Array): { readonly was: string; readonly is: string } {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { was: textOf(before.slice(start, before.length - end)), is: textOf(after.slice(start, after.length - end)) };
}

test('marking changes nothing but the status, and marking back restores every byte', () => {
  fc.assert(
    fc.property(taskFile, fc.array(filler), fc.boolean(), fc.nat(), status, (tasks, fillers, bom, pick, next) => {
      const index = pick % tasks.length;
      const task = tasks[index] as GeneratedTask;
      const before = assembled(contentOf(tasks), fillers, bom);
      const after = bytesAfter(markTask(before, idOf(index), task.status, next));
      const expected = tasks.map((other, at) => (at === index ? { ...other, status: next } : other));
      expect(after).toEqual(assembled(contentOf(expected), fillers, bom));
      const { was, is } = changed(before, after);
      const [from, to] = task.field ? [wordOf(task.status), wordOf(next)] : [marks[task.status], marks[next]];
      expect(from.includes(was) && to.includes(is)).toBe(true);
      expect(bytesAfter(markTask(after, idOf(index), next, task.status))).toEqual(before);
    }),
  );
});

const markdownPiece = fc.constantFrom(
  ...[
    '\n### [ ] A-1: ',
    '\r\n- [x] A2 ',
    '\n## [] B-3 - ',
    '\n- [z] C4',
    ' — status: ',
    '\n- status: ',
    '\n  - **Status:** `',
  ],
  ...['ready', 'done', 'x (y)', 'todo', '\n- depends: A2, a-1 (', '\n- files: !', '\n- accept:\n', '\n  - [ ] B2 '],
  ...[
    '### ',
    '- ',
    '[ ] ',
    '[x] ',
    'A-1',
    'A2',
    ': ',
    ' — ',
    '; ',
    '\n',
    '\r\n',
    '\r',
    '\t',
    '    ',
    '  ',
    '`',
    '```',
    '~~~',
    '> ',
  ],
  ...[
    '<!--',
    '-->',
    '---',
    '===',
    'status: ',
    'depends: ',
    'files: ',
    'accept:',
    '{',
    '}',
    '(',
    ')',
    ',',
    '!',
    '🎉',
    '\uFEFF',
    '**',
    '_',
    '@',
    '*',
  ],
);
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(markdownPiece, { maxLength: 60 }).map((pieces) => bytesOf(pieces.join(''))),
  fc
    .array(fc.oneof(markdownPiece.map(bytesOf), fc.uint8Array({ maxLength: 3 })), { maxLength: 60 })
    .map((pieces) => new Uint8Array(pieces.flatMap((piece) => [...piece]))),
);

test('any bytes are read without a throw, with sorted positions inside the file', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const file = parseTasks(bytes, 'TASKS.md');
      const lines = textOf(bytes)
        .replace(/^\uFEFF/, '')
        .split(/\r\n|\n|\r/);
      const starts = file.tasks.flatMap((task) => [task, ...task.depends, ...task.claims]);
      for (const { at } of [...starts, ...file.problems]) {
        const line = lines[at.line - 1];
        expect(line).toBeDefined();
        expect(at.column).toBeGreaterThanOrEqual(1);
        expect(at.column).toBeLessThanOrEqual((line?.length ?? 0) + 1);
      }
      for (const task of file.tasks)
        expect(lines[task.at.line - 1]?.slice(task.at.column - 1).startsWith(task.id)).toBe(true);
      const order = file.problems.map(({ at }) => at.line * 1e6 + at.column);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }),
    { numRuns: 500 },
  );
});

test('whatever the bytes, a task that is found can be marked, and only it changes', () => {
  fc.assert(
    fc.property(anyBytes, status, (bytes, next) => {
      const before = parseTasks(bytes, 'TASKS.md').tasks;
      for (const task of before) {
        const result = markTask(bytes, task.id, task.status, next);
        if (!result.ok) {
          expect(result.error.kind).toBe('taskDoubled');
          continue;
        }
        const statuses = parseTasks(result.value, 'TASKS.md').tasks.map(({ id, status: found }) => [id, found]);
        expect(statuses).toEqual(before.map(({ id, status: found }) => [id, id === task.id ? next : found]));
      }
    }),
    { numRuns: 500 },
  );
});

test('every field of a generated file is found', () => {
  fc.assert(
    fc.property(taskFile, (tasks) => {
      const file = read(contentOf(tasks).join('\n'));
      expect(file.tasks).toHaveLength(tasks.length);
      for (const [index, task] of tasks.entries()) {
        const found = file.tasks[index];
        expect(found).toMatchObject({ id: idOf(index), title: task.title, status: task.status, tags: task.tags });
        expect(claimsOf(found)).toEqual(task.files.map((path) => `edit ${path.replaceAll('`', '')}`));
        expect(dependsOf(found)).toEqual(namesOf(task, index));
        expect(acceptOf(found)).toEqual(task.accept.map((text) => `  ${text}`));
      }
    }),
  );
});

test('the order respects dependencies, holds each task once and is its own order', () => {
  fc.assert(
    fc.property(taskFile, (tasks) => {
      const found = read(contentOf(tasks).join('\n')).tasks;
      const order = dependencyOrder(found);
      expect(order.toSorted()).toEqual(found.map(({ id }) => id).toSorted());
      const placeOf = new Map(order.map((id, place) => [id, place] as const));
      const isWaiting = (value: TaskStatus) => value !== 'done' && value !== 'cancelled';
      for (const task of found.filter((candidate) => isWaiting(candidate.status))) {
        for (const { id } of task.depends) expect(placeOf.get(id)).toBeLessThan(placeOf.get(task.id) ?? -1);
      }
      const inOrder = order.map((id) => found.find((task) => task.id === id)).filter((task) => task !== undefined);
      expect(dependencyOrder(inOrder)).toEqual(order);
    }),
  );
});

test('a task is found by its id after a person has edited everything around it', () => {
  const edit = fc.record({ keep: fc.boolean(), before: fc.array(filler, { maxLength: 3 }) });
  fc.assert(
    fc.property(
      taskFile,
      fc.array(edit, { minLength: 8, maxLength: 8 }),
      fc.nat(),
      status,
      (tasks, edits, pick, next) => {
        const index = pick % tasks.length;
        const wanted = tasks[index] as GeneratedTask;
        const bytesWith = (task: GeneratedTask) =>
          new Uint8Array(
            tasks.flatMap((other, at) => {
              const { keep, before } = edits[at] ?? { keep: true, before: [] };
              const text = at === index ? written(task, at) : keep ? written(other, at) : '';
              return [...before.flat(), ...bytesOf(text)];
            }),
          );
        const after = bytesAfter(markTask(bytesWith(wanted), idOf(index), wanted.status, next));
        expect(after).toEqual(bytesWith({ ...wanted, status: next }));
      },
    ),
  );
});
