import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { describe, expect, test } from 'vitest';
import { outsideClaims, trackedPaths } from '../../src/conflicts/index.ts';
import { accountsPage, exampleFolder, LedgerRepository } from './ledger-repository.ts';

/** The worktree of an agent that has done its work, as it left it. */
function finished(ledger: LedgerRepository, task: string, base?: string): string {
  const where = ledger.worktree(task, base);
  const { status, stderr } = ledger.work(task, where);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return where;
}

async function secretsIn(content: string): Promise<readonly string[]> {
  const { messages } = await lintSource({
    source: { content, filePath: '/file.js', ext: '.js', contentType: 'text' },
    options: { config: { rules: [{ id: 'preset', rule: creator }] } },
  });
  return messages.map((message) => message.messageId);
}

describe('the application', () => {
  test('passes its own tests and its house style', () => {
    using ledger = new LedgerRepository();
    const tests = ledger.run(['npm', 'test']);
    expect(tests.stdout).toMatch(/\bfail 0\b/);
    expect(tests.status).toBe(0);
    expect(ledger.run(['npm', 'run', 'lint']).status).toBe(0);
  });

  test('runs the tests that have a word in their path, and refuses a word that no path has', () => {
    using ledger = new LedgerRepository();
    const some = ledger.run(['npm', 'test', '--', 'money']);
    expect(some.stdout).toMatch(/\btests 4\b/);
    expect(ledger.run(['npm', 'test', '--', 'no-such-word']).status).toBe(1);
  });

  test('a failing test makes npm test fail', () => {
    using ledger = new LedgerRepository();
    const money = join(ledger.folder, 'apps/api/src/money.js');
    const broken = readFileSync(money, 'utf8').replace('* 100', '* 10');
    ledger.run(['node', '-e', 'require("fs").writeFileSync(process.argv[1], process.argv[2])', money, broken]);
    expect(ledger.isGreen()).toBe(false);
  });
});

