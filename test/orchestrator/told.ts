import { foldRun, type RunEvent, type RunState, type Work } from '../../src/orchestrator/index.ts';
import { runStarted, stamper, stepSpec } from '../support/steps.ts';

/** The state after these events, told one after the other; without a `runStarted` it is a run of the steps A, B and C. */
export function told(...events: readonly RunEvent[]): RunState {
  const opened =
    events[0]?.type === 'runStarted' ? events : [runStarted(['A', 'B', 'C'].map((id) => stepSpec(id))), ...events];
  const state = foldRun(stamper()(opened));
  if (state === undefined) throw new Error('A run begins with runStarted');
  return state;
}

/** The state after a run of the one step A and these events. */
export const toldOfOne = (...events: readonly RunEvent[]): RunState => told(runStarted([stepSpec('A')]), ...events);

export function workOfTask(task: string, more: Partial<Work> = {}): Work {
  return { base: 'main-0', tip: `tip-${task}`, paths: [`${task}.txt`], harvested: false, rules: [], ...more };
}

/** What an agent that does its work leads to, one event after the other, up to its place in the queue. */
export function lifeOf(task: string, work: Work = workOfTask(task)): readonly RunEvent[] {
  return [
    { type: 'worktreeIntended', task, base: 'main-0' },
    { type: 'worktreeReady', task, base: 'main-0' },
    { type: 'agentIntended', task, tag: 't', log: 'agent.log', command: 'agent' },
    { type: 'agentStarted', task, pid: 7, startTime: '1', bootId: 'b' },
    { type: 'agentExited', task, ended: 'itself', code: 0, survivors: [] },
    { type: 'workFound', task, work },
    { type: 'gatesEnded', task, verdict: 'pass' },
    { type: 'candidateQueued', task, tip: work.tip },
  ];
}

/** The first events of that life, up to the one named. */
export function lifeUntil(task: string, last: RunEvent['type'], work?: Work): readonly RunEvent[] {
  const life = lifeOf(task, work);
  return life.slice(0, life.findIndex(({ type }) => type === last) + 1);
}
