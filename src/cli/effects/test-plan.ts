import { join } from 'node:path';
import type { Position, TestPlan } from '../../landing/index.ts';
import type { RunState } from '../../orchestrator/index.ts';
import { now } from '../../system/index.ts';
import { type RunContext, slotsFolder } from './context.ts';
import { setUpSlot } from './set-up-slot.ts';

/** Tests that run side by side get a block of ports each, so that their servers do not meet; below the range that systems hand out. */
const firstPort = 21_000;
const portsPerSlot = 100;

/** What the test of one position needs, in the slot of that number (from 1). `scratch` is the folder for temporary folders of slots. */
export function testPlan(
  context: RunContext,
  state: RunState,
  at: { readonly position: Position; readonly slot: number; readonly scratch: string },
): TestPlan {
  const { position, scratch } = at;
  const slot = String(at.slot);
  const step = state.steps.get(position.task);
  const { landing } = context.settings;
  return {
    slotsFolder: slotsFolder(context.workspace),
    slot,
    scratch: join(scratch, slot),
    commands: landing.test ?? [],
    timeoutMs: landing.timeoutMs,
    keep: landing.keep,
    env: {
      ...context.env,
      WT_ORCH_RUN: context.run,
      ...(step === undefined ? {} : { WT_ORCH_TASK: position.task }),
      WT_ORCH_SLOT: slot,
      WT_ORCH_PORT: String(firstPort + (at.slot - 1) * portsPerSlot),
    },
    tag: `${context.run}/test/${position.commit.slice(0, 10)}`,
    log: join(context.folder, `test-${position.commit.slice(0, 10)}.log`),
    setUp: (folder, log, signal) => setUpSlot(context, { name: slot, folder }, log, signal),
    now,
  };
}
