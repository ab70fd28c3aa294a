import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { project, readRun } from './project.ts';

/** Red as long as two of them meet, and green ever after. */
const meeting = `
mkdir -p "$HOME/met"
if [ -e "$HOME/met/over" ]; then exit 0; fi
touch "$HOME/met/$WT_ORCH_SLOT"
while [ ! -e "$HOME/met/1" ] || [ ! -e "$HOME/met/2" ]; do sleep 0.02; done
touch "$HOME/met/over"
exit 1
`;

test('tests that are red at the same time and green alone go one fewer at a time from then on, and that is said', async () => {
  await using p = await project({
    tasks: ['A-1', 'A-2'],
    test: meeting,
    config: { landing: { test: [['sh', 'test.sh']], slots: 2 } },
  });
  const run = await p.runJson('A-1', 'A-2', '--no-land');
  expect(run.code, run.output).toBe(0);
  const landed = readRun(await p.wtOrch(['land', 'A-1', 'A-2', '--json']));
  expect(landed.code, landed.output).toBe(0);
  expect(landed.lines.filter(({ type }) => type === 'slotsLowered')).toMatchObject([
    // Whichever of the two was first in the queue is accused, and lands last.
    { task: expect.stringMatching(/^A-[12]$/), together: 2, to: 1 },
  ]);
  const [last = ''] = await p.mainLine();
  expect((await p.mainLine()).toSorted()).toEqual(['A-1: Do A-1', 'A-2: Do A-2', 'first']);
  expect((await p.wtOrch(['why', last.slice(0, 3)])).stdout).toContain('from now on at most 1 at the same time');
});

test('each slot has a temporary folder and ports of its own; the folder is empty at first, out of the repository, and gone in the end', async () => {
  const noting = `
printf '%s %s %s %s\\n' "$WT_ORCH_SLOT" "$WT_ORCH_PORT" "$(ls -A "$TMPDIR" | wc -l)" "$TMPDIR" >> "$HOME/noted"
echo left > "$TMPDIR/left"; mkdir "$TMPDIR/shut"; touch "$TMPDIR/shut/in"; chmod 500 "$TMPDIR/shut"
`;
  await using p = await project({
    tasks: ['A-1', 'A-2'],
    test: noting,
    config: { landing: { test: [['sh', 'test.sh']], slots: 2, mode: 'strict' } },
  });
  const run = await p.runJson('A-1', 'A-2', '--no-land');
  expect(run.code, run.output).toBe(0);
  const landed = await p.wtOrch(['land', 'A-1', 'A-2']);
  expect(landed.code, landed.output).toBe(0);
  const notes = ((await p.read('home/noted', p.folder)) ?? '').trimEnd().split('\n');
  const noted = notes.map((line) => line.split(' ')).toSorted();
  expect(noted.map(([slot, port, entries]) => `${slot} ${port} ${entries}`)).toEqual(['1 21000 0', '2 21100 0']);
  const folders = noted.map(([, , , folder = '']) => folder);
  expect(new Set(folders).size).toBe(2);
  expect(folders.filter((folder) => folder.startsWith(p.root))).toEqual([]);
  expect(folders.filter((folder) => !existsSync(dirname(folder)))).toEqual([]);
  expect(folders.filter(existsSync)).toEqual([]);
});
