import { expect, test } from 'vitest';
import { summarize, summaryText } from '../../src/report/index.ts';
import { commitFor, endings, ends, fold, outcomes, recorded, runs, spec, start, started } from './story.ts';

const ids = outcomes.map((_, number) => `T-${number}`);
const everyOutcome = fold(
  recorded(
    started(ids, { skipped: [{ task: 'OLD-1', reason: { kind: 'alreadyDone' } }] }),
    ...outcomes.map((outcome, number) => endings[outcome](ids[number] ?? '')),
    { type: 'runEnded', exitCode: 1 },
  ),
);

test('every task is counted once, in the group of its outcome', () => {
  const { totalTasks, successful, failed, blocked, waiting, cancelled, unfinished, gateBlocks, testFailures } =
    summarize(everyOutcome, start);
  expect({ totalTasks, successful, failed, blocked, waiting, cancelled, unfinished }).toEqual({
    totalTasks: 16,
    successful: 3,
    failed: 8,
    blocked: 2,
    waiting: 2,
    cancelled: 1,
    unfinished: 0,
  });
  expect({ gateBlocks, testFailures }).toEqual({ gateBlocks: 1, testFailures: 1 });
});

test('each task is listed in run order with its outcome, and those refused at the selection behind them', () => {
  const { tasks } = summarize(everyOutcome, start);
  expect(tasks.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    ...outcomes.map((outcome, number) => `T-${number} ${outcome}`),
    'OLD-1 skipped',
  ]);
  expect(tasks.filter(({ reason }) => reason === null).map(({ outcome }) => outcome)).toEqual(['landed']);
  expect(tasks[0]).toEqual({ id: 'T-0', outcome: 'landed', reason: null, commit: expect.stringMatching(/^1a2b3c4d0/) });
  expect(tasks.at(-1)).toEqual({ id: 'OLD-1', outcome: 'skipped', reason: 'OLD-1 is done already.', commit: null });
});

test('the object has the keys that others build on, and the numbers beside the texts', () => {
  const state = fold(
    recorded(
      started(['A-1', 'B-2'], { overlaps: [{ tasks: ['A-1', 'B-2'], paths: ['x.ts'] }] }),
      runs('A-1'),
      { type: 'statusReported', task: 'A-1', claim: { status: 'completed', costUsd: 1.2 } },
      { type: 'statusReported', task: 'B-2', claim: { status: 'in_progress', costUsd: 0.054 } },
      2290,
      ends('A-1', 'landed', undefined, commitFor('A-1')),
    ),
  );
  expect(summarize(state, start + 754_000)).toEqual({
    type: 'summary',
    run: 'r1',
    totalTasks: 2,
    successful: 1,
    failed: 0,
    blocked: 0,
    waiting: 0,
    cancelled: 0,
    unfinished: 1,
    parallelTime: '12m 34s',
    estimatedSequentialTime: '38m 16s',
    speedup: '3.05x',
    cost: '$1.25',
    parallelSeconds: 754,
    estimatedSequentialSeconds: 2296,
    speedupFactor: 2296 / 754,
    costUsd: 1.254,
    gateBlocks: 0,
    testFailures: 0,
    exitCode: 1,
    tasks: [
      { id: 'A-1', outcome: 'landed', reason: null, commit: commitFor('A-1') },
      { id: 'B-2', outcome: null, reason: null, commit: null },
    ],
    overlaps: [{ tasks: ['A-1', 'B-2'], paths: ['x.ts'] }],
  });
});

test('the time of a run ends with the run, whenever somebody asks', () => {
  const ended = fold(recorded(started([]), 9, { type: 'runEnded', exitCode: 0 }));
  expect(summarize(ended, start + 1e9).parallelSeconds).toBe(10);
  expect(summarize(ended, start + 1e9).exitCode).toBe(0);
});

test('a run that took no time was neither faster nor slower', () => {
  expect(summarize(fold(recorded(started(['A-1']))), start)).toMatchObject({ speedup: '1.00x', parallelTime: '0.0s' });
});

test('a task that was refused and joined later is counted as what it became', () => {
  const state = fold(
    recorded(started([], { skipped: [{ task: 'A-1', reason: { kind: 'blocked' } }] }), {
      type: 'tasksJoined',
      steps: [spec('A-1')],
      skipped: [],
      overlaps: [],
    }),
  );
  expect(summarize(state, start)).toMatchObject({ totalTasks: 1, blocked: 0, unfinished: 1 });
});

