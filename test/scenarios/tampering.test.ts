import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { project } from './project.ts';

const ran = (folder: string, marker: string): boolean => existsSync(join(folder, marker));

test('a worktree whose .git is gone keeps its files, and nothing of it reaches main', async () => {
  await using p = await project({ tasks: ['G-1', 'G-2'], agents: { 'G-1': 'put work.txt work; rm .git' } });
  const run = await p.runJson('--all');
  expect(run.code, run.output).toBe(1);
  expect([run.outcome('G-1'), run.outcome('G-2')]).toEqual(['agent_failed', 'landed']);
  expect(await p.read('work.txt', p.worktree('G-1'))).toBe('work\n');
  expect(await p.mainLine()).toEqual(['G-2: Do G-2', 'first']);
  expect(run.lines.find((line) => line.type === 'stepEnded' && line.task === 'G-1')).toMatchObject({
    reason: { kind: 'gitTampered' },
  });
});

test('a worktree that points to a repository of its own keeps its files, and no program that it names runs', async () => {
  await using p = await project({ tasks: ['G-1'], agents: {} });
  const payload = await p.payload('ran');
  await p.agent(
    'G-1',
    `rm .git; git init -q .; put work.txt work; put .gitattributes '* filter=evil'
     git config core.fsmonitor '${payload}'; git config filter.evil.clean '${payload}'; git config core.hooksPath "$PWD/hooks"
     mkdir hooks; for h in pre-commit post-checkout reference-transaction post-merge; do cp '${payload}' hooks/$h; done
     rm -f '${join(p.folder, 'ran')}'`,
  );
  const run = await p.runJson('G-1');
  expect(run.code, run.output).toBe(1);
  expect(run.outcome('G-1')).toBe('agent_failed');
  expect(await p.read('work.txt', p.worktree('G-1'))).toBe('work\n');
  expect(await p.mainLine()).toEqual(['first']);
  expect(ran(p.folder, 'ran')).toBe(false);
  expect((await p.wtOrch(['retry', 'G-1'])).code).toBe(1);
  expect(await p.read('work.txt', p.worktree('G-1'))).toBe('work\n');
  expect(ran(p.folder, 'ran')).toBe(false);
});

test('hooks and filters that an agent plants in the shared configuration are not run by us', async () => {
  await using p = await project({ tasks: ['G-1', 'G-2'], agents: {} });
  const payload = await p.payload('ran');
  await p.agent(
    'G-1',
    `put .gitattributes '*.txt filter=evil diff=evil merge=evil'; put work.txt work; commit work
     common=$(git rev-parse --git-common-dir)
     for key in filter.evil.clean filter.evil.smudge filter.evil.process diff.evil.textconv diff.external merge.evil.driver core.fsmonitor core.sshCommand core.editor gpg.program credential.helper; do git config "$key" '${payload}'; done
     git config filter.evil.required false; git config alias.merge '!${payload}'
     for h in pre-commit post-checkout reference-transaction post-merge pre-merge-commit post-index-change; do mkdir -p "$common/hooks"; cp '${payload}' "$common/hooks/$h"; done
     rm -f '${join(p.folder, 'ran')}'; say planted`,
  );
  await p.agent('G-2', 'wait_for planted; put two.txt two');
  const run = await p.runJson('--all');
  expect(ran(p.folder, 'ran'), run.output).toBe(false);
  expect(run.code, run.output).toBe(0);
  expect(await p.read('two.txt')).toBe('two\n');
});

test('work on a branch of its own or on a detached HEAD is harvested from the files, and its commits stay reachable', async () => {
  await using p = await project({
    tasks: ['H-1', 'H-2'],
    agents: {
      'H-1': 'git switch -qc mine; put own.txt own; commit own; say own "$(git rev-parse HEAD)"',
      'H-2': 'git checkout -q --detach; put loose.txt loose; commit loose; say loose "$(git rev-parse HEAD)"',
    },
  });
  const run = await p.runJson('--all');
  expect(run.code, run.output).toBe(0);
  expect(await p.read('own.txt')).toBe('own\n');
  expect(await p.read('loose.txt')).toBe('loose\n');
  for (const name of ['own', 'loose']) {
    expect(await p.git(['for-each-ref', '--contains', await p.heard(name), '--format=%(refname)'])).not.toBe('');
  }
});

test('commits that an agent makes beside its branch and then leaves are pinned', async () => {
  await using p = await project({
    tasks: ['H-1'],
    agents: {
      'H-1':
        'put own.txt own; commit own; git checkout -q --detach; put loose.txt x; commit loose; say loose "$(git rev-parse HEAD)"; git rm -q loose.txt; commit less',
    },
  });
  const run = await p.runJson('H-1');
  expect(run.code, run.output).toBe(0);
  expect(await p.git(['for-each-ref', '--contains', await p.heard('loose'), '--format=%(refname)'])).toContain(
    'refs/wt-orch/',
  );
});

test('an agent that moves main itself is seen doing it; its task is held for a person, and the others land on top', async () => {
  await using p = await project({
    tasks: ['M-1', 'M-2'],
    agents: {
      'M-1':
        'put sneak.txt sneak; commit sneak; say sneak "$(git rev-parse HEAD)"; git update-ref refs/heads/main HEAD; say moved',
      'M-2': 'wait_for moved; put two.txt 2',
    },
  });
  const run = await p.runJson('--all');
  const sneaked = await p.heard('sneak');
  expect(
    run.lines.find((line) => line.type === 'targetMoved'),
    run.output,
  ).toMatchObject({ to: sneaked });
  expect(run.outcome('M-1')).toBe('held');
  expect(run.output).toContain('neither judged nor tested');
  expect(run.code).toBe(4);
  expect(await p.tasksFile()).toContain('- [?] M-1');
  expect(run.outcome('M-2')).toBe('landed');
  expect(await p.git(['rev-parse', 'main^1'])).toBe(sneaked);
});

test('a repository inside the worktree neither lands as a submodule nor is lost', async () => {
  await using p = await project({
    tasks: ['S-1', 'S-2', 'S-3'],
    agents: {
      'S-1':
        'git init -q sub; git -C sub config user.name A; git -C sub config user.email a@b; put sub/a.txt a; git -C sub add -A; git -C sub commit -qm a; put one.txt 1; git add -A 2>/dev/null; git commit -qm "with sub"',
      'S-2': 'git init -q nested; put nested/b.txt b; put two.txt 2',
    },
  });
  const run = await p.runJson('S-1', 'S-2');
  expect(await p.git(['ls-tree', '-r', 'main']), run.output).not.toContain('160000');
  expect(await p.read('nested/b.txt', p.worktree('S-2')), run.output).toBe('b\n');
  const next = await p.runJson('S-3');
  expect(next.code, next.output).toBe(0);
});
