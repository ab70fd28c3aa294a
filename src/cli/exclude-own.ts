import { excludeLines, type Git } from '../git/index.ts';
import type { Settings } from '../settings/index.ts';
import { statusFileName } from './effects/context.ts';

/** The lines of ours in `info/exclude`: what we and the agents leave in the repository is never added by accident. */
export const ownExcludes = (settings: Settings): readonly string[] => [
  `/${settings.worktrees.root.replace(/\/+$/, '')}/`,
  statusFileName,
];

/** Writes them where they are not there yet. */
export const excludeOwn = (git: Git, settings: Settings): Promise<void> => excludeLines(git, ownExcludes(settings));
