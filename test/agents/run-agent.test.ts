import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AgentEvent, type Attempt, type ReportWatch, runAgent, watchReports } from '../../src/agents/index.ts';
import { carriers, fixture, isDead, plainEnv } from '../support/processes.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitFor } from '../support/wait-for.ts';

const tag = `run-agent-test-${process.pid}`;
let folder: string;
let watch: ReportWatch;
let problems: string[];
beforeEach(() => {
  folder = scratchFolder();
  problems = [];
  watch = watchReports((message) => problems.push(message));
});
afterEach(async () => {
  await watch.close();
  expect(carriers(tag)).toEqual([]);
  expect(problems).toEqual([]);
});

const status = () => join(folder, 'agent-status.json');
const attempt = (command: Attempt['command'], more: Partial<Attempt> = {}): Attempt => ({
  task: 'A',
  command,
  worktree: folder,
  env: plainEnv,
  log: join(folder, 'log'),
  tag,
  statusFile: status(),
  timeoutMs: 60_000,
  stopGraceMs: 50,
  ...more,
});

interface Life {
  readonly events: readonly AgentEvent[];
  readonly over: Promise<void>;
  readonly stop: () => void;
}

/** Starts an agent; `onTell` may fail as a broken journal does. */
function live(one: Attempt, onTell: (event: AgentEvent) => void = () => undefined, following = watch): Life {
  const events: AgentEvent[] = [];
  const abort = new AbortController();
  const tell = async (event: AgentEvent): Promise<void> => {
    onTell(event);
    events.push(event);
  };
  return { events, over: runAgent(one, following, tell, abort.signal), stop: () => abort.abort() };
}

async function lived(one: Attempt): Promise<readonly AgentEvent[]> {
  const life = live(one);
  await life.over;
  return life.events;
}

