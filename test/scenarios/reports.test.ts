import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { project } from './project.ts';

const bad: Readonly<Record<string, string>> = {
  torn: `printf '{"status":"compl' > "$WT_ORCH_STATUS_FILE"`,
  large: `head -c 1048576 /dev/zero | tr '\\0' ' ' > "$WT_ORCH_STATUS_FILE"; printf '{"status":"failed"}' >> "$WT_ORCH_STATUS_FILE"`,
  'a link': `printf '{"status":"failed"}' > "$STAGE/elsewhere"; ln -s "$STAGE/elsewhere" "$WT_ORCH_STATUS_FILE"`,
  'a FIFO': `mkfifo "$WT_ORCH_STATUS_FILE"`,
  'a folder': `mkdir "$WT_ORCH_STATUS_FILE"`,
  'of wrong types': `printf '{"status":7,"progress":"most","filesChanged":{}}' > "$WT_ORCH_STATUS_FILE"`,
  'about another task': `printf '{"status":"failed","taskId":"Z-9"}' > "$WT_ORCH_STATUS_FILE"`,
  'no object': `printf '[1,2,3]' > "$WT_ORCH_STATUS_FILE"`,
};

test.for(Object.entries(bad))(
  'a status report that is %s is shown as rejected, and the work lands all the same',
  async ([, script]) => {
    await using p = await project({ tasks: ['S-1'], agents: { 'S-1': `put work.txt work; ${script}` } });
    const run = await p.runJson('S-1');
    expect(run.code, run.output).toBe(0);
    expect(run.outcome('S-1')).toBe('landed');
    expect(run.lines.filter((line) => line.type === 'reportRejected').length).toBeGreaterThan(0);
    expect(run.lines.some((line) => line.type === 'statusReported')).toBe(false);
    expect((await p.git(['ls-tree', '-r', '--name-only', 'main'])).split('\n')).not.toContain('agent-status.json');
  },
);

test('a report is seen while the agent runs, and one that says completed ends nothing', async () => {
  await using p = await project({
    tasks: ['S-1'],
    agents: {
      'S-1': `report '{"status":"in_progress","progress":0.4,"message":"halfway"}'; wait_for seen
        report '{"status":"completed","progress":1}'; wait_for go; put late.txt late`,
    },
  });
  const run = p.start(['run', '--json', 'S-1']);
  expect(await run.line('statusReported')).toMatchObject({ task: 'S-1', claim: { progress: 0.4, message: 'halfway' } });
  expect((await p.status()).tasks).toMatchObject([{ id: 'S-1', state: 'running', progress: 0.4 }]);
  await p.say('seen');
  expect(await run.line('statusReported')).toMatchObject({ claim: { status: 'completed' } });
  expect((await p.status()).tasks).toMatchObject([{ id: 'S-1', state: 'running' }]);
  expect(run.lines().some((line) => line.type === 'agentExited')).toBe(false);
  await p.say('go');
  expect((await run.ended).code).toBe(0);
  expect(await p.read('late.txt')).toBe('late\n');
});

test('an agent that says completed and exits 1 has failed', async () => {
  await using p = await project({
    tasks: ['S-1'],
    agents: { 'S-1': `put w.txt w; report '{"status":"completed"}'; exit 1` },
  });
  const run = await p.runJson('S-1');
  expect(run.code).toBe(1);
  expect(run.outcome('S-1')).toBe('agent_failed');
  expect(await p.mainLine()).toEqual(['first']);
});

test('a secret in what an agent says or prints is in neither the journal nor a log nor on the screen', async () => {
  const token = ['ghp', 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8'].join('_');
  await using p = await project({
    tasks: ['S-1'],
    agents: {
      'S-1': `put work.txt work; t="$(printf '%s_%s' ghp A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8)"; echo "I use $t here"; printf '{"status":"in_progress","message":"with %s"}' "$t" > "$WT_ORCH_STATUS_FILE"`,
    },
  });
  const run = await p.runJson('S-1');
  expect(run.outcome('S-1')).toBe('landed');
  const claim = run.lines.find((line) => line.type === 'statusReported');
  expect(JSON.stringify(claim)).toContain('with [secret/');
  expect(run.output).not.toContain(token);
  const kept = join(p.root, '.git/wt-orch');
  const holding: string[] = [];
  for (const file of await readdir(kept, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = await readFile(join(file.parentPath, file.name), 'latin1');
    if (text.includes(token)) holding.push(file.name);
    if (file.name === 'S-1.1.log') expect(text).toMatch(/I use \*{40} here/);
  }
  expect(holding).toEqual([]);
});
