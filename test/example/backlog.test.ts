import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findOverlaps, trackedPaths } from '../../src/conflicts/index.ts';
import { configPath, parseSettings } from '../../src/settings/index.ts';
import { indexTasks, readinessOf } from '../../src/tasks/index.ts';
import { accountsPage, exampleFolder, LedgerRepository } from './ledger-repository.ts';

describe('the backlog and the config', () => {
  test('are read without a complaint', () => {
    using ledger = new LedgerRepository();
    expect(ledger.tasks().problems).toEqual([]);
    const config = readFileSync(join(exampleFolder, configPath), 'utf8');
    expect(parseSettings(config, configPath)).toMatchObject({ ok: true });
  });

  test('name an agent for each task that the config knows', () => {
    using ledger = new LedgerRepository();
    const config = parseSettings(readFileSync(join(exampleFolder, configPath), 'utf8'), configPath);
    const known = config.ok ? Object.keys(config.value.agents.profiles) : [];
    for (const { id, agent } of ledger.tasks().tasks) expect(known, id).toContain(agent);
  });

  test('have seven tasks to run, two that cannot run yet and one that is done', () => {
    using ledger = new LedgerRepository();
    const file = ledger.tasks();
    const ids = file.tasks.map(({ id }) => id);
    const readiness = readinessOf(indexTasks(file), new Set(ids));
    expect(Map.groupBy(ids, (id) => readiness(id)?.state)).toEqual(
      new Map([
        ['done', ['DB-3']],
        ['ready', ['DEV-15', 'OPS-7', 'UX-19', 'UX-21', 'DRY-11', 'SEC-8', 'DOC-5']],
        ['unscheduled', ['PAY-22']],
        ['blocked', ['PAY-23']],
      ]),
    );
  });

  test('let two tasks overlap, on the accounts page, and no others', () => {
    using ledger = new LedgerRepository();
    const overlaps = findOverlaps(ledger.tasks().tasks, trackedPaths(ledger.tracked()));
    expect(overlaps).toMatchObject([{ tasks: ['DEV-15', 'UX-19'], paths: [accountsPage], certain: true }]);
  });
});
