import type { Recorded, RunEvent, StepSpec } from '../../src/orchestrator/index.ts';

/** A step of a run as a test needs it: a task `id` that nobody waits for and that waits for nothing. */
export function stepSpec(task: string, more: Partial<StepSpec> = {}): StepSpec {
  return {
    task,
    title: `The title of ${task}`,
    status: 'ready',
    agent: 'agent',
    worktree: `/w/agent-${task}`,
    branch: `wt-orch/${task}`,
    attempt: 1,
    after: [],
    timeoutMs: 1000,
    approve: false,
    claims: [],
    tags: [],
    resources: [],
    gates: [],
    text: `### [ ] ${task}`,
    entry: { kind: 'fresh' },
    ...more,
  };
}

type RunStarted = RunEvent & { readonly type: 'runStarted' };

/** The event that opens a run of these steps: tested, unattended, three at a time. */
export function runStarted(steps: readonly StepSpec[], more: Partial<RunStarted> = {}): RunStarted {
  return {
    type: 'runStarted',
    target: 'main',
    base: 'main-0',
    maxParallel: 3,
    land: true,
    tested: 'yes',
    onConflict: 'ask',
    steps,
    skipped: [],
    overlaps: [],
    attended: false,
    pid: 1,
    ...more,
  };
}

/** Stamps events as a journal does: gap-free, a second apart. */
export function stamper(): (events: readonly RunEvent[]) => readonly Recorded[] {
  let seq = 0;
  return (events) =>
    events.map((event) => {
      seq += 1;
      return { ...event, run: 'r', seq, epoch: 1, time: new Date(seq * 1000).toISOString() };
    });
}
