import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type AgentEvent,
  type HarvestPlan,
  harvestWork,
  nextAttemptRef,
  prepareWorktree,
  scriptsNamed,
  setAside,
  setUp,
} from '../../src/agents/index.ts';
import type { Git } from '../../src/git/index.ts';
import { opened } from '../git/opened.ts';
import { carriers, plainEnv } from '../support/processes.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';

const tag = `worktree-test-${process.pid}`;
const scripts = { scripts: { test: 'npm run unit', unit: 'vitest' } };
let repo: TempRepo;
let git: Git;
let base: string;
let path: string;
beforeEach(async () => {
  repo = await tempRepo({
    'a.txt': 'a\n',
    'TASKS.md': '### [ ] A-1: x\n',
    '.gitignore': '.worktrees/\n*.log\n',
    'package.json': JSON.stringify(scripts),
    'site/package.json': JSON.stringify({ scripts: { test: 'x' } }),
  });
  git = await opened(repo);
  base = await repo.git(['rev-parse', 'main']);
  path = join(repo.root, '.worktrees/bot-A-1');
});
afterEach(async () => {
  expect(carriers(tag)).toEqual([]);
  await repo.dispose();
});

const exclude = ['agent-status.json', 'TASKS.md'];
const plan = () => ({ task: 'A-1', path, branch: 'wt-orch/A-1', commit: base, exclude });
const prepare = async () => await prepareWorktree(git, plan());

async function harvested(more: Partial<HarvestPlan> = {}): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = [];
  const { task, branch } = plan();
  const whole: HarvestPlan = {
    task,
    title: 'the title',
    path,
    branch,
    base,
    target: 'main',
    ended: 'itself',
    exclude,
    commitLeftovers: true,
    testScripts: scriptsNamed([['npm', 'test']]),
    ...more,
  };
  await harvestWork(git, whole, async (event) => events.push(event));
  return events;
}

const workIn = (events: readonly AgentEvent[]) =>
  events.flatMap((event) => (event.type === 'workFound' ? [event.work] : []))[0];

describe('a worktree for a task', () => {
  test('is made fresh, with its branch, from the commit it is told', async () => {
    expect(await prepare()).toEqual({ ok: true, value: undefined });
    expect(await repo.git(['status', '--porcelain', '--branch'], path)).toBe('## wt-orch/A-1');
    expect(await repo.git(['rev-parse', 'HEAD'], path)).toBe(base);
  });
  test('sets aside what an earlier attempt left, its uncommitted files too', async () => {
    await prepare();
    await repo.commit({ 'b.txt': 'committed\n' }, 'work', path);
    await repo.write({ 'c.txt': 'not committed\n', 'agent-status.json': '{}' }, path);
    expect(await prepare()).toEqual({ ok: true, value: 'refs/wt-orch/attempts/A-1/1' });
    const kept = 'refs/wt-orch/attempts/A-1/1';
    expect(await repo.git(['show', `${kept}:b.txt`])).toBe('committed');
    expect(await repo.git(['show', `${kept}:c.txt`])).toBe('not committed');
    expect(await repo.git(['ls-tree', '--name-only', kept])).not.toContain('agent-status.json');
    expect(await repo.git(['rev-parse', 'HEAD'], path)).toBe(base);
    expect(existsSync(join(path, 'c.txt'))).toBe(false);
    expect(await nextAttemptRef(git, 'A-1')).toBe('refs/wt-orch/attempts/A-1/2');
  });
  test('sets aside a branch whose worktree is gone', async () => {
    const tip = await repo.commitOn('wt-orch/A-1', 'main', { 'b.txt': 'b\n' });
    expect(await setAside(git, plan())).toEqual({ ok: true, value: 'refs/wt-orch/attempts/A-1/1' });
    expect([await repo.ref('wt-orch/A-1'), await repo.ref('refs/wt-orch/attempts/A-1/1')]).toEqual([undefined, tip]);
  });
  test('with nothing there has nothing to set aside', async () => {
    expect(await setAside(git, plan())).toEqual({ ok: true, value: undefined });
  });
  test('is not made where something else is in the way, which stays', async () => {
    await repo.write({ '.worktrees/bot-A-1/mine.txt': 'mine' });
    expect(await prepare()).toMatchObject({
      ok: false,
      error: { kind: 'worktreeFailed', detail: expect.stringContaining('in the way') },
    });
    expect(await repo.read('.worktrees/bot-A-1/mine.txt')).toBe('mine');
  });
  test('is not made anew when the files of the earlier one cannot be saved, and they stay', async () => {
    await prepare();
    await repo.write({ 'c.txt': 'precious', '.git': undefined }, path);
    expect(await prepare()).toMatchObject({
      ok: false,
      error: { kind: 'worktreeFailed', detail: expect.stringContaining('cannot be saved') },
    });
    expect(await repo.read('c.txt', path)).toBe('precious');
    expect(await repo.ref('wt-orch/A-1')).toBe(base);
  });
  test('is not made anew over a repository that lies in the earlier one, whose history no commit of ours can hold', async () => {
    await prepare();
    await repo.git(['init', '--quiet', join(path, 'inner')]);
    await repo.commit({ 'x.txt': 'x\n' }, 'inner', join(path, 'inner'));
    expect(await prepare()).toMatchObject({ ok: false, error: { detail: expect.stringContaining('inner/') } });
    expect(await repo.git(['log', '--format=%s'], join(path, 'inner'))).toBe('inner');
  });
  test('is not made from what is no commit, and nothing is left', async () => {
    const made = await prepareWorktree(git, { ...plan(), commit: '0123456789012345678901234567890123456789' });
    expect(made).toMatchObject({ ok: false, error: { kind: 'worktreeFailed' } });
    expect([await repo.ref('wt-orch/A-1'), existsSync(path)]).toEqual([undefined, false]);
  });
});