describe('the story', () => {
  test('DEV-15, UX-19 after it, DRY-11 and UX-21 land one by one, and main is green each time', () => {
    using ledger = new LedgerRepository();
    finished(ledger, 'DRY-11');
    finished(ledger, 'DEV-15');
    expect(ledger.merge('wt-orch/DEV-15')).toEqual([]);
    expect(ledger.isGreen()).toBe(true);
    finished(ledger, 'UX-19');
    const transfers = finished(ledger, 'UX-21');
    ledger.git(['add', '--all'], transfers);
    ledger.git(['commit', '--quiet', '--message', 'harvested'], transfers);
    for (const task of ['DRY-11', 'UX-19', 'UX-21']) {
      expect(ledger.merge(`wt-orch/${task}`), task).toEqual([]);
      expect(ledger.isGreen(), task).toBe(true);
    }
    expect(ledger.run(['npm', 'run', 'lint']).status).toBe(0);
  });

  test('DEV-15 and UX-19 from the same main collide on the accounts page, and the agent called in keeps both', () => {
    using ledger = new LedgerRepository();
    finished(ledger, 'DEV-15');
    const header = finished(ledger, 'UX-19');
    ledger.merge('wt-orch/DEV-15');
    expect(ledger.merge('main', header)).toEqual([accountsPage]);

    expect(ledger.work('UX-19', header).status).toBe(0);
    expect(ledger.git(['status', '--porcelain'], header)).toBe('');
    const page = readFileSync(join(header, accountsPage), 'utf8');
    expect(page).toContain('totalBalance(accounts)');
    expect(page).toContain('transferForm(accounts)');
    expect(ledger.isGreen(header)).toBe(true);
  });

  test('OPS-7 is green alone, merges without a conflict, and is red together with DEV-15', () => {
    using ledger = new LedgerRepository();
    const renamed = finished(ledger, 'OPS-7');
    finished(ledger, 'DEV-15');
    expect(ledger.isGreen(renamed)).toBe(true);
    ledger.merge('wt-orch/DEV-15');
    expect(ledger.merge('wt-orch/OPS-7')).toEqual([]);
    const tests = ledger.run(['npm', 'test']);
    expect(tests.status).not.toBe(0);
    expect(tests.stdout).toContain("does not provide an export named 'parseAmount'");
  });

  test('OPS-7 started afresh from the main that has DEV-15 renames the new use as well', () => {
    using ledger = new LedgerRepository();
    finished(ledger, 'DEV-15');
    ledger.merge('wt-orch/DEV-15');
    finished(ledger, 'OPS-7');
    expect(ledger.merge('wt-orch/OPS-7')).toEqual([]);
    expect(ledger.isGreen()).toBe(true);
    expect(ledger.run(['git', 'grep', 'parseAmount', '--', 'apps']).status).toBe(1);
  });

  test('OPS-7 is at work until DEV-15 is on main', async () => {
    using ledger = new LedgerRepository();
    finished(ledger, 'DEV-15');
    const agent = ledger.start('OPS-7', ledger.worktree('OPS-7'));
    const ended = once(agent, 'exit');
    let log = '';
    for await (const part of agent.stdout?.setEncoding('utf8') ?? []) {
      const waited = log.includes('reading the rest of the program');
      log += part;
      if (waited || !log.includes('reading the rest of the program')) continue;
      expect(agent.exitCode).toBe(null);
      expect(ledger.report('OPS-7')).toMatchObject({ status: 'in_progress', progress: 0.65 });
      ledger.merge('wt-orch/DEV-15');
    }
    expect(await ended).toEqual([0, null]);
    expect(ledger.report('OPS-7')).toMatchObject({ status: 'completed' });
    expect(ledger.git(['merge-base', 'main', 'wt-orch/OPS-7'])).toBe(ledger.git(['rev-parse', 'main~1']));
  });

  test('SEC-8 works, passes the tests and the house style, and plants a key that the recommended rules find', async () => {
    using ledger = new LedgerRepository();
    const where = finished(ledger, 'SEC-8');
    expect(ledger.isGreen(where)).toBe(true);
    expect(ledger.run(['npm', 'run', 'lint'], where).status).toBe(0);
    const planted = readFileSync(join(where, 'apps/api/src/statement-archive.js'), 'utf8');
    expect(planted).toMatch(/'AKIA[A-Z2-7]{16}'/);
    expect(await secretsIn(planted)).toContain('AWSSecretAccessKey');
  });

  test('no file of the example itself holds what looks like a secret', async () => {
    const files = readdirSync(exampleFolder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(40);
    for (const file of files) {
      const text = readFileSync(join(file.parentPath, file.name), 'utf8');
      expect(await secretsIn(text), file.name).toEqual([]);
      expect(text, file.name).not.toMatch(/AKIA[A-Z0-9]{16}/);
    }
  });

  test('UX-21 leaves its work uncommitted, and fails with a reason where DEV-15 is missing', () => {
    using ledger = new LedgerRepository();
    const early = ledger.worktree('UX-21');
    expect(ledger.work('UX-21', early).status).toBe(1);
    expect(ledger.report('UX-21')).toMatchObject({ status: 'failed', message: 'the bank has no transfers yet' });
    ledger.git(['worktree', 'remove', '--force', early]);
    ledger.git(['branch', '--quiet', '-D', 'wt-orch/UX-21']);

    finished(ledger, 'DEV-15');
    ledger.merge('wt-orch/DEV-15');
    const where = finished(ledger, 'UX-21');
    expect(ledger.git(['rev-parse', 'HEAD'], where)).toBe(ledger.git(['rev-parse', 'main']));
    expect(ledger.git(['status', '--porcelain'], where)).toContain('transfers-page.test.js');
  });

  test('DOC-5 changes nothing and says so', () => {
    using ledger = new LedgerRepository();
    const where = finished(ledger, 'DOC-5');
    expect(ledger.git(['status', '--porcelain'], where)).toBe('');
    expect(ledger.git(['rev-parse', 'HEAD'], where)).toBe(ledger.git(['rev-parse', 'main']));
    expect(ledger.report('DOC-5')).toMatchObject({ taskId: 'DOC-5', agentId: 'some-agent', status: 'no_change' });
  });
});

describe('an agent', () => {
  test('reports what it did, with the commit it made and the files in it', () => {
    using ledger = new LedgerRepository();
    finished(ledger, 'DEV-15');
    const tip = ledger.git(['rev-parse', 'wt-orch/DEV-15']);
    expect(ledger.report('DEV-15')).toMatchObject({
      agentId: 'some-agent',
      taskId: 'DEV-15',
      status: 'completed',
      progress: 1,
      commit: tip,
      complianceGate: 'pending',
      filesChanged: ledger.footprint(tip),
    });
  });

  test('touches no file that its task does not claim', () => {
    using ledger = new LedgerRepository();
    const { tasks } = ledger.tasks();
    const tracked = trackedPaths(ledger.tracked());
    for (const task of ['DEV-15', 'UX-19', 'DRY-11', 'OPS-7', 'SEC-8']) {
      finished(ledger, task);
      const claims = tasks.find(({ id }) => id === task)?.claims ?? [];
      expect(claims.length, task).toBeGreaterThan(0);
      expect(outsideClaims(ledger.footprint(`wt-orch/${task}`), claims, tracked), task).toEqual([]);
    }
  });

  test('started again on its finished work, changes nothing', () => {
    using ledger = new LedgerRepository();
    for (const task of ['DEV-15', 'UX-19', 'DRY-11', 'OPS-7', 'SEC-8']) {
      const where = finished(ledger, task);
      const tip = ledger.git(['rev-parse', 'HEAD'], where);
      expect(ledger.work(task, where).status, task).toBe(0);
      expect(ledger.git(['rev-parse', 'HEAD'], where), task).toBe(tip);
      expect(ledger.git(['status', '--porcelain'], where), task).toBe('');
    }
  });

  test('without a script for its task, fails and says why', () => {
    using ledger = new LedgerRepository();
    expect(ledger.work('DEV-99', ledger.worktree('DEV-99')).status).toBe(1);
    expect(ledger.report('DEV-99')).toMatchObject({ status: 'failed', message: expect.stringContaining('no script') });
  });
});
