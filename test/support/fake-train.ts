import { type Move, nextMove, type Position } from '../../src/landing/index.ts';
import { queue, type RunState, type Tell } from '../../src/orchestrator/index.ts';
import { type TrainSettings, viewOf } from './train-view.ts';
import type { Truth } from './truth.ts';

interface Surroundings {
  readonly truths: ReadonlyMap<string, Truth>;
  readonly settings: TrainSettings;
  /** Everything is red until the user commits something. */
  readonly redMain: boolean;
  /** Waits until the driver of the world gives the train its turn. */
  readonly turn: () => Promise<void>;
  readonly wrong: (what: string) => void;
}

/** The landing train of a world without git: a commit is the list of what it holds, a test looks whether something in it is bad. */
export class FakeTrain {
  /** What main really points at, whatever the orchestrator believes. */
  main = 'main-0';
  /** The tasks, and the commits of the user, that a commit holds. */
  readonly #contents = new Map<string, readonly string[]>([['main-0', []]]);
  /** What a tip has of main, all of it resolved. */
  readonly #resolved = new Map<string, readonly string[]>();
  readonly #held = new Map<string, number>();
  readonly #flaked = new Map<string, number>();
  readonly #world: Surroundings;

  constructor(world: Surroundings) {
    this.#world = world;
    if (world.redMain) this.#contents.set('main-0', ['rot']);
  }

  userCommits(): void {
    const commit = `${this.main}+user`;
    this.#contents.set(commit, [...this.#in(this.main).filter((one) => one !== 'rot'), commit]);
    this.main = commit;
  }

  /** Remembers that a branch has this commit of main merged into it. */
  resolve(tip: string, onto: string): void {
    this.#resolved.set(tip, this.#in(onto));
  }

