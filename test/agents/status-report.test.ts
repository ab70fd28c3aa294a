import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimOf, parseStatusReport, type ReportContext } from '../../src/agents/status-report.ts';

const start = Date.parse('2025-01-31T09:30:00Z');
const context: ReportContext = { task: 'DEV-15', since: start, now: start + 10 * 60_000 };
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const parse = (value: unknown) => parseStatusReport(bytes(value), context);
const at = (ms: number) => new Date(ms).toISOString();

describe('a report', () => {
  test('with nothing but a status is enough', () => {
    expect(parse({ status: 'completed' })).toEqual({ ok: true, value: { status: 'completed' } });
  });
  test('keeps what it says beside what we know, and the run keeps only the claim', () => {
    const report = {
      status: 'needs_input',
      question: 'Which?',
      progress: 0.5,
      tokens: 3,
      costUsd: 0.1,
      message: 'm',
      mood: ['odd'],
      taskId: 'dev-15',
    };
    const parsed = parse(report);
    expect(parsed).toEqual({ ok: true, value: report });
    if (!parsed.ok) throw new Error('no report');
    expect(claimOf(parsed.value)).toEqual({
      status: 'needs_input',
      question: 'Which?',
      progress: 0.5,
      tokens: 3,
      costUsd: 0.1,
      message: 'm',
    });
  });
  test('may begin with a byte order mark', () => {
    expect(parse('\uFEFF{"status":"failed"}')).toMatchObject({ ok: true });
  });
  test.each<[string, unknown, RegExp]>([
    ['with an unknown status', { status: 'done' }, /^status:/],
    ['without a status', { progress: 1 }, /^status:/],
    ['that is a list', [], /^the report:/],
    ['that is null', null, /^the report:/],
    ['with progress in percent', { status: 'in_progress', progress: 65 }, /^progress:/],
    ['with progress below nothing', { status: 'in_progress', progress: -0.1 }, /^progress:/],
    ['with progress as text', { status: 'in_progress', progress: '0.5' }, /^progress:/],
    ['with negative costs', { status: 'in_progress', costUsd: -1 }, /^costUsd:/],
    ['with files that are no list', { status: 'completed', filesChanged: 'a.ts' }, /^filesChanged:/],
    ['with a gate word of its own', { status: 'completed', securityGate: 'passed' }, /^securityGate:/],
    [
      'with a nameless reviewer',
      { status: 'completed', reviewAgents: [{ status: 'pass' }] },
      /^reviewAgents\.0\.name:/,
    ],
    ['with a message without end', { status: 'failed', message: 'x'.repeat(4001) }, /^message:/],
    ['with a date that is none', { status: 'completed', updatedAt: 'today' }, /^updatedAt:/],
    ['about another task', { status: 'completed', taskId: 'UX-19' }, /^it is about UX-19, not DEV-15$/],
    [
      'about another task with a long name',
      { status: 'completed', taskId: 'y'.repeat(1000) },
      /^it is about y{199}…, not DEV-15$/,
    ],
    ['from the future', { status: 'completed', updatedAt: at(context.now + 61_000) }, /future/],
    ['of an earlier attempt', { status: 'completed', updatedAt: at(start - 61_000) }, /older than this attempt/],
  ])('%s is rejected, with the reason', (_, value, why) => {
    expect(parse(value)).toMatchObject({ ok: false, error: { kind: 'rejected', why: expect.stringMatching(why) } });
  });
  test.each([
    ['a minute ahead', context.now + 59_000],
    ['a minute before the start', start - 59_000],
    ['long ago in the attempt', start + 1000],
  ])('dated %s is believed', (_, ms) => {
    expect(parse({ status: 'completed', updatedAt: at(ms) })).toMatchObject({ ok: true });
  });
  test.each(['', '{', '{"status":"comple', '{"status":"completed"', 'status: completed', '{"status":"completed"}x'])(
    'of the text %j may still be being written',
    (text) => expect(parse(text)).toEqual({ ok: false, error: { kind: 'incomplete' } }),
  );
  test('with bytes that are no text is never taken for a word', () => {
    const broken = bytes({ status: 'failed', message: '?' }).map((byte) => (byte === 0x3f ? 0xff : byte));
    expect(parseStatusReport(broken, context)).toEqual({ ok: false, error: { kind: 'incomplete' } });
  });
});

test('no bytes whatever make it throw, and what it rejects it says shortly', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.jsonValue().map((value) => bytes(value)),
    fc
      .record(
        {
          status: fc.constantFrom('completed', 'failed', 'x'),
          taskId: fc.string(),
          updatedAt: fc.oneof(
            fc.string(),
            fc.date({ noInvalidDate: true }).map((date) => date.toJSON()),
          ),
          __proto__: fc.constant(null),
          reviewAgents: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => bytes(value)),
  );
  fc.assert(
    fc.property(anything, (given) => {
      const parsed = parseStatusReport(given, context);
      const why = parsed.ok || parsed.error.kind === 'incomplete' ? '' : parsed.error.why;
      expect(why.length).toBeLessThanOrEqual(250);
    }),
    { numRuns: 2000 },
  );
});

const examples = fileURLToPath(new URL('../../.worktrees.example/', import.meta.url));
const folders = readdirSync(examples, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && !entry.name.startsWith('.') ? [entry.name] : [],
);

test('there are examples of status reports', () => expect(folders.length).toBeGreaterThan(4));

test.each(folders)('the example %s is read as it is written', (folder) => {
  const text = readFileSync(`${examples}${folder}/agent-status.json`, 'utf8');
  const value = JSON.parse(text) as { readonly taskId: string };
  expect(folder.endsWith(`-${value.taskId}`)).toBe(true);
  expect(parseStatusReport(bytes(text), { ...context, task: value.taskId })).toEqual({ ok: true, value });
});
