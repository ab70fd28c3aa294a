import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { fakeSecrets } from '../gates/fake-secrets.ts';
import { leftBehind } from '../support/left-behind.ts';
import { jsonLines, wtOrch } from '../support/program.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';
import { blocksOf, page, root } from './pages.ts';

const agentPage = blocksOf(page('agents.md'));
const exampleAgent = agentPage.find(({ language }) => language === 'sh')?.text ?? '';
const exampleConfig = agentPage.find(({ language }) => language === 'yaml')?.text ?? '';

/** A repository with those files in which `wt-orch` on PATH is the built program, as it is after an installation. */
async function bank(files: Readonly<Record<string, string>>): Promise<TempRepo> {
  const repo = await tempRepo(files);
  const bin = join(repo.folder, 'bin');
  await mkdir(bin);
  const program = `exec '${process.execPath}' '${join(root, 'bin', 'wt-orch.cjs')}' "$@"`;
  await writeFile(join(bin, 'wt-orch'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  return { ...repo, env: { ...repo.env, PATH: `${bin}:${repo.env['PATH']}` } };
}

async function finish(repo: TempRepo): Promise<void> {
  try {
    await leftBehind(repo.folder);
  } finally {
    await repo.dispose();
  }
}

test('the agent of docs/agents.md, with the settings beside it, gets its task, reports and lands', async () => {
  const repo = await bank({
    'tools/agent.sh': exampleAgent,
    '.wt-orch/config.yaml': exampleConfig,
    'TASKS.md': '# Tasks\n\n## [ ] NOTE-1: Write it down\n\nWith care.\n',
  });
  onTestFinished(() => finish(repo));
  const ran = await wtOrch(repo, ['run', 'NOTE-1', '--json']);
  expect(ran).toMatchObject({ code: 0 });
  const claims = jsonLines(ran.stdout).flatMap(({ type, claim }) => (type === 'statusReported' ? [claim] : []));
  expect(claims.at(-1)).toMatchObject({ status: 'completed', progress: 1, message: 'reading the task' });
  expect(await repo.git(['show', 'main:notes/NOTE-1.md'])).toContain('With care.');
  expect(await repo.git(['log', '--format=%s', '-2', 'main'])).toBe('NOTE-1: Write it down\nNOTE-1: what was asked');
  expect(await repo.read('TASKS.md')).toContain('[x] NOTE-1');
});

/** A run in which everything happens that the examples of docs/commands.md show. */
async function story(): Promise<ReadonlyMap<string, unknown>> {
  const asker = `  asker: { driver: command, command: 'wt-orch report-status --question "Euro or dollar?"' }\n`;
  const repo = await bank({
    'tools/agent.sh': exampleAgent,
    '.wt-orch/config.yaml': exampleConfig.replace(/^landing:/m, `${asker}landing:`),
    'TASKS.md': `# Tasks

- [ ] DEV-15 One — files: notes/; priority: high
- [ ] UX-20 Two — files: notes/
- [ ] SEC-1 A token, ${fakeSecrets.github}
- [ ] ASK-1 A question — agent: asker
- [ ] DEV-16 Blocked — depends: DEV-9
`,
  });
  try {
    const json = async (...args: string[]): Promise<unknown> =>
      JSON.parse((await wtOrch(repo, [...args, '--json'])).stdout);
    const shown = new Map<string, unknown>();
    shown.set('tasks', await json('tasks'));
    shown.set('check', await json('tasks', 'check'));
    shown.set('plan', await json('plan'));
    const ran = await wtOrch(repo, ['run', 'DEV-15', 'UX-20', 'SEC-1', 'ASK-1', '--json']);
    for (const line of jsonLines(ran.stdout)) shown.set(line.type, line);
    shown.set('status', await json('status'));
    shown.set('why', await json('why', 'DEV-15'));
    shown.set('report', await json('report'));
    shown.set('gate', await json('gate', 'SEC-1'));
    shown.set('worktree', await json('worktree', 'list'));
    shown.set('doctor', await json('doctor'));
    return shown;
  } finally {
    await finish(repo);
  }
}

/** The JSON examples of docs/commands.md, in order, with the output that each of them shows. */
const outputs = [
  'doctor',
  'tasks',
  'check',
  'plan',
  'landed',
  'summary',
  'status',
  'why',
  'report',
  'gate',
  'worktree',
] as const;
const examples = blocksOf(page('commands.md')).filter(({ language }) => language === 'json');

let shown: ReadonlyMap<string, unknown>;
beforeAll(async () => {
  shown = await story();
});

test('docs/commands.md has an example for each of its JSON outputs', () => {
  expect(examples.map(({ section }) => section)).toEqual([
    'doctor',
    'tasks',
    'tasks',
    'plan',
    'run',
    'run',
    'status',
    'why',
    'report',
    'gate',
    'worktree',
  ]);
});

test.each(outputs.map((output, at) => ({ output, at })))(
  'the example of $output has the keys that are printed',
  (one) => {
    const example: unknown = JSON.parse(examples[one.at]?.text ?? '');
    const real = keysOf(shown.get(one.output));
    const written = keysOf(example);
    expect(written.filter((key) => !real.includes(key))).toEqual([]);
    // The report has all keys of the summary besides its own, and its example says so instead of repeating them.
    const repeated = one.output === 'report' ? keysOf(shown.get('summary')) : [];
    const isShown = (key: string): boolean => written.includes(key) || repeated.includes(key);
    expect(real.filter((key) => !/\..*\./.test(key) && !isShown(key))).toEqual([]);
  },
);

/** Every key in a value with the keys above it: `tasks.id`. Elements of lists have no key of their own. */
function keysOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return [...new Set(value.flatMap(keysOf))];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner).map((below) => `${key}.${below}`)]);
}
