import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wtOrch } from '../support/program.ts';
import { tempRepo } from '../support/temp-repo.ts';
import { leftovers } from './evidence.ts';
import { project } from './project.ts';

test('a repository and files with blanks, brackets, quotes and emoji in their names are as good as others', async () => {
  const odd = 'src/a b/[id] (1)/*x?/ü "q" \'s\' 🚀 $HOME;.txt';
  await using p = await project({
    name: "my [proj] 🚀 it's & more",
    tasks: `- [ ] X-1 One — files: \`${odd}\`\n- [ ] X-2 Two\n`,
    files: { [odd]: 'old\n', '-dash.txt': 'old\n' },
    agents: {
      'X-1': 'find src -type f | while read -r f; do echo new > "$f"; done',
      'X-2': 'echo new > ./-dash.txt; put "line\nend.txt" x',
    },
  });
  const run = await p.runJson('--all');
  expect(run.code, run.output).toBe(0);
  expect(await p.read(odd)).toBe('new\n');
  expect(await p.read('-dash.txt')).toBe('new\n');
  expect(await p.read('line\nend.txt')).toBe('x\n');
  expect(await leftovers(p)).toEqual([]);
});

test('called in a folder of the repository or in a linked worktree, it acts on the main one', async () => {
  await using p = await project({
    tasks: ['L-1', 'L-2', 'L-3'],
    files: { 'deep/er/file.txt': 'x\n' },
    agents: { 'L-1': 'exit 1' },
  });
  const inside = await p.wtOrch(['run', 'L-1', 'L-2'], { cwd: join(p.root, 'deep/er') });
  expect(inside.code, inside.output).toBe(1);
  const linked = await p.wtOrch(['run', 'L-3'], { cwd: p.worktree('L-1') });
  expect(linked.code, linked.output).toBe(0);
  const status = await p.wtOrch(['status', '--json'], { cwd: p.worktree('L-1') });
  expect(JSON.parse(status.stdout)).toMatchObject({ tasks: [{ id: 'L-3', state: 'landed' }] });
  expect((await p.mainLine()).toSorted()).toEqual(['L-2: Do L-2', 'L-3: Do L-3', 'first']);
  expect(await p.tasksFile()).toContain('- [x] L-3');
});

test('what is no repository, has no commit or no work tree is refused in words', async () => {
  await using repo = await tempRepo({}, { empty: true });
  const empty = await wtOrch(repo, ['run', '--all']);
  expect([empty.code, empty.output]).toEqual([2, expect.stringMatching(/commit/)]);
  await repo.commit({ 'TASKS.md': '- [ ] A-1 x\n' });
  await repo.git(['clone', '--quiet', '--bare', '.', join(repo.folder, 'bare.git')]);
  const bare = await wtOrch(repo, ['run', '--all'], { cwd: join(repo.folder, 'bare.git') });
  expect([bare.code, bare.output]).toEqual([2, expect.stringMatching(/bare/)]);
  await mkdir(join(repo.folder, 'plain'));
  const plain = await wtOrch(repo, ['run', '--all'], { cwd: join(repo.folder, 'plain') });
  expect([plain.code, plain.output]).toEqual([2, expect.stringMatching(/repository/)]);
  expect(plain.output).not.toMatch(/ at .*\.js:\d/);
});

test('a repository with submodules, or in the middle of a merge, is refused in words', async () => {
  await using p = await project({ tasks: ['A-1'], files: { 'f.txt': 'a\n' } });
  await p.commitOn('side', 'main', { 'f.txt': 'b\n' });
  await p.commit({ 'f.txt': 'c\n' });
  await p.git(['merge', 'side']).catch(() => undefined);
  const merging = await p.wtOrch(['run', 'A-1']);
  expect([merging.code, merging.output]).toEqual([2, expect.stringMatching(/merge/)]);
  await p.git(['merge', '--abort']);
  await p.git(['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', p.root, 'sub']);
  await p.git(['commit', '--quiet', '-m', 'sub']);
  const nested = await p.wtOrch(['run', 'A-1']);
  expect([nested.code, nested.output]).toEqual([2, expect.stringMatching(/submodule/)]);
  expect(await p.git(['branch', '--list', 'wt-orch/*'])).toBe('');
});

test('a mistake in the settings is told with its place, and nothing starts', async () => {
  await using p = await project({ tasks: ['A-1'] });
  await p.write({ '.wt-orch/config.yaml': 'version: 1\nlanding:\n  tets: [[npm, test]]\n' });
  const run = await p.wtOrch(['run', 'A-1']);
  expect(run.code, run.output).toBe(2);
  expect(run.output).toMatch(/config\.yaml:3:3.*tets[\s\S]*test/);
  expect(await leftovers(p)).toEqual([]);
});
