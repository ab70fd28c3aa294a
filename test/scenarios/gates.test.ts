import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { project } from './project.ts';

/** Made at run time, so that no scanner of this repository finds it. */
const secret = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');

/** The files under a folder that hold the text, git's own objects apart. */
const holding = (folder: string, text: string): string => {
  try {
    return execFileSync('grep', ['-rlF', '--exclude-dir=objects', '--exclude-dir=.worktrees', text, folder], {
      encoding: 'utf8',
    });
  } catch {
    return '';
  }
};

test('a planted secret blocks the branch, and its value stands nowhere in what we write', async () => {
  await using p = await project({ tasks: ['S-1'], agents: {} });
  await p.agent('S-1', `put deploy.env "GITHUB_TOKEN=${secret}"; commit "deploy settings"`);
  const run = await p.wtOrch(['run', 'S-1']);
  expect(run.code, run.output).toBe(1);
  expect(run.output).toContain('deploy.env');
  expect(await p.tasksFile()).toContain('- [!] S-1');
  expect(await p.mainLine()).toEqual(['first']);
  expect((await p.status()).tasks).toMatchObject([{ state: 'gate_blocked' }]);
  const shown = [run, await p.wtOrch(['why', 'S-1']), await p.wtOrch(['report']), await p.wtOrch(['report', '--json'])];
  expect(shown.map(({ output }) => output).join()).not.toContain(secret);
  expect(holding(join(p.root, '.git'), secret)).toBe('');
});

test('a gate of the user that fails blocks; one that runs out of time or does not exist is no pass', async () => {
  await using p = await project({
    tasks: '- [ ] G-1 a\n  - tags: fails\n- [ ] G-2 b\n  - tags: hangs\n- [ ] G-3 c\n  - tags: missing\n- [ ] G-4 d\n',
    config: {
      gates: {
        fails: { command: ['sh', '-c', 'echo "no good" >&2; exit 1'], when: { tags: ['fails'] } },
        hangs: { command: ['sh', '-c', 'while :; do sleep 1; done'], timeout: '1s', when: { tags: ['hangs'] } },
        missing: { command: ['no-such-gate'], when: { tags: ['missing'] } },
      },
    },
  });
  const run = await p.runJson('--all');
  expect(run.code, run.output).toBe(1);
  expect(run.summary.tasks.map(({ outcome }) => outcome)).toEqual([
    'gate_blocked',
    'gate_blocked',
    'gate_blocked',
    'landed',
  ]);
  const verdicts = run.lines.filter((line) => line.type === 'gateJudged' && line.task !== 'G-4');
  expect(
    Object.fromEntries(verdicts.filter(({ verdict }) => verdict !== 'n/a').map(({ gate, verdict }) => [gate, verdict])),
  ).toEqual({
    fails: 'fail',
    hangs: 'unknown',
    missing: 'unknown',
  });
});

test('a gate sees the branch as it would land, nothing that only lies in the worktree', async () => {
  await using p = await project({
    tasks: ['G-1'],
    profile: { harvest: false },
    config: {
      gates: {
        look: {
          command: ['sh', '-c', 'ls -A > "$HOME/../stage/seen"; git status >> "$HOME/../stage/seen" 2>&1; exit 0'],
        },
      },
    },
    agents: { 'G-1': 'put in.txt in; commit work; put out.txt out; put secret.ignored x' },
  });
  const run = await p.runJson('G-1');
  expect(run.code, run.output).toBe(0);
  const seen = (await p.heard('seen')).split('\n');
  expect(seen).toContain('in.txt');
  expect(seen).not.toContain('out.txt');
  expect(seen).not.toContain('secret.ignored');
  expect(await p.read('out.txt')).toBeUndefined();
  expect(await p.read('out.txt', p.worktree('G-1')), run.output).toBe('out\n');
});

test('a branch that touches a protected path is blocked, for the tasks that the gate is for', async () => {
  await using p = await project({
    tasks: '- [ ] C-1 money\n  - tags: financial\n- [ ] C-2 other\n',
    files: { 'ledger/rates.txt': '1\n' },
    config: { gates: { compliance: { builtin: 'compliance', protect: ['ledger/**'], when: { tags: ['financial'] } } } },
    agents: { 'C-1': 'put ledger/rates.txt 2', 'C-2': 'put ledger/new.txt 3' },
  });
  const run = await p.runJson('--all');
  expect([run.outcome('C-1'), run.outcome('C-2')], run.output).toEqual(['gate_blocked', 'landed']);
  expect((await p.wtOrch(['why', 'C-1'])).stdout).toContain('ledger/rates.txt');
});
