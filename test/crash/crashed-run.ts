import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Project, type ProjectPlan, project } from '../scenarios/project.ts';
import type { Ran, Started } from '../support/program.ts';
import { type Killer, killer, type Point, testScript } from './killing-git.ts';

/** Where the target is while the runs go on: in the checkout of the user, who is on it, or nowhere. */
export type Layout = 'checkedOut' | 'nowhere';

export interface CrashProject {
  readonly p: Project;
  readonly killer: Killer;
  /** Runs a command to its end, or to the point where it is killed. */
  readonly run: (args: readonly string[], point?: Point) => Promise<Ran & { readonly killed: boolean }>;
  readonly journal: () => readonly JournalLine[];
}

export interface JournalLine {
  readonly type: string;
  readonly run?: string;
  readonly task?: string;
  readonly [key: string]: unknown;
}

const keepsTip = 'git rev-parse HEAD >> "$STAGE/tips"';

/** Two tasks that land, one by commits of its agent and one by a harvest, and one that turns the tests red. */
export async function crashProject(layout: Layout, plan: Partial<ProjectPlan> = {}): Promise<CrashProject> {
  const p = await project({
    tasks: ['T-1', 'T-2', 'T-3'],
    agents: {
      'T-1': `put one/a first; commit "first"; ${keepsTip}; put one/b second; commit "second"; ${keepsTip}; put one/c third`,
      'T-2': 'put two/a done',
      'T-3': `put red/a done; commit "red"; ${keepsTip}`,
    },
    config: {
      maxParallel: 1,
      target: 'main',
      landing: { test: [['sh', 'test.sh']], strategy: layout === 'nowhere' ? 'squash' : 'merge' },
    },
    test: testScript('test ! -e red'),
    ...plan,
  });
  if (layout === 'nowhere') await p.git(['checkout', '--quiet', '-b', 'mine']);
  writeFileSync(join(p.stage, 'tips'), '');
  const means = killer(join(p.folder, 'crash'));
  const PATH = `${means.bin}:${p.env['PATH'] ?? ''}`;
  const path = join(p.root, '.git/wt-orch/journal.jsonl');
  return {
    p,
    killer: means,
    journal: () => linesOf(path),
    run: async (args, point) => {
      means.arm(point);
      const before = countLines(path);
      const started = p.start(args, { env: { PATH } });
      if (point?.kind !== 'journal') {
        const ran = await started.ended;
        return { ...ran, killed: means.fired() };
      }
      return await killedAt(started, () => countLines(path) - before >= point.at);
    },
  };
}

/** Looks at the journal from outside as often as it can, so that the kill comes soon after the record. */
async function killedAt(started: Started, isThere: () => boolean): Promise<Ran & { readonly killed: boolean }> {
  let isOver = false;
  void started.ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    if (isThere()) {
      started.kill('SIGKILL');
      return { ...(await started.ended), killed: true };
    }
    await delay(1);
  }
  return { ...(await started.ended), killed: false };
}

function countLines(path: string): number {
  if (!existsSync(path)) return 0;
  let lines = 0;
  for (const byte of readFileSync(path)) if (byte === 0x0a) lines += 1;
  return lines;
}

function linesOf(path: string): readonly JournalLine[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line.slice(9)) as JournalLine);
}
