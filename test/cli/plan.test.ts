import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepared } from './prepared.ts';

/** Every path below a folder, with its time and a hash of what it holds. */
async function everything(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const hash = entry.isFile()
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : '';
    return `${path} ${(await lstat(path)).mtimeMs} ${hash}`;
  });
  return (await Promise.all(lines)).sort();
}

test.each([
  ['plan', []],
  ['plan', ['--json']],
  ['plan', ['T-2']],
  ['run', ['--dry-run', '--all']],
])('%s %j leaves every file of the repository and of .git as it was', async (command, rest) => {
  await using repo = await prepared();
  const before = await everything(repo.root);
  const planned = await repo.wtOrch([command, ...rest]);
  expect(planned.code, planned.output).toBe(0);
  expect(planned.stdout).toContain('T-2');
  expect(await everything(repo.root)).toEqual(before);
});

test('the branch of a task is no place to land on, also when it is checked out', async () => {
  await using repo = await prepared();
  await repo.git(['switch', '-q', '-c', 'wt-orch/T-1']);
  const before = await repo.git(['for-each-ref']);
  for (const command of ['plan', 'run', 'land']) {
    const refused = await repo.wtOrch([command, 'T-1']);
    expect(refused.code, refused.output).toBe(2);
    expect(refused.output).toContain('wt-orch/T-1');
  }
  expect(await repo.git(['for-each-ref'])).toBe(before);
});

test('a task for an agent that does not exist is blocked and says so; without any config it is planned all the same', async () => {
  await using repo = await prepared({ files: { 'TASKS.md': '- [ ] T-1 One\n- [ ] T-2 Two — agent: wroker\n' } });
  const planned = JSON.parse((await repo.wtOrch(['plan', '--json'])).stdout);
  expect(planned.order).toEqual(['T-1']);
  expect(planned.tasks[1]).toMatchObject({ id: 'T-2', state: 'blocked', reasons: [expect.stringContaining('wroker')] });
  await repo.write({ '.wt-orch/config.yaml': undefined, 'TASKS.md': '- [ ] T-1 One\n' });
  const bare = JSON.parse((await repo.wtOrch(['plan', '--json'])).stdout);
  expect(bare).toMatchObject({ order: ['T-1'], tasks: [{ id: 'T-1', state: 'ready', reasons: [] }] });
});

test('a plan names the gates that are sure to judge a task', async () => {
  const command = ['true'];
  await using repo = await prepared({
    files: { 'TASKS.md': '- [ ] T-1 One — tags: money\n- [ ] T-2 Two — gates: web\n' },
    config: {
      gates: {
        all: { command },
        money: { command, when: { tags: ['money'] } },
        web: { command, when: { paths: ['web/**'] } },
      },
    },
  });
  const planned = JSON.parse((await repo.wtOrch(['plan', '--json'])).stdout);
  expect(planned.tasks).toMatchObject([{ gates: ['all', 'money'] }, { gates: ['all', 'web'] }]);
});

test('an id that no task has is refused in one sentence and a hint, without noise of the runtime', async () => {
  await using repo = await prepared();
  for (const args of [
    ['plan', 'T-9'],
    ['run', 'T-9'],
    ['retry', 'T-9'],
  ]) {
    const refused = await repo.wtOrch(args);
    expect(refused.code, refused.output).toBe(2);
    expect(refused.output).toBe('TASKS.md has no task T-9.\nDid you mean T-1?\n');
  }
});
