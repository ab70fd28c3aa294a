import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openJournal, readJournal, type Stamp } from '../../src/journal/index.ts';
import { startFixture } from '../support/processes.ts';
import { scratchFolder } from '../support/scratch.ts';

interface Event {
  readonly type: string;
  readonly [key: string]: unknown;
}

const at = Date.parse('2026-01-02T03:04:05.678Z');
const now = () => at;

async function opened(folder: string) {
  const result = await openJournal<Event>(folder, { now });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

async function read(folder: string) {
  const result = await readJournal<Event>(folder);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const fileIn = (folder: string) => join(folder, 'journal.jsonl');

describe('a journal', () => {
  test('that does not exist is empty, and is made by the first opening', async () => {
    const folder = join(scratchFolder(), 'new');
    expect(await read(folder)).toEqual({ events: [], torn: false });
    const { journal, events, cut } = await opened(folder);
    expect({ events, cut, epoch: journal.epoch }).toEqual({ events: [], cut: undefined, epoch: 1 });
    await journal.close();
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
  });

  test('gives back what was appended, stamped, and the same again to whoever reads it', async () => {
    const folder = scratchFolder();
    const { journal } = await opened(folder);
    const written = await journal.append([
      { type: 'a', text: 'zwei\nZeilen, "Zeichen" \u2028 😀 \ud800' },
      { type: 'b', gone: undefined },
    ]);
    const time = '2026-01-02T03:04:05.678Z';
    expect(written).toEqual([
      { seq: 1, epoch: 1, time, type: 'a', text: 'zwei\nZeilen, "Zeichen" \u2028 😀 \ud800' },
      { seq: 2, epoch: 1, time, type: 'b' },
    ]);
    expect('gone' in (written[1] ?? {})).toBe(false);
    await journal.close();
    expect(await read(folder)).toEqual({ events: written, torn: false });
  });

  test('has a line an event: checksum, blank, JSON', async () => {
    const folder = scratchFolder();
    const { journal } = await opened(folder);
    await journal.append([{ type: 'a' }]);
    await journal.close();
    const line = 'db35e5ff {"seq":1,"epoch":1,"time":"2026-01-02T03:04:05.678Z","type":"a"}\n';
    expect(readFileSync(fileIn(folder), 'utf8')).toBe(line);
  });

  test('does not let an event name its own number', async () => {
    const folder = scratchFolder();
    const { journal } = await opened(folder);
    const forged: Event = { type: 'a', seq: 99, epoch: 99, time: 'never' };
    expect(await journal.append([forged])).toMatchObject([{ seq: 1, epoch: 1 }]);
    await journal.close();
    expect((await read(folder)).events).toMatchObject([{ seq: 1, epoch: 1 }]);
  });

  test('keeps the order of calls, and the events of a call together', async () => {
    const folder = scratchFolder();
    const { journal } = await opened(folder);
    const calls = Array.from({ length: 50 }, (_, call) => [
      { type: 'first', call },
      { type: 'second', call },
    ]);
    const written = await Promise.all(calls.map((events) => journal.append(events)));
    await journal.close();
    expect((await read(folder)).events).toEqual(written.flat());
    expect((await read(folder)).events.map((event) => event.seq)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  });

  test('starts a new epoch with each opening and numbers on', async () => {
    const folder = scratchFolder();
    for (const epoch of [1, 2, 3]) {
      const { journal, events } = await opened(folder);
      expect([journal.epoch, events.length]).toEqual([epoch, epoch - 1]);
      expect(await journal.append([{ type: 'a' }])).toMatchObject([{ seq: epoch, epoch }]);
      await journal.close();
    }
  });

  test('takes nothing after its end, and what was on the way arrives', async () => {
    const folder = scratchFolder();
    const { journal } = await opened(folder);
    const last = journal.append([{ type: 'last' }]);
    await journal.close();
    await last;
    await expect(journal.append([{ type: 'late' }])).rejects.toThrow('closed');
    expect((await read(folder)).events).toMatchObject([{ type: 'last' }]);
  });

  test('that somebody else has written to is written no more', async () => {
    const folder = scratchFolder();
    const { journal } = await opened(folder);
    await journal.append([{ type: 'a' }]);
    appendFileSync(fileIn(folder), 'foreign');
    await expect(journal.append([{ type: 'b' }])).rejects.toThrow('somebody else');
    await expect(journal.append([{ type: 'c' }])).rejects.toThrow('somebody else');
    expect((await read(folder)).events).toMatchObject([{ type: 'a' }]);
    await journal.close();
  });

  test('that cannot be opened is a value', async () => {
    const folder = scratchFolder();
    mkdirSync(fileIn(folder));
    expect(await readJournal(folder)).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
    expect(await openJournal(folder, { now })).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
  });
});

describe('a damaged journal', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wt-orch-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Bytes of a journal of these events, and where each line ends. */
  async function written(batches: readonly (readonly Event[])[]) {
    rmSync(fileIn(folder), { force: true });
    const { journal } = await opened(folder);
    const events = (await Promise.all(batches.map((batch) => journal.append(batch)))).flat();
    await journal.close();
    const bytes = readFileSync(fileIn(folder));
    const ends = [0, ...[...bytes.entries()].filter(([, byte]) => byte === 10).map(([index]) => index + 1)];
    return { events, bytes, ends };
  }

  const anEvent = fc.record({ type: fc.string(), payload: fc.jsonValue({ maxDepth: 2 }) });
  const someBatches = fc.array(fc.array(anEvent, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });

  test('that ends at any byte gives all lines that are whole and nothing else', async () => {
    const property = fc.asyncProperty(someBatches, fc.nat(), async (batches, seed) => {
      const { events, bytes, ends } = await written(batches);
      const length = seed % (bytes.length + 1);
      writeFileSync(fileIn(folder), bytes.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length - 1;
      const torn = ends[whole] !== length;
      expect(await read(folder)).toEqual({ events: events.slice(0, whole), torn });
    });
    await fc.assert(property, { numRuns: 300 });
  });

  test('is cut, and goes on, wherever its end was torn', async () => {
    const property = fc.asyncProperty(someBatches, fc.nat(), async (batches, seed) => {
      const { events, bytes, ends } = await written(batches);
      const length = seed % (bytes.length + 1);
      writeFileSync(fileIn(folder), bytes.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length - 1;
      const lost = length - (ends[whole] ?? 0);
      const again = await opened(folder);
      expect(again.cut).toEqual(lost === 0 ? undefined : { bytes: lost });
      expect(again.events.slice(0, whole)).toEqual(events.slice(0, whole));
      expect(again.events.slice(whole)).toMatchObject(lost === 0 ? [] : [{ type: 'journalCut', bytes: lost }]);
      const next = await again.journal.append([{ type: 'next' }]);
      await again.journal.close();
      expect(await read(folder)).toEqual({ events: [...again.events, ...next], torn: false });
    });
    await fc.assert(property, { numRuns: 100 });
  });

  test('with one bit flipped never gives a record that was not written', async () => {
    const property = fc.asyncProperty(someBatches, fc.nat(), async (batches, seed) => {
      const { events, bytes, ends } = await written(batches);
      const bit = seed % (bytes.length * 8);
      const offset = bit >> 3;
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(fileIn(folder), bytes);
      const line = ends.findLastIndex((end) => end <= offset);
      // A flip of a line feed joins two lines to one bad one.
      const linesHit = offset + 1 === ends[line + 1] ? 2 : 1;
      const result = await readJournal<Event>(folder);
      if (line + linesHit >= events.length) {
        expect(result).toEqual({ ok: true, value: { events: events.slice(0, line), torn: true } });
      } else {
        const error = { kind: 'corrupt', line: line + 1, offset: ends[line], path: fileIn(folder) };
        expect(result).toMatchObject({ ok: false, error });
        expect(await openJournal(folder, { now })).toMatchObject({ ok: false, error });
        expect(readFileSync(fileIn(folder))).toEqual(bytes);
      }
    });
    await fc.assert(property, { numRuns: 500 });
  });

  test('with a line missing, doubled or of an older epoch is corrupt, though each line is good', async () => {
    const { bytes, ends } = await written([[{ type: 'a' }], [{ type: 'b' }], [{ type: 'c' }]]);
    const lines = ends.slice(1).map((end, index) => bytes.subarray(ends[index], end).toString());
    const [a = '', b = '', c = ''] = lines;
    for (const [text, line] of [
      [a + c, 2],
      [a + b + b + c, 3],
      [b + c, 1],
    ] as const) {
      writeFileSync(fileIn(folder), text);
      expect(await readJournal(folder)).toMatchObject({ ok: false, error: { kind: 'corrupt', line } });
    }
    await written([[{ type: 'a' }]]);
    const second = await opened(folder);
    await second.journal.append([{ type: 'b' }]);
    await second.journal.close();
    writeFileSync(fileIn(folder), readFileSync(fileIn(folder), 'utf8') + c);
    expect(await readJournal(folder)).toMatchObject({ ok: false, error: { kind: 'corrupt', line: 3 } });
  });

  test('with a half line behind a bad one is only torn', async () => {
    const { events, bytes } = await written([[{ type: 'a' }]]);
    writeFileSync(fileIn(folder), Buffer.concat([bytes, Buffer.from('garbage\n'), bytes.subarray(0, 20)]));
    expect(await read(folder)).toEqual({ events, torn: true });
  });
});

test('no acknowledged record is lost when the writer is killed, again and again', async () => {
  const folder = scratchFolder();
  const acknowledged: Pick<Stamp, 'epoch' | 'seq'>[] = [];
  for (let round = 0; round < 10; round += 1) {
    const writer = startFixture('journal-writer.ts', [folder]);
    let said = '';
    // Each round dies at another point of the writing.
    const enough = 1 + round * 7;
    writer.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.split('\n').length > enough) writer.kill('SIGKILL');
    });
    await once(writer, 'close');
    const lines = said.split('\n').slice(0, -1);
    expect(lines.length).toBeGreaterThanOrEqual(enough);
    acknowledged.push(...lines.map((line) => ({ epoch: Number(line.split(' ')[0]), seq: Number(line.split(' ')[1]) })));
  }
  const { journal, events } = await opened(folder);
  await journal.close();
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  for (const { epoch, seq } of acknowledged) expect(events[seq - 1]).toMatchObject({ type: 'written', epoch });
  expect(journal.epoch).toBe(11);
});
