import { join } from 'node:path';
import { type Git, openGit, openRepository } from '../../src/git/index.ts';
import { moveTrain, type TestPlan, type TrainEvent, type TrainPlan } from '../../src/landing/index.ts';
import { foldRun, queue, type RunEvent, type RunState } from '../../src/orchestrator/index.ts';
import { lifeOf } from '../orchestrator/told.ts';
import { plainEnv } from '../support/processes.ts';
import { runStarted, stamper, stepSpec } from '../support/steps.ts';
import type { TempRepo } from '../support/temp-repo.ts';
import { type TrainSettings, viewOf } from '../support/train-view.ts';

export interface TrainOnGit {
  readonly git: Git;
  readonly events: readonly RunEvent[];
  readonly state: () => RunState;
  /** Queues a branch `wt-orch/<task>` that is there. `paths` is its footprint; what differs from main if not given. */
  enqueue(task: string, more?: { readonly tip?: string; readonly paths?: readonly string[] }): Promise<void>;
  tell(...events: readonly RunEvent[]): void;
  /** One move. */
  move(signal?: AbortSignal): Promise<void>;
  /** Moves until the queue is empty. */
  run(): Promise<void>;
}

export interface TrainOptions {
  readonly tasks: readonly string[];
  readonly strategy?: TrainPlan['strategy'];
  readonly tested?: 'yes' | 'deliberatelyNot';
  readonly testing?: Partial<TestPlan>;
  /** How the train tests; in probe mode with one slot if nothing else is said. */
  readonly settings?: TrainSettings;
  /** Called after each event is recorded; whoever waits for the record waits for this too. */
  readonly after?: (event: TrainEvent) => Promise<void>;
}

/** The train of a real repository: moves are made by git, and what they tell is folded as a run folds it. */
export async function trainOnGit(repo: TempRepo, tag: string, options: TrainOptions): Promise<TrainOnGit> {
  const repository = await openRepository(repo.root, repo.env);
  if (!repository.ok) throw new Error(JSON.stringify(repository.error));
  const git = await openGit(repository.value, repo.env);
  const stamp = stamper();
  const steps = options.tasks.map((task) => stepSpec(task, { title: `the title of ${task}` }));
  const base = await repo.git(['rev-parse', 'main']);
  const events: RunEvent[] = [];
  let folded = foldRun(stamp([runStarted(steps, { base, tested: options.tested ?? 'yes' })]));
  const state = (): RunState => {
    if (folded === undefined) throw new Error('no run');
    return folded;
  };
  const tell = (...told: readonly RunEvent[]): void => {
    folded = foldRun(stamp(told), folded);
    events.push(...told);
  };
  const testing: TrainPlan['testing'] = (position, number): TestPlan => ({
    slotsFolder: join(repo.root, '.worktrees/.slots'),
    slot: String(number),
    scratch: join(repo.folder, `scratch-${number}`),
    commands: [['true']],
    timeoutMs: 30_000,
    keep: ['node_modules'],
    env: plainEnv,
    tag: `${tag}/${position.commit}`,
    log: join(repo.folder, `test-${position.commit}.log`),
    setUp: async () => undefined,
    now: Date.now,
    ...options.testing,
  });
  const plan: TrainPlan = {
    target: 'main',
    run: 'r1',
    strategy: options.strategy ?? 'merge',
    keepFromMain: ['TASKS.md'],
    testing,
  };
  const move = async (signal = new AbortController().signal): Promise<void> => {
    const record = async (event: TrainEvent) => {
      tell(event);
      await options.after?.(event);
      return state();
    };
    await moveTrain(git, plan, viewOf(state(), options.settings), record, signal);
  };
  return {
    git,
    events,
    state,
    tell,
    move,
    async enqueue(task, more = {}) {
      const branch = `wt-orch/${task}`;
      const tip = more.tip ?? (await repo.git(['rev-parse', branch]));
      const mergeBase = await repo.git(['merge-base', 'main', tip]);
      const changed = await repo.git(['diff', '--name-only', mergeBase, tip]);
      const paths = more.paths ?? changed.split('\n').filter((path) => path !== 'TASKS.md' && path !== '');
      tell(...lifeOf(task, { base: mergeBase, tip, paths, harvested: false, rules: [] }));
    },
    async run() {
      for (let moves = 0; queue(state()).length > 0; moves += 1) {
        if (moves > 50) throw new Error('the train does not stop');
        await move();
      }
    },
  };
}
