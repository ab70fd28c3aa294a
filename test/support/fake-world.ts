import { type Effects, queue, type RunState, type StepState, type Tell } from '../../src/orchestrator/index.ts';
import { ended, FakeTrain } from './fake-train.ts';
import type { TrainSettings } from './train-view.ts';
import type { Truth } from './truth.ts';

/**
 * A world that consists of turns: whatever an effect does takes one, and whoever drives the world says whose turn it is.
 * Nothing in it passes by itself, so that a run is the same each time the same turns are taken.
 */
export class FakeWorld {
  readonly train: FakeTrain;
  /** Effects that are under way, and what went wrong with their number. */
  readonly underWay: string[] = [];
  readonly wrongs: string[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #truths: Map<string, Truth>;
  readonly #bugs = new Set<string>();

  constructor(truths: readonly Truth[], settings: TrainSettings = {}, redMain = false) {
    this.#truths = new Map(truths.map((truth) => [truth.task, truth]));
    this.train = new FakeTrain({
      truths: this.#truths,
      settings,
      redMain,
      turn: () => this.turn(),
      wrong: (what) => this.wrongs.push(what),
    });
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

  readonly effects: Effects = {
    undo: async () => {
      throw new Error('nothing is taken back here');
    },
    prepare: this.#effect('prepare', async (step, tell, signal) => {
      const { task } = step.spec;
      if (this.#truth(task).agent === 'cannotPrepare') {
        await ended(tell, task, 'agent_failed', 'worktreeFailed');
        return;
      }
      await this.turn();
      if (signal.aborted) await ended(tell, task, 'cancelled', 'stopped');
      else await tell({ type: 'worktreeReady', task, base: this.train.main });
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
    resolveConflict: this.#effect('resolveConflict', async (step, tell, signal) => {
      await this.#resolve(step, tell, signal);
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

  async #resolve(step: StepState, tell: Tell, signal: AbortSignal): Promise<void> {
    const { phase } = step;
    if (phase.name !== 'resolving') return;
    const { task } = step.spec;
    const { resolves } = this.#truth(task);
    const round = step.conflictRounds;
    if (phase.turn === 'agent') await this.#agent(step, tell, signal);
    if (signal.aborted) await tell({ type: 'conflictRoundFailed', task, round, why: { kind: 'stopped' } });
    else if (phase.turn === 'byHand' || (phase.turn === 'rules' ? resolves === 'rules' : resolves === 'agent')) {
      const by = phase.turn === 'byHand' ? 'person' : phase.turn === 'rules' ? 'rule' : 'agent';
      const work = { ...phase.work, base: phase.onto, tip: `${phase.work.tip}'` };
      this.train.resolve(work.tip, phase.onto);
      await tell({ type: 'conflictResolved', task, by, work, dropped: [] });
    } else if (phase.turn === 'rules') await tell({ type: 'conflictLeft', task, to: 'agent', paths: phase.paths });
    else await tell({ type: 'conflictRoundFailed', task, round, why: { kind: 'conflictMarkers', paths: phase.paths } });
  }

  async #move(state: RunState, tell: Tell, signal: AbortSignal): Promise<void> {
    await this.turn();
    const [first] = queue(state);
    if (first !== undefined && this.#truth(first.task).bug === 'moveTrain' && this.#once(first.task)) {
      throw new Error('a bug in moveTrain');
    }
    await this.train.move(state, tell, signal);
  }

  #once(task: string): boolean {
    if (this.#bugs.has(task)) return false;
    this.#bugs.add(task);
    return true;
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
