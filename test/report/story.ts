import {
  foldRun,
  type Outcome,
  type Reason,
  type Recorded,
  type RunEvent,
  type RunState,
  type StepSpec,
  type Work,
} from '../../src/orchestrator/index.ts';

export const start = Date.parse('2026-03-01T10:00:00.000Z');

/** Events of one run, one second apart; a number in the list is a pause of so many more seconds. */
export function recorded(...told: readonly (RunEvent | number | readonly RunEvent[])[]): readonly Recorded[] {
  let at = start;
  let seq = 0;
  const events: Recorded[] = [];
  for (const piece of told) {
    if (typeof piece === 'number') at += piece * 1000;
    else {
      for (const event of [piece].flat()) {
        seq += 1;
        events.push({ ...event, run: 'r1', seq, epoch: 1, time: new Date(at).toISOString() } as Recorded);
        at += 1000;
      }
    }
  }
  return events;
}

export function fold(events: readonly Recorded[]): RunState {
  const state = foldRun(events);
  if (state === undefined) throw new Error('a story begins with runStarted');
  return state;
}

export const spec = (task: string, over: Partial<StepSpec> = {}): StepSpec => ({
  task,
  title: `Title of ${task}`,
  status: 'ready',
  agent: 'bank',
  worktree: `/repo/.worktrees/bank-${task}`,
  branch: `wt-orch/${task}`,
  attempt: 1,
  after: [],
  timeoutMs: 1_800_000,
  approve: false,
  claims: [],
  tags: [],
  resources: [],
  gates: [],
  text: '',
  entry: { kind: 'fresh' },
  ...over,
});

type Started = Extract<RunEvent, { type: 'runStarted' }>;

export const started = (steps: readonly (StepSpec | string)[], over: Partial<Started> = {}): Started => ({
  type: 'runStarted',
  target: 'main',
  base: 'b'.repeat(40),
  maxParallel: 3,
  land: true,
  tested: 'yes',
  onConflict: 'ask',
  steps: steps.map((step) => (typeof step === 'string' ? spec(step) : step)),
  skipped: [],
  overlaps: [],
  attended: true,
  pid: 7,
  ...over,
});

export const commitFor = (task: string): string =>
  `${task.toLowerCase().replaceAll(/[^0-9a-f]/g, '')}${'c'.repeat(40)}`.slice(0, 40);

export const work = (task: string, over: Partial<Work> = {}): Work => ({
  base: 'b'.repeat(40),
  tip: commitFor(task),
  paths: ['src/a.ts', 'src/b.ts'],
  harvested: false,
  rules: [],
  ...over,
});

export const prepares = (task: string): readonly RunEvent[] => [
  { type: 'worktreeIntended', task, base: 'b'.repeat(40) },
];

export const runs = (task: string): readonly RunEvent[] => [
  ...prepares(task),
  { type: 'worktreeReady', task, base: 'b'.repeat(40) },
  { type: 'agentIntended', task, tag: `tag-${task}`, log: `/logs/${task}/agent.log`, command: 'agent' },
  { type: 'agentStarted', task, pid: 100, startTime: '1', bootId: 'boot' },
];

export const exits = (task: string, code = 0): RunEvent => ({
  type: 'agentExited',
  task,
  ended: 'itself',
  code,
  survivors: [],
});

export const passes = (task: string, over: Partial<Work> = {}): readonly RunEvent[] => [
  exits(task),
  { type: 'workFound', task, work: work(task, over) },
  { type: 'gateJudged', task, gate: 'security', verdict: 'pass', findings: [], ms: 400 },
  { type: 'gatesEnded', task, verdict: 'pass' },
];

export const queues = (task: string): readonly RunEvent[] => [
  ...passes(task),
  { type: 'candidateQueued', task, tip: commitFor(task) },
];

const position = (task: string) => ({
  task,
  tip: commitFor(task),
  commit: `1a2b3c4d${commitFor(task)}`.slice(0, 40),
  tree: `tree-${task}`,
});

export const builds = (...tasks: readonly string[]): RunEvent => ({
  type: 'chainBuilt',
  base: 'b'.repeat(40),
  positions: tasks.map(position),
  conflicts: [],
});

export const tests = (task: string): RunEvent => ({
  type: 'testStarted',
  position: position(task),
  log: `/logs/${task}/test.log`,
});

export const tested = (task: string, verdict: 'green' | 'red' | 'unknown', why?: Reason): RunEvent => ({
  type: 'testEnded',
  position: position(task),
  verdict,
  ms: 2000,
  log: `/logs/${task}/test.log`,
  ...(why === undefined ? {} : { why }),
});

