import type { RunState, StatusClaim, StepState, TaskId } from '../orchestrator/index.ts';
import { formatDuration } from '../std/index.ts';
import { type EventOf, type EventWords, silent } from './event-words.ts';
import { findingText } from './gate-text.ts';
import { plainText } from './plain-text.ts';
import { aboutTask } from './summary.ts';
import { count, shortPath } from './words.ts';

type AgentWords = EventWords<
  | 'worktreeIntended'
  | 'worktreeReady'
  | 'agentIntended'
  | 'agentStarted'
  | 'statusReported'
  | 'reportRejected'
  | 'agentStopIntended'
  | 'agentExited'
  | 'workFound'
  | 'nothingFound'
  | 'agentResumed'
  | 'personAwaited'
  | 'approved'
  | 'gateJudged'
  | 'gatesEnded'
  | 'worktreeRemoved'
  | 'worktreeKept'
  | 'stepTidied'
>;

/** Words for what happens to one task from its worktree to its gates, and after its end. */
export const agentWords: AgentWords = {
  worktreeIntended: ({ task }, state) => on(state, task, ({ spec }) => `preparing ${shortPath(spec.worktree)}`),
  worktreeReady: silent,
  agentIntended: silent,
  agentStarted: ({ task }, state) => on(state, task, started),
  statusReported: ({ claim }) => claimText(claim),
  reportRejected: ({ problem }) => `its status report was not understood: ${plainText(problem)}`,
  agentStopIntended: ({ why, task }, state) =>
    why === 'stopped'
      ? 'stopping its agent'
      : on(
          state,
          task,
          ({ spec }) => `stopping its agent: the time limit of ${formatDuration(spec.timeoutMs)} is reached`,
        ),
  agentExited: exited,
  workFound: ({ work, task }, state) =>
    `${count(work.paths.length, 'file')} ${isUndo(state, task) ? 'to change back' : 'changed'}${work.harvested ? '; uncommitted work was committed for the agent' : ''}`,
  nothingFound: () => 'nothing changed',
  agentResumed: ({ note }) => `its agent goes on with the answer: ${plainText(note, 200)}`,
  personAwaited: silent,
  approved: () => 'approved',
  gateJudged: judged,
  gatesEnded: silent,
  worktreeRemoved: silent,
  worktreeKept: ({ task }, state) => on(state, task, ({ spec }) => `its worktree is kept: ${shortPath(spec.worktree)}`),
  stepTidied: silent,
};

const isUndo = (state: RunState, task: TaskId): boolean => aboutTask(state, task).isUndo === true;

/** Says something of a step; an event of a task that the run does not have says nothing. */
function on(state: RunState, task: TaskId, say: (step: StepState) => string): string | undefined {
  const step = state.steps.get(task);
  return step === undefined ? undefined : say(step);
}

const started = ({ spec, attempt }: StepState): string =>
  `started ${plainText(spec.agent, 100)} in ${shortPath(spec.worktree)}${attempt > 1 ? `, attempt ${attempt}` : ''}`;

/** What an agent says of itself; undefined when it only says that it is alive. */
export function claimText(claim: StatusClaim): string | undefined {
  const said = plainText(claim.message ?? '', 200);
  const behind = said === '' ? '' : `: ${said}`;
  switch (claim.status) {
    case 'completed':
      return `says it is done${behind}`;
    case 'failed':
      return `says it failed${behind}`;
    case 'no_change':
      return `says nothing has to change${behind}`;
    case 'needs_input':
      return `asks: ${plainText(claim.question ?? claim.message ?? 'for an answer')}`;
    case 'in_progress': {
      const parts = [
        ...(claim.progress === undefined ? [] : [percent(claim.progress)]),
        ...(said === '' ? [] : [said]),
      ];
      return parts.length === 0 ? undefined : parts.join('  ');
    }
  }
}

/** A share of 1 as `40 %`. */
export const percent = (progress: number): string => `${Math.round(Math.min(1, Math.max(0, progress)) * 100)} %`;

function exited({ ended, code, signal, survivors }: EventOf<'agentExited'>): string {
  const left =
    survivors.length === 0 ? '' : `; ${count(survivors.length, 'process', 'processes')} that it left running ended too`;
  if (ended !== 'itself') return `its agent was stopped${left}`;
  if (signal !== undefined) return `its agent was ended by ${plainText(signal, 40)}${left}`;
  return code === 0 ? `its agent finished${left}` : `its agent ended with exit code ${code ?? '?'}${left}`;
}

function judged({ gate, verdict, findings, why }: EventOf<'gateJudged'>): string {
  const name = `gate ${plainText(gate, 100)}`;
  const because = why === undefined ? '' : `: ${plainText(why, 300)}`;
  switch (verdict) {
    case 'pass':
      return `${name} passed${findings.length === 0 ? '' : ` with ${count(findings.length, 'warning')}`}`;
    case 'fail': {
      const [first] = findings.filter(({ severity }) => severity === 'error');
      if (first === undefined) return `${name} failed${because}`;
      return `${name} failed: ${findingText(first)}${findings.length > 1 ? `, and ${findings.length - 1} more` : ''}`;
    }
    case 'n/a':
      return `${name} does not apply${because}`;
    case 'unknown':
      return `${name} came to no verdict${because}`;
  }
}
