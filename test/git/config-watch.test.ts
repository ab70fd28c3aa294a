import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addWorktree, type ConfigChange, watchConfig } from '../../src/git/index.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { held, opened } from './opened.ts';

let repo: TempRepo;
let changes: () => Promise<readonly ConfigChange[]>;
beforeEach(async () => {
  repo = await tempRepo();
  await repo.git(['config', 'alias.st', 'status']);
  await repo.git(['config', 'filter.old.clean', 'cat']);
  changes = await watchConfig(await opened(repo));
});
afterEach(async () => await repo.dispose());

test('what was added, taken away or changed since the last look is told, once, with the key', async () => {
  expect(await changes()).toEqual([]);
  await repo.git(['config', 'core.hooksPath', '/x']);
  await repo.git(['config', 'alias.st', '!evil']);
  await repo.git(['config', '--unset', 'filter.old.clean']);
  await repo.git(['config', '--add', 'url.ext::x.insteadOf', 'one\ntwo=three']);
  expect(await changes()).toEqual([
    { key: 'alias.st', before: 'status', now: '!evil' },
    { key: 'core.hookspath', now: '/x' },
    { key: 'filter.old.clean', before: 'cat' },
    { key: 'url.ext::x.insteadof', now: 'one\ntwo=three' },
  ]);
  expect(await changes()).toEqual([]);
});

test.each([
  'merge.x.driver',
  'merge.default',
  'diff.external',
  'diff.a.b.textconv',
  'core.worktree',
  'core.fsmonitor',
  'credential.helper',
  'remote.origin.uploadpack',
  'remote.origin.url',
  'submodule.lib.update',
  'gpg.program',
  'pager.log',
  'includeIf.gitdir:~/x.path',
  'extensions.worktreeConfig',
])('%s is among the settings that are watched', async (key) => {
  await repo.git(['config', key, 'true']);
  expect((await changes()).map((change) => change.key.toLowerCase())).toEqual([key.toLowerCase()]);
});

test('what an included file says counts as if it stood there', async () => {
  await repo.write({ included: '[core]\n\tsshCommand = evil\n' }, repo.folder);
  await repo.git(['config', 'include.path', join(repo.folder, 'included')]);
  expect((await changes()).map(({ key }) => key)).toEqual(['core.sshcommand', 'include.path']);
});

test('the ordinary work of agents and of ours is no news', async () => {
  const git = await opened(repo);
  const at = join(repo.root, '.worktrees/agent-T-1');
  held(await addWorktree(git, { path: at, branch: 'wt-orch/T-1', commit: (await repo.ref('main')) ?? '' }));
  await repo.commit({ 'a.txt': 'a\n' }, 'work', at);
  await repo.git(['checkout', '-q', '--track', '-b', 'follows', 'main'], at);
  await repo.git(['config', 'user.name', 'Somebody Else']);
  expect(await changes()).toEqual([]);
});

test('a configuration that cannot be read any more is told too', async () => {
  await repo.write({ '.git/config': '[core\n' });
  expect(await changes()).toEqual([
    { key: 'alias.st', before: 'status' },
    { key: 'config', now: 'cannot be read' },
    { key: 'core.bare', before: 'false' },
    { key: 'filter.old.clean', before: 'cat' },
  ]);
});
