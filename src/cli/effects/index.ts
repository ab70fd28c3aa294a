import type { Effects } from '../../orchestrator/index.ts';
import type { RunContext } from './context.ts';
import { harvestEffect } from './harvest.ts';
import { judgeEffect } from './judge.ts';
import { moveTrainEffect } from './move-train.ts';
import { prepareEffect } from './prepare.ts';
import { resolveConflictEffect } from './resolve-conflict.ts';
import { runAgentEffect } from './run-agent.ts';
import { tidyEffect } from './tidy.ts';
import { undoEffect } from './undo.ts';

/** The record of real effects that the loop is given: each joins a feature to the settings and folders of one run. */
export function effectsFor(context: RunContext): Effects {
  return {
    undo: undoEffect(context),
    prepare: prepareEffect(context),
    runAgent: runAgentEffect(context),
    harvest: harvestEffect(context),
    judge: judgeEffect(context),
    resolveConflict: resolveConflictEffect(context),
    moveTrain: moveTrainEffect(context),
    tidy: tidyEffect(context),
  };
}