test('the final account has a line for each task, what to do below it, and the numbers', () => {
  expect(summaryText(summarize(everyOutcome, start), everyOutcome)).toMatchInlineSnapshot(`
    "T-0    landed          as 1a2b3c4d on main
    T-1    ready           It is ready; this run lands nothing.
        \`wt-orch land T-1\` lands it
        Its worktree is kept: /repo/.worktrees/bank-T-1
    T-2    no change       Its agent says that nothing has to change, and changed nothing.
    T-3    agent failed    Its agent ended with exit code 1 (output: /logs/T-3/agent.log).
        \`wt-orch retry T-3\` starts again; with --continue its agent goes on in /repo/.worktrees/bank-T-3
    T-4    timed out       Its agent was stopped at the time limit; what it had done is saved as 4ccccccc on its branch.
        \`wt-orch retry T-4\` starts again (a \`timeout:\` on the task gives it longer); with --continue its agent goes on in /repo/.worktrees/bank-T-4
    T-5    gate blocked    Its branch did not pass the gate security.
        src/a.ts:3: A GitHub token. (secret/github)
        \`wt-orch retry T-5\` starts again; with --continue its agent goes on in /repo/.worktrees/bank-T-5
    T-6    tests failed    The tests fail with it: npm test (output: /logs/T-6/test.log).
        \`wt-orch retry T-6\` starts again; with --continue its agent goes on in /repo/.worktrees/bank-T-6
    T-7    conflict        Its branch does not merge with what is on the target branch now: src/a.ts.
        Resolve it in /repo/.worktrees/bank-T-7 (\`git status\` says whether a merge waits there; else merge the target), commit, then: \`wt-orch land T-7\`. Or \`wt-orch retry T-7\` starts from what is there now
    T-8    held            It is finished, but landing it would touch files of yours that are not committed: .env.local.
        Commit them or move them away. Then: \`wt-orch land T-8\`
        Its worktree is kept: /repo/.worktrees/bank-T-8
    T-9    rate limited    The provider of its agent takes no more requests for now.
        \`wt-orch retry T-9\` starts again later; with --continue its agent goes on in /repo/.worktrees/bank-T-9
    T-10   auth failed     Its agent is not logged in, or its key is not accepted.
        \`wt-orch doctor\` checks the agents. When that is mended: \`wt-orch retry T-10\`
        Its worktree is kept: /repo/.worktrees/bank-T-10
    T-11   over budget     The budget is used up.
        Raise \`budget\` in .wt-orch/config.yaml. \`wt-orch retry T-11\` starts again; with --continue its agent goes on in /repo/.worktrees/bank-T-11
    T-12   needs a person  Its agent waits for an answer.
        \`wt-orch status\` shows the question, \`wt-orch answer QUESTION TEXT\` answers it. Its worktree: /repo/.worktrees/bank-T-12
    T-13   cancelled       The run was cancelled before it started.
        \`wt-orch run T-13\` asks again
    T-14   skipped         It did not start: it needs DB-3, which did not land.
        Land DB-3 first, then: \`wt-orch run T-14\`
    OLD-1  skipped         OLD-1 is done already.
        To do it again: \`wt-orch tasks set OLD-1 ready\`

    16 tasks: 3 successful, 8 failed, 2 blocked, 2 waiting for a person, 1 cancelled (1 blocked by gates, 1 with failing tests)
    Time 2m 28s; one after the other about 1m 26s (0.58x)
    "
  `);
});

test('what a failing gate found stands in the account, and a mark that was refused', () => {
  const finding = { rule: 'r', message: 'm', severity: 'error', path: 'a.ts' } as const;
  const state = fold(
    recorded(
      started(['A-1']),
      runs('A-1'),
      {
        type: 'gateJudged',
        task: 'A-1',
        gate: 'security',
        verdict: 'fail',
        findings: [finding, finding, finding, finding, { ...finding, severity: 'warning' }],
        ms: 1,
      },
      { type: 'gateJudged', task: 'A-1', gate: 'lint', verdict: 'unknown', findings: [], ms: 1, why: 'it crashed' },
      ends('A-1', 'gate_blocked', { kind: 'gateFailed', detail: 'security' }),
      { type: 'taskMarkRefused', task: 'A-1', why: 'the id is there twice' },
    ),
  );
  const lines = summaryText(summarize(state, start), state).split('\n');
  expect(lines.slice(1, 5)).toEqual(['    a.ts: m (r)', '    a.ts: m (r)', '    a.ts: m (r)', '    and 2 more']);
  expect(lines[6]).toBe('    The task file was not marked: the id is there twice');
});
