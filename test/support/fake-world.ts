import { nextMove } from '../../src/landing/index.ts';
import { type Effects, queue, type RunState, type StepState, type Tell } from '../../src/orchestrator/index.ts';
import { viewOf } from './train-view.ts';

/** What is true of a task without the orchestrator knowing it: how its agent, its gates and its tests will turn out. */
export interface Truth {
  readonly task: string;
  readonly after: readonly string[];
  readonly resources: readonly string[];
  readonly approve: boolean;
  readonly agent:
    | 'works'
    | 'saysNoChange'
    | 'leavesNothing'
    | 'saysFailed'
    | 'exitsWith1'
    | 'isKilled'
    | 'runsOutOfTime'
    | 'needsInput'
    | 'cannotStart'
    | 'cannotPrepare';
  readonly gates: 'pass' | 'fail' | 'unknown';
  readonly changesRules: boolean;
  readonly tests: 'green' | 'red' | 'unknown';
  /** How often landing is held before it works. */
  readonly holds: number;
  /** Does not merge onto a tree that holds one of these. */
  readonly collides: readonly string[];
  /** The effect that has a bug. */
  readonly bug?: 'prepare' | 'runAgent' | 'harvest' | 'judge' | 'tidy' | 'moveTrain' | 'forgets';
}

/**
 * A world that consists of turns: whatever an effect does takes one, and whoever drives the world says whose turn it is.
 * Nothing in it passes by itself, so that a run is the same each time the same turns are taken.
 */
export class FakeWorld {
  /** What main really points at, whatever the orchestrator believes. */
  main = 'main-0';
  /** The tasks, and the commits of the user, that a commit holds. */
  readonly contents = new Map<string, readonly string[]>([['main-0', []]]);
  /** Effects that are under way, and what went wrong with their number. */
  readonly underWay: string[] = [];
  readonly wrongs: string[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #truths: Map<string, Truth>;
  readonly #held = new Map<string, number>();
  readonly #bugs = new Set<string>();

  constructor(truths: readonly Truth[]) {
    this.#truths = new Map(truths.map((truth) => [truth.task, truth]));
  }

  /** Waits until the driver gives this one its turn. */
  turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    return promise;
  }

  /** Gives a turn to one of those that wait, by `choice`; false when nobody does. */
  give(choice: number): boolean {
    const [next] = this.#waiting.splice(choice % Math.max(1, this.#waiting.length), 1);
    next?.();
    return next !== undefined;
  }

