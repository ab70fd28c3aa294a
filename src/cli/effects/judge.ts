import { matchesClaim, resolveClaim, trackedPaths } from '../../conflicts/index.ts';
import { type GateCase, judge } from '../../gates/index.ts';
import { openSlot, pointSlot } from '../../git/index.ts';
import type { Effects, StepState, Work } from '../../orchestrator/index.ts';
import type { GateSettings } from '../../settings/index.ts';
import { err, ok } from '../../std/index.ts';
import { attemptFile, type RunContext, runVariables, slotsFolder, tagOf } from './context.ts';
import { setUpSlot } from './set-up-slot.ts';

/** Runs the gates on a finished branch, in a clean checkout, by the settings of the user's own checkout. */
export function judgeEffect(context: RunContext): Effects['judge'] {
  return async (step, _state, tell, signal) => {
    if (step.phase.name !== 'judging') return;
    const { work } = step.phase;
    const { task } = step.spec;
    const { verdict } = await context.gateSlots.use((slot) =>
      judge(gateCase(context, step, work, slot, signal), async (result) => {
        if (!signal.aborted) await tell({ type: 'gateJudged', task, ...result });
      }),
    );
    if (!signal.aborted) await tell({ type: 'gatesEnded', task, verdict });
  };
}

export function gateCase(
  context: RunContext,
  step: StepState,
  work: Work,
  slotName: string,
  signal: AbortSignal,
): GateCase {
  const { task, tags, gates } = step.spec;
  return {
    task: { id: task, tags },
    base: work.base,
    tip: work.tip,
    changed: work.paths,
    gates: context.settings.gates.map((gate) => (gates.includes(gate.name) ? withoutCondition(gate) : gate)),
    matches: matchesPath,
    checkout: () => checkout(context, step, work, slotName, signal),
    env: { ...context.env, ...runVariables(context, step) },
    logFolder: attemptFile(context, step, 'gates'),
    tag: tagOf(context, step, 'gates'),
    signal,
    git: context.git,
  };
}

function withoutCondition(gate: GateSettings): GateSettings {
  const { when: _, ...always } = gate;
  return always;
}

const nothingTracked = trackedPaths([]);

/** The patterns of gates mean what the same words mean as claims. */
export function matchesPath(pattern: string, path: string): boolean {
  const claim = { pattern, mode: 'edit', exclude: false, at: { line: 1, column: 1 } } as const;
  return matchesClaim(resolveClaim(claim, nothingTracked), path);
}

async function checkout(
  context: RunContext,
  step: StepState,
  work: Work,
  name: string,
  signal: AbortSignal,
): ReturnType<GateCase['checkout']> {
  const slot = await openSlot(context.git, slotsFolder(context.workspace), name);
  const pointed = await pointSlot(context.git, slot, work.tip, context.settings.landing.keep);
  if (!pointed.ok) return err({ message: pointed.error.message });
  const missing = await setUpSlot(
    context,
    { name, folder: slot.path },
    attemptFile(context, step, 'set-up.log'),
    signal,
  );
  return missing === undefined ? ok(slot.path) : err({ message: missing });
}
