import type { Recorded } from './event.ts';
import { type Phase, type RunState, type StepState, workOf } from './state.ts';

/**
 * Folds an event into the step that it names.
 * `run` is the run after the event; a candidate takes its place in the queue from it.
 */
export function reduceStep(step: StepState, event: Recorded, run: RunState): StepState {
  const next = notes(step, event);
  const phase = phaseAfter(step.phase, event, run);
  if (phase === step.phase) return next;
  const placed = phase.name === 'queued' ? { ...next, place: phase.place } : next;
  return entered(placed, phase, event.time);
}

/** What is remembered of an event beside the phase. */
function notes(step: StepState, event: Recorded): StepState {
  switch (event.type) {
    case 'worktreeReady':
      return { ...step, worktree: 'there', base: event.base };
    case 'agentIntended':
      return { ...step, agentLog: event.log };
    case 'statusReported':
      return { ...step, claim: event.claim };
    case 'reportRejected':
      return { ...step, rejectedReports: step.rejectedReports + 1, lastRejection: event.problem };
    case 'gateJudged': {
      const { gate, verdict, findings, ms, log, why } = event;
      const record = {
        gate,
        verdict,
        findings,
        ms,
        ...(log === undefined ? {} : { log }),
        ...(why === undefined ? {} : { why }),
      };
      return { ...step, gates: [...step.gates.filter((other) => other.gate !== gate), record] };
    }
    case 'agentResumed': {
      // What the agent said before it was answered is not what it says now.
      const { claim: _, ...rest } = step;
      return { ...rest, attempt: step.attempt + 1, note: event.note };
    }
    case 'accused':
      return { ...step, accused: event.verdict, testLog: event.verdict.log };
    case 'holdLifted': {
      // A person sends it back into the queue, where it starts as everybody does.
      const { accused: _, ...rest } = step;
      return rest;
    }
    case 'conflictRoundStarted': {
      const { claim: _, note: __, ...rest } = step;
      return { ...rest, attempt: step.attempt + 1, conflictRounds: event.round };
    }
    case 'conflictResolved': {
      // What was said of the branch before was about other files than those that it has now.
      const { accused: _, ...rest } = step;
      return { ...rest, gates: [], approved: step.approved && event.by !== 'agent' };
    }
    case 'approved':
      return { ...step, approved: true };
    case 'stopRequested':
      return { ...step, stopRequested: true };
    case 'taskMarked':
      return { ...step, mark: event.mark };
    case 'taskMarkRefused':
      return { ...step, markRefused: event.why };
    case 'worktreeRemoved':
      return { ...step, worktree: 'removed' };
    case 'worktreeKept':
      return { ...step, worktree: 'kept' };
    case 'stepTidied':
      return step.phase.name === 'ended' ? { ...step, tidied: true } : step;
    default:
      return step;
  }
}

/** The transition table: a phase, an event, the next phase. What is not in it leaves the phase as it is. */
function phaseAfter(phase: Phase, event: Recorded, run: RunState): Phase {
  if (phase.name === 'ended') return phase;
  switch (event.type) {
    case 'worktreeIntended':
      return phase.name === 'waiting' ? { name: 'preparing', base: event.base } : phase;
    case 'worktreeReady':
      return phase.name === 'preparing' ? { name: 'prepared', base: event.base } : phase;
    case 'agentIntended':
      return phase.name === 'prepared' ? { name: 'running', base: phase.base, tag: event.tag } : phase;
    case 'agentStarted':
      return phase.name === 'running' ? { ...phase, pid: event.pid } : phase;
    case 'agentStopIntended':
      return phase.name === 'running' ? { ...phase, stopping: event.why } : phase;
    case 'agentExited': {
      if (phase.name !== 'running') return phase;
      const { ended, code, signal } = event;
      const exit = { ended, ...(code === undefined ? {} : { code }), ...(signal === undefined ? {} : { signal }) };
      return { name: 'finishing', base: phase.base, exit };
    }
    case 'agentResumed':
      return phase.name === 'asking' && phase.base !== undefined ? { name: 'prepared', base: phase.base } : phase;
    case 'nothingFound':
      return phase.name === 'finishing' ? { ...phase, found: 'nothing' } : phase;
    case 'undoCollided':
      return phase.name === 'queued' ? { name: 'undoing' } : phase;
    case 'workFound':
      if (phase.name === 'undoing') return { name: 'judging', work: event.work };
      if (phase.name !== 'finishing') return phase;
      return phase.exit.ended === 'itself' ? { name: 'judging', work: event.work } : { ...phase, found: event.work };
    case 'gatesEnded':
      return phase.name === 'judging' ? { name: 'judged', work: phase.work, verdict: event.verdict } : phase;
    case 'personAwaited':
      return asking(phase, event.question);
    case 'stepEnded':
      return ended(phase, event);
    default:
      return resolvingPhase(phase, event) ?? landingPhase(phase, event, run);
  }
}