export const ends = (task: string, outcome: Outcome, reason?: Reason, commit?: string): readonly RunEvent[] => [
  {
    type: 'stepEnded',
    task,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(commit === undefined ? {} : { commit }),
  },
  ...worktreeAfter(task, outcome),
  { type: 'stepTidied', task },
];

function worktreeAfter(task: string, outcome: Outcome): readonly RunEvent[] {
  if (outcome === 'landed' || outcome === 'no_change') return [{ type: 'worktreeRemoved', task }];
  return outcome === 'skipped' || outcome === 'cancelled' ? [] : [{ type: 'worktreeKept', task, why: outcome }];
}

export const lands = (task: string): readonly RunEvent[] => [
  builds(task),
  tests(task),
  tested(task, 'green'),
  { type: 'landingIntended', tasks: [task], from: 'b'.repeat(40), to: position(task).commit },
  { type: 'landed', task, from: 'b'.repeat(40), commit: position(task).commit, tested: true },
  ...ends(task, 'landed', undefined, position(task).commit),
];

/** Red on its own, red again in its second chance, on a main that is green: and so it is dropped. */
const failsTwice = (task: string): readonly RunEvent[] => {
  const log = `/logs/${task}/test.log`;
  const why: Reason = { kind: 'testsRed', detail: 'npm test', log };
  const red = [builds(task), tests(task), tested(task, 'red', why)];
  return [
    ...red,
    { type: 'accused', task, position: position(task), verdict: { verdict: 'red', log, why } },
    ...red,
    { type: 'mainTested', commit: 'b'.repeat(40), verdict: { verdict: 'green', log: '/logs/main.log' }, ms: 2000 },
    ...ends(task, 'tests_failed', why),
  ];
};

/** How a task comes to each outcome, from the start of its agent on. */
export const endings: Readonly<Record<Outcome, (task: string) => readonly RunEvent[]>> = {
  landed: (task) => [...runs(task), ...queues(task), ...lands(task)],
  ready: (task) => [...runs(task), ...passes(task), ...ends(task, 'ready', { kind: 'notLanding' }, commitFor(task))],
  no_change: (task) => [
    ...runs(task),
    exits(task),
    { type: 'nothingFound', task },
    ...ends(task, 'no_change', { kind: 'noChange' }),
  ],
  agent_failed: (task) => [
    ...runs(task),
    exits(task, 1),
    ...ends(task, 'agent_failed', { kind: 'exitCode', detail: '1', log: `/logs/${task}/agent.log` }),
  ],
  timed_out: (task) => [
    ...runs(task),
    { type: 'agentStopIntended', task, why: 'timeLimit' },
    { type: 'agentExited', task, ended: 'timeLimit', signal: 'SIGTERM', survivors: [] },
    { type: 'workFound', task, work: work(task, { harvested: true }) },
    ...ends(task, 'timed_out', { kind: 'timeLimit', detail: commitFor(task) }),
  ],
  gate_blocked: (task) => [
    ...runs(task),
    exits(task),
    { type: 'workFound', task, work: work(task) },
    {
      type: 'gateJudged',
      task,
      gate: 'security',
      verdict: 'fail',
      findings: [{ rule: 'secret/github', message: 'A GitHub token.', severity: 'error', path: 'src/a.ts', line: 3 }],
      ms: 400,
    },
    { type: 'gatesEnded', task, verdict: 'blocked' },
    ...ends(task, 'gate_blocked', { kind: 'gateFailed', detail: 'security' }),
  ],
  tests_failed: (task) => [...runs(task), ...queues(task), ...failsTwice(task)],
  conflict: (task) => [
    ...runs(task),
    ...queues(task),
    ...ends(task, 'conflict', { kind: 'textConflict', paths: ['src/a.ts'] }),
  ],
  held: (task) => [
    ...runs(task),
    ...queues(task),
    { type: 'held', task, reason: { kind: 'wouldOverwrite', paths: ['.env.local'] } },
    ...ends(task, 'held', { kind: 'wouldOverwrite', paths: ['.env.local'] }),
  ],
  rate_limited: (task) => [...runs(task), exits(task, 1), ...ends(task, 'rate_limited')],
  auth_failed: (task) => [...runs(task), exits(task, 1), ...ends(task, 'auth_failed')],
  over_budget: (task) => [...runs(task), exits(task, 1), ...ends(task, 'over_budget')],
  waiting_person: (task) => [...runs(task), exits(task), ...ends(task, 'waiting_person', { kind: 'needsInput' })],
  cancelled: (task) => ends(task, 'cancelled', { kind: 'runCancelled' }),
  skipped: (task) => ends(task, 'skipped', { kind: 'dependencyFailed', tasks: ['DB-3'] }),
};

export const outcomes = Object.keys(endings) as readonly Outcome[];