  tree(commit: string): string {
    return [...this.#in(commit)].sort().join(' ');
  }

  async move(state: RunState, tell: Tell, signal: AbortSignal): Promise<void> {
    const move = nextMove(viewOf(state, this.#world.settings));
    if (move.kind === 'wait') return;
    if (this.main !== state.train.main) await tell({ type: 'targetMoved', to: this.main });
    else await this.#make(move, state, tell, signal);
  }

  async #make(move: Exclude<Move, { kind: 'wait' }>, state: RunState, tell: Tell, signal: AbortSignal): Promise<void> {
    switch (move.kind) {
      case 'build':
        await tell(this.#build(state, move));
        return;
      case 'test':
        await this.#round(move, state, tell, signal);
        return;
      case 'land':
        await this.#land(state, move, tell);
        return;
      case 'accuse':
        await tell({ type: 'accused', task: move.position.task, position: move.position, verdict: move.verdict });
        return;
      case 'stopQueue':
        for (const { task } of queue(state)) await tell({ type: 'held', task, reason: { kind: 'mainRed' } });
        return;
      case 'drop':
        await ended(tell, move.position.task, 'tests_failed', 'testsRed');
        return;
      case 'leave':
        await tell({ type: 'conflictFound', ...move.conflict });
    }
  }

  /** The tests of a round begin one after the other and end in any order; one that cannot matter any more is ended. */
  async #round(move: Move & { kind: 'test' }, state: RunState, tell: Tell, signal: AbortSignal): Promise<void> {
    const slots = move.positions.length + (move.main ? 1 : 0);
    if (slots === 0 || slots > (this.#world.settings.slots ?? 1)) this.#world.wrong(`a round of ${slots} tests`);
    const moot = new Set<number>();
    const { alone } = state.train;
    const tests = move.positions.map(async (position, index) => {
      await tell({ type: 'testStarted', position, log: 'log' });
      await this.#world.turn();
      if (signal.aborted) return;
      if (moot.has(index)) {
        await tell({ type: 'testCancelled', position });
        return;
      }
      const verdict = this.#verdict(position);
      for (const other of alone ? [] : move.positions.keys()) {
        const isMoot = verdict === 'green' ? other < index && this.#world.settings.mode !== 'strict' : other > index;
        if (isMoot) moot.add(other);
      }
      await tell({ type: 'testEnded', position, verdict, ms: 1, log: 'log' });
    });
    await Promise.all([...tests, ...(move.main ? [this.#testMain(state.train.main, tell, signal)] : [])]);
  }

  async #testMain(commit: string, tell: Tell, signal: AbortSignal): Promise<void> {
    await this.#world.turn();
    const verdict = { verdict: this.truthOf(commit), log: 'log' };
    if (!signal.aborted) await tell({ type: 'mainTested', commit, verdict, ms: 1 });
  }

  #build(state: RunState, move: Move & { kind: 'build' }) {
    const positions = [...move.keep];
    const conflicts = [...move.conflicts];
    const { main } = state.train;
    for (const { task, tip } of move.add) {
      const onto = move.alone ? main : (positions.at(-1)?.commit ?? main);
      const there = this.#in(onto);
      const merged = this.#resolved.get(tip) ?? [];
      const collides = there.some((one) => this.#truth(task).collides.includes(one) && !merged.includes(one));
      if (collides) conflicts.push({ task, onto, paths: [`${task}.txt`] });
      else {
        const commit = `${onto}+${task}`;
        this.#contents.set(commit, [...there, task]);
        positions.push({ task, tip, commit, tree: this.tree(commit) });
      }
    }
    return { type: 'chainBuilt', base: main, positions, conflicts, alone: move.alone } as const;
  }

  async #land(state: RunState, { positions }: Move & { kind: 'land' }, tell: Tell): Promise<void> {
    const tasks = positions.map(({ task }) => task);
    const to = positions.at(-1)?.commit ?? '';
    const from = state.train.main;
    const inTheWay = tasks.filter((task) => (this.#held.get(task) ?? 0) < this.#truth(task).holds);
    for (const task of inTheWay) {
      this.#held.set(task, (this.#held.get(task) ?? 0) + 1);
      await tell({ type: 'held', task, reason: { kind: 'wouldOverwrite', paths: ['a'] } });
    }
    if (inTheWay.length > 0) return;
    await this.#world.turn();
    const { train } = await tell({ type: 'landingIntended', tasks, from, to });
    if (train.landing.length !== tasks.length) return;
    if (this.main !== from) {
      await tell({ type: 'targetMoved', to: this.main });
      return;
    }
    this.main = to;
    let before = from;
    for (const { task, commit } of positions) {
      await this.#world.turn();
      await tell({ type: 'landed', task, from: before, commit, tested: state.tested === 'yes' });
      before = commit;
    }
  }

  /** What an honest test of a commit says. */
  truthOf(commit: string): 'green' | 'red' | 'unknown' {
    const there = this.#in(commit);
    const verdicts = new Set(there.map((task) => this.#world.truths.get(task)?.tests ?? 'green'));
    return there.includes('rot') || verdicts.has('red') ? 'red' : verdicts.has('unknown') ? 'unknown' : 'green';
  }

  #verdict({ task, commit }: Position): 'green' | 'red' | 'unknown' {
    const truth = this.truthOf(commit);
    const flaked = this.#flaked.get(task) ?? 0;
    if (truth !== 'green' || flaked >= this.#truth(task).flakes) return truth;
    this.#flaked.set(task, flaked + 1);
    return 'red';
  }

  #in(commit: string): readonly string[] {
    const there = this.#contents.get(commit);
    if (there === undefined) throw new Error(`there is no commit ${commit}`);
    return there;
  }

  #truth(task: string): Truth {
    const truth = this.#world.truths.get(task);
    if (truth === undefined) throw new Error(`nobody knows ${task}`);
    return truth;
  }
}

/** Tells that a step is over. */
export async function ended(
  tell: Tell,
  task: string,
  outcome: 'agent_failed' | 'cancelled' | 'tests_failed' | 'conflict',
  kind: 'startFailed' | 'worktreeFailed' | 'stopped' | 'testsRed' | 'textConflict',
): Promise<void> {
  await tell({ type: 'stepEnded', task, outcome, reason: { kind } });
}
