import { harvestWork, scriptsNamed } from '../../agents/index.ts';
import type { Effects } from '../../orchestrator/index.ts';
import { neverLands, type RunContext, requireProfile } from './context.ts';

/** Looks at what the agent left once its process is gone. */
export function harvestEffect(context: RunContext): Effects['harvest'] {
  const testScripts = scriptsNamed(context.settings.landing.test ?? []);
  return async (step, _state, tell) => {
    if (step.phase.name !== 'finishing' || step.phase.exit.ended === 'stopped') return;
    const { task, title, worktree, branch } = step.spec;
    await harvestWork(
      context.git,
      {
        task,
        title,
        path: worktree,
        branch,
        base: step.phase.base,
        target: context.target,
        ended: step.phase.exit.ended,
        exclude: neverLands(context.settings),
        commitLeftovers: requireProfile(context, step).harvest,
        testScripts,
      },
      tell,
    );
  };
}
