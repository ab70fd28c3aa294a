import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileLooks } from '../../src/system/file-looks.ts';
import { markOf } from '../../src/system/file-mark.ts';
import { identityNow, parsePs, parseStat } from '../../src/system/identity.ts';
import { identityOf } from '../../src/system/index.ts';
import { carriesTag } from '../../src/system/tags.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the row of a process', () => {
  const rest = '1 42 41 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 10 11';

  test('is read behind the last bracket, whatever the program calls itself', () => {
    const row = { pid: 43, parent: 1, group: 42, session: 41, startTime: '987654' };
    expect(parseStat(43, `43 (node) S ${rest}`)).toEqual(row);
    expect(parseStat(43, `43 (a) S 9 9 (b)) R ${rest}`)).toEqual(row);
  });

  test('of a zombie is no living one, but still holds its number', async () => {
    expect(parseStat(43, `43 (node) Z ${rest}`)).toBeUndefined();
    expect(parseStat(43, `43 (node) Z ${rest}`, true)).toMatchObject({ pid: 43 });
    const child = spawn('true', { stdio: 'ignore' });
    // Nobody collects it before this turn of the event loop is over.
    const zombie = waitInThisTurn(() => identityNow(child.pid ?? 0) === undefined);
    expect([zombie, identityNow(child.pid ?? 0, { zombies: true })?.pid]).toEqual([true, child.pid]);
    await once(child, 'exit');
    expect(identityNow(child.pid ?? 0, { zombies: true })).toBeUndefined();
  });

  test('comes from ps where there is no /proc', () => {
    const text = [
      '    1     0     1 Ss   Fri Nov 20 14:40:21 2026',
      '  812     1   800 S+   Fri Nov 20 15:01:02 2026',
      '  813     1   800 Z+   Fri Nov 20 15:01:03 2026',
      '',
    ].join('\n');
    const row = { pid: 812, parent: 1, group: 800, session: 800, startTime: 'Fri Nov 20 15:01:02 2026' };
    expect(parsePs(text, false)).toEqual([expect.objectContaining({ pid: 1 }), row]);
    expect(parsePs(text, true)).toHaveLength(3);
  });

  test('is the same each time, and nobody has a number that is not in use', async () => {
    expect(await identityOf(process.pid)).toEqual(await identityOf(process.pid));
    expect(await identityOf(2 ** 30)).toBeUndefined();
  });
});

function waitInThisTurn(isTrue: () => boolean): boolean {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    if (isTrue()) return true;
  }
  return false;
}

test('a tag is a whole word of the whole variable', () => {
  const carries = (...entries: readonly string[]) => carriesTag(Buffer.from(`${entries.join('\0')}\0`), 'run-1');
  expect(carries('WT_ORCH_TAG=run-1')).toBe(true);
  expect(carries('A=1', 'WT_ORCH_TAG=inner run-1', 'B=2')).toBe(true);
  expect(carries('WT_ORCH_TAG=run-12')).toBe(false);
  expect(carries('WT_ORCH_TAG=')).toBe(false);
  expect(carries('MY_WT_ORCH_TAG=run-1')).toBe(false);
  expect(carries('TEXT=WT_ORCH_TAG=run-1')).toBe(false);
  expect(carries('MY_WT_ORCH_TAG=x', 'WT_ORCH_TAG=run-1')).toBe(true);
});

describe('the mark of a file', () => {
  test('is fresh right after a change, and later not', async () => {
    const path = join(scratchFolder(), 'file');
    writeFileSync(path, 'x');
    const first = await markOf(path);
    expect(first.isFresh).toBe(true);
    const later = await waitFor(async () => ((await markOf(path)).isFresh ? undefined : await markOf(path)));
    expect(later).toEqual({ text: first.text, isFresh: false });
    expect(await markOf(join(path, 'below'))).toEqual({ text: '', isFresh: false });
  });

  test('that was fresh is told of once more by the next look, and then no more', async () => {
    const path = join(scratchFolder(), 'file');
    writeFileSync(path, 'x');
    const told: string[] = [];
    const looks = fileLooks((changed) => told.push(changed));
    const file = looks.add(path);
    if (file === undefined) throw new Error('the file is new to the register');
    const look = async () => {
      looks.look(file);
      await waitFor(() => (file.look === 'none' ? true : undefined));
    };
    await look();
    expect(told).toEqual([path]);
    await waitFor(async () => ((await markOf(path)).isFresh ? undefined : true));
    await look();
    expect(told).toEqual([path, path]);
    await look();
    expect(told).toEqual([path, path]);
  });
});