  userCommits(): void {
    const commit = `${this.main}+user`;
    this.contents.set(commit, [...this.#in(this.main), commit]);
    this.main = commit;
  }

  tree(commit: string): string {
    return [...this.#in(commit)].sort().join(' ');
  }

  readonly effects: Effects = {
    prepare: this.#effect('prepare', async (step, tell, signal) => {
      const { task } = step.spec;
      if (this.#truth(task).agent === 'cannotPrepare') {
        await ended(tell, task, 'agent_failed', 'worktreeFailed');
        return;
      }
      await this.turn();
      if (signal.aborted) await ended(tell, task, 'cancelled', 'stopped');
      else await tell({ type: 'worktreeReady', task, base: this.main });
    }),
    runAgent: this.#effect('runAgent', async (step, tell, signal) => {
      await this.#agent(step, tell, signal);
    }),
    harvest: this.#effect('harvest', async (step, tell) => {
      const { task } = step.spec;
      const { agent, changesRules } = this.#truth(task);
      if (agent === 'saysNoChange' || agent === 'leavesNothing') {
        await tell({ type: 'nothingFound', task });
        return;
      }
      const rules = changesRules ? ['.wt-orch/config.yaml'] : [];
      const work = { base: step.base ?? '', tip: `tip-${task}`, paths: [`${task}.txt`], harvested: false, rules };
      await tell({ type: 'workFound', task, work });
    }),
    judge: this.#effect('judge', async (step, tell, signal) => {
      const { task } = step.spec;
      const { gates } = this.#truth(task);
      await tell({ type: 'gateJudged', task, gate: 'lint', verdict: gates, findings: [], ms: 1 });
      await this.turn();
      if (!signal.aborted) await tell({ type: 'gatesEnded', task, verdict: gates === 'pass' ? 'pass' : 'blocked' });
    }),
    tidy: this.#effect('tidy', async (step, tell) => {
      await tell({ type: 'worktreeKept', task: step.spec.task, why: 'why not' });
      await this.turn();
      await tell({ type: 'stepTidied', task: step.spec.task });
    }),
    moveTrain: async (state, tell, signal) => {
      await this.#watched('the train', 'moveTrain', async () => await this.#move(state, tell, signal));
    },
  };

  #effect(
    name: Exclude<Truth['bug'], undefined>,
    deed: (step: StepState, tell: Tell, signal: AbortSignal) => Promise<void>,
  ): Effects['prepare'] {
    return async (step, _state, tell, signal) => {
      const { bug, task } = this.#truth(step.spec.task);
      await this.#watched(task, name, async () => {
        await this.turn();
        if (bug === name) throw new Error(`a bug in ${name}`);
        // Once only, so that the step goes on being looked at.
        if (bug === 'forgets' && !this.#bugs.has(task)) this.#bugs.add(task);
        else await deed(step, tell, signal);
      });
    };
  }

  async #watched(who: string, name: string, deed: () => Promise<void>): Promise<void> {
    if (this.underWay.includes(who)) this.wrongs.push(`${name} began while another effect was busy with ${who}`);
    this.underWay.push(who);
    try {
      await deed();
    } finally {
      this.underWay.splice(this.underWay.indexOf(who), 1);
    }
  }

  async #agent(step: StepState, tell: Tell, signal: AbortSignal): Promise<void> {
    const { task, attempt } = step.spec;
    const { agent } = this.#truth(task);
    await tell({ type: 'agentIntended', task, tag: `${task}-${step.attempt}`, log: 'log', command: 'agent' });
    const exited = { type: 'agentExited', task, survivors: [] } as const;
    if (!signal.aborted) {
      if (agent === 'cannotStart') {
        await ended(tell, task, 'agent_failed', 'startFailed');
        return;
      }
      await tell({ type: 'agentStarted', task, pid: 1, startTime: '1', bootId: 'b' });
      const status = claims[agent];
      const isAnswered = step.attempt > attempt;
      if (status !== undefined && !(agent === 'needsInput' && isAnswered)) {
        await tell({ type: 'statusReported', task, claim: { status } });
      }
      await this.turn();
    }
    if (signal.aborted) {
      await tell({ type: 'agentStopIntended', task, why: 'stopped' });
      await this.turn();
      await tell({ ...exited, ended: 'stopped' });
    } else if (agent === 'runsOutOfTime') await tell({ ...exited, ended: 'timeLimit' });
    else if (agent === 'isKilled') await tell({ ...exited, ended: 'itself', signal: 'SIGKILL' });
    else await tell({ ...exited, ended: 'itself', code: agent === 'exitsWith1' ? 1 : 0 });
  }

  async #move(state: RunState, tell: Tell, signal: AbortSignal): Promise<void> {
    await this.turn();
    const [first] = queue(state);
    if (first !== undefined && this.#truth(first.task).bug === 'moveTrain' && this.#once(first.task)) {
      throw new Error('a bug in moveTrain');
    }
    const move = nextMove(viewOf(state));
    switch (move.kind) {
      case 'wait':
        return;
      case 'build':
        await tell(this.#build(state, move));
        return;
      case 'test': {
        const { position } = move;
        await tell({ type: 'testStarted', position, log: 'log' });
        await this.turn();
        const verdict = this.#verdict(position.commit);
        if (!signal.aborted) await tell({ type: 'testEnded', position, verdict, ms: 1, log: 'log' });
        return;
      }
      case 'land':
        await this.#land(state, move, tell);
        return;
      case 'drop':
        await ended(tell, move.position.task, 'tests_failed', 'testsRed');
        return;
      case 'leave':
        await ended(tell, move.conflict.task, 'conflict', 'textConflict');
    }
  }

  #build(state: RunState, move: ReturnType<typeof nextMove> & { kind: 'build' }) {
    const positions = [...move.keep];
    const conflicts = [...move.conflicts];
    for (const { task, tip } of move.add) {
      const onto = positions.at(-1)?.commit ?? state.train.main;
      const there = this.#in(onto);
      const collides = there.some((one) => this.#truth(task).collides.includes(one));
      if (collides) conflicts.push({ task, onto, paths: [`${task}.txt`] });
      else {
        const commit = `${onto}+${task}`;
        this.contents.set(commit, [...there, task]);
        positions.push({ task, tip, commit, tree: this.tree(commit) });
      }
    }
    return { type: 'chainBuilt', base: state.train.main, positions, conflicts } as const;
  }

  async #land(
    state: RunState,
    { position }: ReturnType<typeof nextMove> & { kind: 'land' },
    tell: Tell,
  ): Promise<void> {
    const { task, commit } = position;
    const held = this.#held.get(task) ?? 0;
    if (held < this.#truth(task).holds) {
      this.#held.set(task, held + 1);
      await tell({ type: 'held', task, reason: { kind: 'wouldOverwrite', paths: ['a'] } });
      return;
    }
    await this.turn();
    if (this.main !== state.train.main) {
      await tell({ type: 'targetMoved', to: this.main });
      return;
    }
    const { train } = await tell({ type: 'landingIntended', task, from: this.main, to: commit });
    if (train.landing !== task) return;
    if (this.main !== state.train.main) {
      await tell({ type: 'targetMoved', to: this.main });
      return;
    }
    this.main = commit;
    await this.turn();
    await tell({ type: 'landed', task, from: state.train.main, commit, tested: state.tested === 'yes' });
  }

  #verdict(commit: string): 'green' | 'red' | 'unknown' {
    const verdicts = new Set(this.#in(commit).map((task) => this.#truths.get(task)?.tests ?? 'green'));
    return verdicts.has('red') ? 'red' : verdicts.has('unknown') ? 'unknown' : 'green';
  }

  #once(task: string): boolean {
    if (this.#bugs.has(task)) return false;
    this.#bugs.add(task);
    return true;
  }

  #in(commit: string): readonly string[] {
    const there = this.contents.get(commit);
    if (there === undefined) throw new Error(`there is no commit ${commit}`);
    return there;
  }

  #truth(task: string): Truth {
    const truth = this.#truths.get(task);
    if (truth === undefined) throw new Error(`nobody knows ${task}`);
    return truth;
  }
}

const claims: Partial<Record<Truth['agent'], 'completed' | 'no_change' | 'failed' | 'needs_input'>> = {
  works: 'completed',
  saysNoChange: 'no_change',
  saysFailed: 'failed',
  needsInput: 'needs_input',
};

async function ended(
  tell: Tell,
  task: string,
  outcome: 'agent_failed' | 'cancelled' | 'tests_failed' | 'conflict',
  kind: 'startFailed' | 'worktreeFailed' | 'stopped' | 'testsRed' | 'textConflict',
): Promise<void> {
  await tell({ type: 'stepEnded', task, outcome, reason: { kind } });
}
