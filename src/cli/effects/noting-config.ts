import type { ConfigChange } from '../../git/index.ts';
import type { Effects } from '../../orchestrator/index.ts';
import { configChangeText } from '../../report/index.ts';

/** The effects of a run, with a note beside the harvest where settings of git have changed while the agent worked. */
export function notingConfig(effects: Effects, changes: () => Promise<readonly ConfigChange[]>): Effects {
  return {
    ...effects,
    harvest: async (step, state, tell, signal) => {
      const found = await changes();
      if (found.length > 0) {
        const text = `while its agent worked, ${configChangeText(found)}`;
        await tell({ type: 'noted', level: 'warning', task: step.spec.task, text });
      }
      await effects.harvest(step, state, tell, signal);
    },
  };
}