describe('setting up', () => {
  const run = async (
    commands: readonly (string | readonly string[])[],
    more: object = {},
    signal = new AbortController().signal,
  ) => {
    const log = join(repo.folder, 'set-up.log');
    const whole = {
      commands,
      copy: [],
      root: repo.root,
      folder: path,
      env: plainEnv,
      tag,
      log,
      timeoutMs: 60_000,
      ...more,
    };
    return await setUp(whole, signal);
  };
  beforeEach(async () => void (await prepare()));
  test('copies files and folders that are there, never over what the worktree has, and runs the commands in it', async () => {
    await repo.write({ '.env.local': 'KEY=1', 'certs/dev/key.pem': 'k', 'a.txt': 'changed by the user\n' });
    const copy = ['.env.local', 'certs', 'a.txt', 'not-there'];
    expect(await run(['cat .env.local > seen', ['touch', 'second']], { copy })).toEqual({ ok: true, value: undefined });
    expect(
      await Promise.all(['seen', 'certs/dev/key.pem', 'a.txt', 'second'].map((name) => repo.read(name, path))),
    ).toEqual(['KEY=1', 'k', 'a\n', '']);
  });
  test('ends at the first command that fails, and names it and the log', async () => {
    expect(await run([['sh', '-c', 'exit 4'], 'touch second'])).toEqual({
      ok: false,
      error: { kind: 'setupFailed', detail: 'sh -c exit 4: exit code 4', log: join(repo.folder, 'set-up.log') },
    });
    expect(existsSync(join(path, 'second'))).toBe(false);
  });
  test.each([
    ['ran out of time', 'sleep 1000', { timeoutMs: 100 }],
    ['no-such-program', ['no-such-program'], {}],
  ])('says when a command %s', async (words, command, more) => {
    const detail = expect.stringContaining(words);
    expect(await run([command], more)).toMatchObject({ ok: false, error: { kind: 'setupFailed', detail } });
  });
  test('is stopped with the run', async () => {
    expect(await run(['sleep 1000'], {}, AbortSignal.abort())).toEqual({ ok: false, error: { kind: 'stopped' } });
  });
});

