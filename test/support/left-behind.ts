import { readdirSync, readFileSync } from 'node:fs';
import { isDead } from './processes.ts';
import { waitFor } from './wait-for.ts';

/**
 * Throws when a living process has the folder in its environment: every program that is started in a temporary repository
 * has its home there. Those are killed. A helper that ends because its parent has ended may take a moment.
 */
export async function leftBehind(folder: string): Promise<void> {
  let left: readonly string[] = [];
  await waitFor(() => {
    left = living(folder);
    return left.length === 0 ? true : undefined;
  }, `the end of every process of ${folder}`).catch((problem: unknown) => {
    for (const pid of left.map((one) => Number.parseInt(one, 10))) if (!isDead(pid)) process.kill(pid, 'SIGKILL');
    throw new Error(`${String(problem)}\n${left.join('\n')}`);
  });
}

function living(folder: string): readonly string[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || isDead(Number(name)) || Number(name) === process.pid) return [];
    try {
      const entries = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
      if (!entries.some((entry) => entry.includes(folder))) return [];
      return [`${name}: ${readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')}`];
    } catch {
      return [];
    }
  });
}
