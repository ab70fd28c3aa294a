import { expect, test } from 'vitest';
import { leftovers, redCommits } from './evidence.ts';
import { project } from './project.ts';

const ids = Array.from({ length: 10 }, (_, at) => `T-${at + 1}`);
const rounds = Number(process.env['WT_ORCH_STRESS_ROUNDS'] ?? 5);

test.for(Array.from({ length: rounds }, (_, at) => at + 1))(
  'ten agents at once all land and leave nothing, round %i',
  { timeout: 300_000 },
  async () => {
    await using p = await project({
      tasks: ids,
      config: { maxParallel: 10 },
      agents: { default: 'put "out/$WT_ORCH_TASK.txt" done; if [ $(( $$ % 2 )) = 0 ]; then commit work; fi' },
    });
    const run = await p.runJson('--all');
    expect(run.code, run.output).toBe(0);
    expect((await p.mainLine()).toSorted()).toEqual([...ids.map((id) => `${id}: Do ${id}`), 'first'].toSorted());
    expect(await leftovers(p)).toEqual([]);
    expect(await redCommits(p)).toEqual([]);
    expect(await p.git(['status', '--porcelain'])).toBe(' M TASKS.md');
    expect(await p.tasksFile()).not.toContain('[ ]');
  },
);