/** Writes a file the way a program does that replaces it as a whole. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

const exits = (events: readonly AgentEvent[]) => events.filter(({ type }) => type === 'agentExited');
const heard = (events: readonly AgentEvent[]) =>
  events.flatMap((event): readonly unknown[] =>
    event.type === 'statusReported' ? [event.claim] : event.type === 'reportRejected' ? [event.problem] : [],
  );
const hears = async (life: Life, count: number) =>
  await waitFor(() => (heard(life.events).length >= count ? true : undefined), `report ${count}`);

describe('the end of an agent', () => {
  test('by itself is told with its exit code, after the intent and the start', async () => {
    const events = await lived(attempt('echo working; exit 3'));
    expect(events).toEqual([
      { type: 'agentIntended', task: 'A', tag, log: join(folder, 'log'), command: 'echo working; exit 3' },
      {
        type: 'agentStarted',
        task: 'A',
        pid: expect.any(Number),
        startTime: expect.any(String),
        bootId: expect.any(String),
      },
      { type: 'agentExited', task: 'A', ended: 'itself', code: 3, survivors: [] },
    ]);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('working\n');
  });
  test('by a signal is told with the signal', async () => {
    expect(exits(await lived(attempt('kill -KILL $$')))).toEqual([
      { type: 'agentExited', task: 'A', ended: 'itself', signal: 'SIGKILL', survivors: [] },
    ]);
  });
  test('of its own process counts, whatever it leaves in the background, and that is ended', async () => {
    const events = await lived(attempt(fixture('family.mjs', folder, 'leave')));
    expect(exits(events)).toEqual([{ type: 'agentExited', task: 'A', ended: 'itself', code: 7, survivors: [] }]);
    expect(familyDead()).toEqual([true, true, true, true]);
  });
  test('that cannot begin ends the step', async () => {
    const events = await lived(attempt(['/no/such/agent', 'x']));
    expect(events).toMatchObject([
      { type: 'agentIntended', command: '/no/such/agent x' },
      {
        type: 'stepEnded',
        outcome: 'agent_failed',
        reason: { kind: 'startFailed', detail: expect.stringContaining('/no/such/agent') },
      },
    ]);
  });
  test('the prompt stands on standard input, which is closed after it', async () => {
    const stdinFile = join(folder, 'prompt.md');
    writeFileSync(stdinFile, 'Do it.\n');
    expect(exits(await lived(attempt('cat > seen', { stdinFile })))).toMatchObject([{ code: 0 }]);
    expect(readFileSync(join(folder, 'seen'), 'utf8')).toBe('Do it.\n');
    expect(exits(await lived(attempt('cat')))).toMatchObject([{ code: 0 }]);
  });
});

const familyNames = ['deaf', 'escaped', 'bare', 'orphan'];
const familyDead = () => familyNames.map((name) => isDead(Number(readFileSync(join(folder, name), 'utf8'))));
const isFamilyThere = () => (familyNames.every((name) => existsSync(join(folder, name))) ? true : undefined);

describe('an agent that is stopped', () => {
  test('at its time limit leaves no process, deaf or escaped, and the order is told before it', async () => {
    // Signals that a shell ignores are ignored by what it starts.
    const family =
      'trap "" TERM; sleep 1000 & echo $! > deaf; setsid sh -c "echo \\$\\$ > escaped; exec sleep 1000" & wait';
    const events = await lived(attempt(family, { timeoutMs: 2_000 }));
    expect(events.slice(2)).toEqual([
      { type: 'agentStopIntended', task: 'A', why: 'timeLimit' },
      { type: 'agentExited', task: 'A', ended: 'timeLimit', survivors: [] },
    ]);
    const pids = ['deaf', 'escaped'].map((name) => Number(readFileSync(join(folder, name), 'utf8')));
    expect(pids.map(isDead)).toEqual([true, true]);
  });
  test('by a person leaves no process either', async () => {
    const life = live(attempt(fixture('family.mjs', folder)));
    await waitFor(isFamilyThere, 'the family');
    life.stop();
    await life.over;
    expect(life.events.slice(2)).toEqual([
      { type: 'agentStopIntended', task: 'A', why: 'stopped' },
      { type: 'agentExited', task: 'A', ended: 'stopped', survivors: [] },
    ]);
    expect(familyDead()).toEqual([true, true, true, true]);
  });
  test('before it began never begins', async () => {
    const life = live(attempt('touch begun'));
    life.stop();
    await life.over;
    expect(life.events.map(({ type }) => type)).toEqual(['agentIntended', 'agentExited']);
    expect(existsSync(join(folder, 'begun'))).toBe(false);
  });
  test.each(['agentStarted', 'statusReported', 'agentStopIntended', 'agentExited'])(
    'because %s cannot be recorded leaves no process',
    async (type) => {
      let isFull = false;
      const life = live(attempt('trap "" TERM; sleep 1000 & setsid sleep 1000 & touch there; wait'), (event) => {
        isFull ||= event.type === type;
        if (isFull) throw new Error('disk full');
      });
      const end = expect(life.over).rejects.toThrow('disk full');
      if (type !== 'agentStarted')
        await waitFor(() => (existsSync(join(folder, 'there')) ? true : undefined), 'the agent');
      if (type === 'statusReported') replace(status(), '{"status":"in_progress"}');
      if (type !== 'agentStarted') life.stop();
      await end;
      expect(carriers(tag)).toEqual([]);
    },
  );
});

describe('reports', () => {
  test('are told as they come, each word once', async () => {
    const life = live(attempt('while ! test -e done; do sleep 0.01; done'));
    replace(status(), '{"status":"in_progress","progress":0.1}');
    await hears(life, 1);
    replace(status(), '{"status":"in_progress","progress":0.1, "mood": "the same claim"}');
    replace(status(), '{"status":"in_progress","progress":0.2}');
    await hears(life, 2);
    writeFileSync(join(folder, 'done'), '');
    await life.over;
    expect(heard(life.events)).toEqual([
      { status: 'in_progress', progress: 0.1 },
      { status: 'in_progress', progress: 0.2 },
    ]);
  });
  test('that are half written are read again, and never told as wrong once they are whole', async () => {
    const life = live(attempt('while ! test -e done; do sleep 0.01; done'));
    writeFileSync(status(), '{"status":"in_pro');
    await new Promise(setImmediate);
    writeFileSync(status(), '{"status":"in_progress"}');
    await hears(life, 1);
    writeFileSync(join(folder, 'done'), '');
    await life.over;
    expect(heard(life.events)).toEqual([{ status: 'in_progress' }]);
  });
  test('that stay half written are rejected', async () => {
    expect(heard(await lived(attempt(`printf '{"status":' > agent-status.json`)))).toEqual(['it is no complete JSON']);
  });
  test('written right before the end are heard, before the end is told', async () => {
    const events = await lived(attempt(`echo '{"status":"no_change"}' > agent-status.json`));
    expect(events.map(({ type }) => type).slice(2)).toEqual(['statusReported', 'agentExited']);
    expect(heard(events)).toEqual([{ status: 'no_change' }]);
  });
  test('are read at the end even when no change was ever seen', async () => {
    const blind: ReportWatch = { add: () => () => undefined, close: async () => undefined };
    const life = live(attempt(`echo '{"status":"completed"}' > agent-status.json`), undefined, blind);
    await life.over;
    expect(heard(life.events)).toEqual([{ status: 'completed' }]);
  });
  test.each<[string, () => void, string]>([
    ['a FIFO', () => execFileSync('mkfifo', [status()]), 'it is not a regular file'],
    ['a link', () => symlinkSync('elsewhere.json', status()), 'it is not a regular file'],
    ['a folder', () => mkdirSync(status()), 'it is not a regular file'],
    ['larger than they may be', () => replace(status(), 'x'.repeat(1024 * 1024)), 'it is larger than 64 KB'],
    ['wrong', () => replace(status(), '{"status":"great"}'), 'status: '],
    ['about another task', () => replace(status(), '{"status":"completed","taskId":"B"}'), 'it is about B, not A'],
  ])('that are %s are rejected, once', async (_, make, problem) => {
    writeFileSync(join(folder, 'elsewhere.json'), '{"status":"completed"}');
    const life = live(attempt('while ! test -e done; do sleep 0.01; done'));
    make();
    await hears(life, 1);
    writeFileSync(join(folder, 'done'), '');
    await life.over;
    expect(heard(life.events)).toEqual([expect.stringContaining(problem)]);
  });
});