describe('the harvest', () => {
  beforeEach(async () => void (await prepare()));
  const tip = async () => await repo.ref('wt-orch/A-1');
  test('of an agent that left nothing finds nothing', async () => {
    await repo.write({ 'agent-status.json': '{}', 'debug.log': 'x' }, path);
    expect(await harvested()).toEqual([{ type: 'nothingFound', task: 'A-1' }]);
  });
  test('finds the commits of the branch, and their paths', async () => {
    await repo.commit({ 'b.txt': 'b\n', 'a.txt': undefined }, 'one', path);
    const last = await repo.commit({ 'c.txt': 'c\n' }, 'two', path);
    const work = { base, tip: last, paths: ['a.txt', 'b.txt', 'c.txt'], harvested: false, rules: [] };
    expect(await harvested()).toEqual([{ type: 'workFound', task: 'A-1', work }]);
  });
  test('does not count as its work what the agent took over from a newer main', async () => {
    const newer = await repo.commit({ 'user.txt': 'mine\n' });
    await repo.commit({ 'b.txt': 'b\n' }, 'work', path);
    await repo.git(['merge', '--quiet', '--no-edit', 'main'], path);
    expect(workIn(await harvested())).toMatchObject({ base: newer, paths: ['b.txt'] });
  });
  test('commits what lies uncommitted, without the report and the task file', async () => {
    await repo.write({ 'b.txt': 'b\n', 'agent-status.json': '{}', 'TASKS.md': 'mine\n' }, path);
    const events = await harvested();
    expect(workIn(events)).toEqual({ base, tip: await tip(), paths: ['b.txt'], harvested: true, rules: [] });
    expect(await repo.git(['log', '-1', '--format=%s', 'wt-orch/A-1'])).toBe('A-1: uncommitted work, harvested');
  });
  test('leaves it there for a profile that says so, but not at the time limit', async () => {
    await repo.write({ 'b.txt': 'b\n' }, path);
    expect(await harvested({ commitLeftovers: false })).toEqual([{ type: 'nothingFound', task: 'A-1' }]);
    expect(workIn(await harvested({ commitLeftovers: false, ended: 'timeLimit' }))?.harvested).toBe(true);
    expect(await repo.git(['log', '-1', '--format=%s', 'wt-orch/A-1'])).toBe(
      'A-1: work in progress, saved at the time limit',
    );
  });
  test('of a branch that only changes the task file finds nothing, and says why', async () => {
    await repo.commit({ 'TASKS.md': 'done!\n' }, 'marked', path);
    expect(await harvested()).toEqual([
      {
        type: 'noted',
        level: 'warning',
        task: 'A-1',
        text: 'the branch changes TASKS.md, which does not land; main keeps its own',
      },
      { type: 'nothingFound', task: 'A-1' },
    ]);
  });
  test('of a status report that the agent committed by force is no work', async () => {
    await repo.commit({ 'a.txt': 'new\n' }, 'work', path);
    await repo.write({ 'agent-status.json': '{}' }, path);
    await repo.git(['add', '-f', 'agent-status.json'], path);
    await repo.git(['commit', '-qm', 'report'], path);
    expect(workIn(await harvested())?.paths).toEqual(['a.txt']);
  });
  test.each([
    ['removed', async () => await repo.write({ '.git': undefined }, path)],
    ['pointed elsewhere', async () => await repo.write({ '.git': `gitdir: ${repo.root}/.git\n` }, path)],
    ['deprived of its branch', async () => await repo.git(['update-ref', '-d', 'refs/heads/wt-orch/A-1'])],
  ])('does not read a worktree whose git was %s', async (_, tamper) => {
    await repo.write({ 'b.txt': 'b\n' }, path);
    await tamper();
    expect(await harvested()).toMatchObject([
      { type: 'stepEnded', outcome: 'agent_failed', reason: { kind: 'gitTampered' } },
    ]);
  });
  test('does not pass on a repository that was committed as an entry of its own', async () => {
    await repo.git(['init', '--quiet', join(path, 'inner')]);
    await repo.commit({ 'x.txt': 'x\n' }, 'inner', join(path, 'inner'));
    await repo.commit({ 'b.txt': 'b\n' }, 'outer', path);
    expect(await harvested()).toMatchObject([
      {
        type: 'stepEnded',
        outcome: 'agent_failed',
        reason: { kind: 'harvestFailed', detail: expect.stringContaining('inner') },
      },
    ]);
  });
  test('says what it could not commit, and where a commit beside the branch is kept', async () => {
    await repo.git(['init', '--quiet', join(path, 'inner')]);
    await repo.write({ 'inner/x.txt': 'x\n' }, path);
    await repo.git(['switch', '-q', '--detach'], path);
    await repo.git(['commit', '--quiet', '--allow-empty', '-m', 'beside'], path);
    const stray = await repo.git(['rev-parse', 'HEAD'], path);
    const notes = (await harvested()).flatMap((event) => (event.type === 'noted' ? [event.text] : []));
    expect(notes).toEqual([expect.stringContaining('inner/'), expect.stringContaining(`head-${stray.slice(0, 12)}`)]);
    expect(await repo.ref(`refs/wt-orch/attempts/A-1/head-${stray.slice(0, 12)}`)).toBe(stray);
  });
  test.each<[string, Record<string, string>, readonly string[]]>([
    ['the settings', { '.wt-orch/config.yaml': 'version: 1\n' }, ['.wt-orch/config.yaml']],
    ['the settings by a link in their place', { '.wt-orch': 'elsewhere' }, ['.wt-orch']],
    ['the settings in other letters', { '.WT-Orch/agents/x.md': 'x' }, ['.WT-Orch/agents/x.md']],
    [
      'the tests',
      { 'package.json': JSON.stringify({ scripts: { ...scripts.scripts, test: 'true' } }) },
      ['package.json'],
    ],
    [
      'what the tests run',
      { 'package.json': JSON.stringify({ scripts: { ...scripts.scripts, unit: 'true' } }) },
      ['package.json'],
    ],
    ['the tests of a part', { 'site/package.json': '{"scripts":{"test":"true"}}' }, ['site/package.json']],
    ['other scripts only', { 'package.json': JSON.stringify({ scripts: { ...scripts.scripts, build: 'tsc' } }) }, []],
    ['a new part', { 'new/package.json': '{"scripts":{"test":"true"}}', 'my.wt-orch/x': 'x' }, []],
  ])('names as rules of its own: a branch that changes %s', async (_, files, rules) => {
    await repo.commit(files, 'rules', path);
    expect(workIn(await harvested())?.rules).toEqual(rules);
  });
  test('names the first package.json, which says what the tests are', async () => {
    base = await repo.commit({ 'package.json': undefined });
    await repo.git(['reset', '-q', '--hard', 'main'], path);
    await repo.commit({ 'package.json': JSON.stringify(scripts) }, 'a package', path);
    expect(workIn(await harvested())?.rules).toEqual(['package.json']);
  });
});
