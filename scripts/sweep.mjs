// @ts-check
/**
 * The whole crash sweep: `npm run sweep`. Kills the orchestrator at every git command, journal record and test of a landing, each in a
 * repository of its own, one after the other. `npm run sweep -- --seed 7` chooses other second kills; `-t TEXT` keeps what has the text
 * in its title, as in `-t 'torn git command 12 '`. The exit code is 1 when anything was wrong.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = path.join(root, 'node_modules', '.bin');
const { values } = parseArgs({ options: { seed: { type: 'string' }, only: { type: 'string', short: 't' } } });
const only = values.only === undefined ? [] : ['-t', values.only];
const { status } = spawnSync('vitest', ['run', 'test/crash/landing-sweep.test.ts', '--reporter=verbose', ...only], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${bin}${path.delimiter}${process.env['PATH']}`,
    SWEEP: 'all',
    ...(values.seed === undefined ? {} : { SWEEP_SEED: values.seed }),
  },
});
process.exitCode = status ?? 1;