/** What a conflict goes through; undefined for what is not about one. */
function resolvingPhase(phase: Phase, event: Recorded): Phase | undefined {
  if (event.type === 'conflictFound' && phase.name === 'queued') {
    const { onto, paths } = event;
    return { name: 'resolving', work: phase.work, onto, paths, turn: 'rules' };
  }
  if (phase.name !== 'resolving') return undefined;
  const { question: _, ...open } = phase;
  switch (event.type) {
    case 'conflictLeft': {
      const turn = event.to === 'agent' ? 'waiting' : 'person';
      return { ...open, paths: event.paths, turn, ...(event.why === undefined ? {} : { why: event.why }) };
    }
    case 'conflictRoundStarted':
      return { ...open, turn: 'agent' };
    case 'conflictRoundFailed':
      return { ...open, turn: 'waiting', why: event.why };
    case 'holdLifted':
      return { ...open, turn: 'byHand' };
    case 'conflictResolved':
      return { name: 'judging', work: event.work };
    default:
      return undefined;
  }
}

/** Where a branch has its gates behind it and is not in the queue. */
const judgedPhases: ReadonlySet<Phase['name']> = new Set(['judged', 'asking', 'held']);

function landingPhase(phase: Phase, event: Recorded, run: RunState): Phase {
  const work = workOf(phase);
  if (work === undefined) return phase;
  switch (event.type) {
    case 'candidateQueued':
      return judgedPhases.has(phase.name) ? { name: 'queued', work, place: run.places } : phase;
    case 'held':
      return judgedPhases.has(phase.name) || phase.name === 'queued'
        ? { name: 'held', work, reason: event.reason }
        : phase;
    case 'landed':
      return phase.name === 'queued' ? { name: 'landed', work, commit: event.commit } : phase;
    default:
      return phase;
  }
}

function asking(phase: Phase, question: string): Phase {
  if (phase.name === 'held') return { ...phase, question };
  if (phase.name === 'resolving') return { ...phase, turn: 'person', question };
  if (phase.name === 'judged') return { name: 'asking', question, work: phase.work };
  return phase.name === 'finishing' ? { name: 'asking', question, base: phase.base } : phase;
}

function ended(phase: Phase, event: Recorded & { readonly type: 'stepEnded' }): Phase {
  const work = phase.name === 'finishing' && phase.found !== 'nothing' ? phase.found : workOf(phase);
  return {
    name: 'ended',
    outcome: event.outcome,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    ...(event.commit === undefined ? {} : { commit: event.commit }),
    ...(work === undefined ? {} : { work }),
  };
}

const busyPhases: ReadonlySet<Phase['name']> = new Set([
  'undoing',
  'preparing',
  'prepared',
  'running',
  'finishing',
  'judging',
]);

function isBusy(phase: Phase): boolean {
  return phase.name === 'resolving' ? phase.turn === 'agent' || phase.turn === 'rules' : busyPhases.has(phase.name);
}

function entered(step: StepState, phase: Phase, time: string): StepState {
  const spent = isBusy(step.phase) ? Date.parse(time) - Date.parse(step.phaseSince) : 0;
  const first = step.startedAt === undefined && phase.name === 'preparing' ? { startedAt: time } : {};
  const last = phase.name === 'ended' ? { endedAt: time } : {};
  return { ...step, phase, phaseSince: time, busyMs: step.busyMs + Math.max(0, spent), ...first, ...last };
}
