import { expect, test } from 'vitest';
import { parseSettings } from '../../src/settings/index.ts';
import { parseTasks } from '../../src/tasks/index.ts';
import { wtOrch } from '../support/program.ts';
import { tempRepo } from '../support/temp-repo.ts';

test('init writes a config and a task file that are valid, with the tests it has found and nothing that would run', async () => {
  await using repo = await tempRepo({ 'package.json': '{"scripts":{"test":"node --test"}}' });
  const ran = await wtOrch(repo, ['init']);
  expect(ran.code, ran.output).toBe(0);
  const config = await repo.read('.wt-orch/config.yaml');
  const settings = parseSettings(config ?? '', '.wt-orch/config.yaml');
  expect(settings.ok && settings.value.landing.test).toEqual([['npm', 'test']]);
  const file = parseTasks(new TextEncoder().encode(await repo.read('TASKS.md')), 'TASKS.md');
  expect(file.problems).toEqual([]);
  expect(file.tasks.map(({ status }) => status)).toEqual(['draft']);
  expect(await repo.read('.git/info/exclude')).toMatch(/^\/\.worktrees\/\nagent-status\.json$/m);
  expect(ran.stdout.match(/^wrote /gm)).toHaveLength(3);
});

test('init changes nothing that exists, and says that it left it alone', async () => {
  const mine = { '.wt-orch/config.yaml': 'version: 1\ntasks: { file: TODO.md }\n', 'TODO.md': 'mine\r\n' };
  await using repo = await tempRepo(mine);
  const first = await wtOrch(repo, ['init']);
  expect(first.stdout).toContain('left alone  .wt-orch/config.yaml');
  expect(first.stdout).toContain('left alone  TODO.md');
  const exclude = await repo.read('.git/info/exclude');
  const second = await wtOrch(repo, ['init']);
  expect(second.code).toBe(0);
  expect(second.stdout).not.toContain('wrote');
  expect(await repo.read('.git/info/exclude')).toBe(exclude);
  for (const [path, text] of Object.entries(mine)) expect(await repo.read(path)).toBe(text);
  expect(await repo.read('TASKS.md')).toBeUndefined();
});

test('init leaves a config with mistakes as it is and points at doctor', async () => {
  await using repo = await tempRepo({ '.wt-orch/config.yaml': 'version: 1\nnonsense: yes\n' });
  const ran = await wtOrch(repo, ['init']);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain('wt-orch doctor');
  expect(await repo.read('.wt-orch/config.yaml')).toBe('version: 1\nnonsense: yes\n');
});
