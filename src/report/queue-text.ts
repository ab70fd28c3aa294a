import { queue, type RunState, type StepState, type TaskId } from '../orchestrator/index.ts';
import type { Sentence } from './reason.ts';
import { listed } from './words.ts';

/**
 * What a candidate in the landing queue waits for, and the smallest change that would free it where there is one. Nothing for the
 * one that is tested or landed now: its state says it.
 */
export function inQueue(state: RunState, step: StepState): Sentence | undefined {
  const { train } = state;
  const { task } = step.spec;
  if (train.testing.includes(task) || train.landing.includes(task)) return undefined;
  if (step.accused !== undefined) return secondChance(state, task);
  const conflict = train.conflicts.find((one) => one.task === task);
  if (conflict !== undefined) return behindConflict(state, task, conflict);
  const at = train.positions.findIndex((one) => one.task === task);
  const verdict = at < 0 ? undefined : train.verdicts.get(train.positions[at]?.tree ?? '');
  const ahead = train.positions.slice(0, Math.max(0, at)).map((one) => one.task);
  if (verdict?.verdict === 'green') return greenBehind(state, ahead);
  if (verdict !== undefined) return redOnTop(state, verdict.verdict, ahead);
  return untested(state, at);
}

function secondChance(state: RunState, task: TaskId): Sentence {
  const others = queue(state).filter((other) => state.steps.get(other.task)?.accused === undefined);
  const when =
    others.length === 0
      ? 'now that the others are through'
      : `when ${listed(others.map((other) => other.task))} ${others.length === 1 ? 'is' : 'are'} through`;
  return {
    message: `The tests failed with it once; it is tested again, alone, ${when}.`,
    hint: `To mend it before that: \`wt-orch stop ${task}\`, then \`wt-orch retry ${task} --continue\``,
  };
}

function behindConflict(
  { train, steps }: RunState,
  task: TaskId,
  { onto, paths }: { readonly onto: string; readonly paths: readonly string[] },
): Sentence {
  const ahead = train.positions.slice(0, train.positions.findIndex(({ commit }) => commit === onto) + 1);
  const touching = ahead.filter((one) => pathsOf(steps.get(one.task)).some((path) => paths.includes(path)));
  const others = (touching.length > 0 ? touching : ahead).map((one) => one.task);
  const where = paths.length === 0 ? '' : `: ${listed(paths)}`;
  if (others.length === 0)
    return { message: `It does not merge behind those before it, and waits until they have landed${where}.` };
  const landed = others.length === 1 ? 'it has' : 'they have';
  return {
    message: `It does not merge with ${listed(others)} ahead of it, and waits until ${landed} landed or left${where}.`,
    hint: `To let ${task} go first: ${others.map((other) => `\`wt-orch stop ${other}\``).join(', ')}`,
  };
}

const pathsOf = (step: StepState | undefined): readonly string[] =>
  step?.phase.name === 'queued' ? step.phase.work.paths : [];

/** A green behind one that is not green itself lands only where every position needs a verdict of its own. */
function greenBehind(state: RunState, ahead: readonly TaskId[]): Sentence {
  const tested = ahead.filter((task) => state.train.testing.includes(task));
  if (tested.length === 0) return { message: 'Its tests passed; it waits to land.' };
  return { message: `Its tests passed; it waits to land behind ${listed(tested)}, whose tests are under way.` };
}

function redOnTop(state: RunState, verdict: 'red' | 'unknown', ahead: readonly TaskId[]): Sentence {
  const said = verdict === 'red' ? 'The tests failed with it' : 'The tests came to no verdict with it';
  if (ahead.length === 0) return { message: `${said}; the others that are tested beside it come to their end first.` };
  const message = `${said} on top of ${listed(ahead)}. Which of them is to blame is being found out.`;
  return { message, ...moreSlots(state) };
}

function untested(state: RunState, at: number): Sentence {
  const { positions, testing } = state.train;
  const covering = positions.slice(at + 1).find((one) => testing.includes(one.task));
  if (testing.length === 0) return { message: 'It waits to be tested.' };
  if (at >= 0 && covering !== undefined)
    return { message: `It is tested together with ${listed([covering.task])}.`, ...moreSlots(state) };
  return { message: `It waits to be tested, after ${listed(testing)}.`, ...moreSlots(state) };
}

/** Not where the suite has shown that it does not bear so many. */
function moreSlots({ train: { testing, slotsAtMost } }: RunState): { readonly hint?: string } {
  const slots = testing.length + 1;
  if (testing.length === 0 || slots > (slotsAtMost ?? slots)) return {};
  return { hint: `Sooner with \`landing.slots: ${slots}\` in .wt-orch/config.yaml, from the next run on` };
}
