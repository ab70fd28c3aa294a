import {
  bothSides,
  type Colliding,
  type Conflict,
  type ConflictedPath,
  editTree,
  type Git,
  readConflict,
  type TreeEdit,
  youngerSide,
} from '../git/index.ts';
import type { ConflictRule } from './conflict-rules.ts';

/** A conflict once the rules have been applied. */
export interface Settlement {
  /** Its tree has what the rules decided; its paths are those that they leave to somebody. */
  readonly conflict: Conflict;
  /** Paths that stand as main has them until a program has written them anew. */
  readonly regenerate: readonly Regenerated[];
}

export interface Regenerated {
  readonly path: string;
  readonly command: string | readonly string[];
  /** Where the command runs, relative to the root. */
  readonly folder: string;
  /** What main has there. */
  readonly entry: TreeEdit['entry'];
}

/** Merges a branch with main in memory and applies the rules to what does not merge. Nothing but objects is written. */
export async function settleByRules(
  git: Git,
  sides: Colliding,
  ruleOf: (path: string) => ConflictRule,
): Promise<Settlement | 'unrelated'> {
  const conflict = await readConflict(git, sides);
  if (conflict === 'unrelated') return conflict;
  const edits: TreeEdit[] = [];
  const left: ConflictedPath[] = [];
  const regenerate: Regenerated[] = [];
  for (const one of conflict.paths) {
    const decided = await decide(git, sides, one, ruleOf(one.path));
    if (decided === undefined) left.push(one);
    else edits.push(decided.edit);
    if (decided?.regenerate !== undefined) regenerate.push(decided.regenerate);
  }
  return { conflict: { tree: await editTree(git, conflict.tree, edits), paths: left }, regenerate };
}

/** What a rule makes of a path; undefined when it leaves it. */
async function decide(
  git: Git,
  sides: Colliding,
  one: ConflictedPath,
  rule: ConflictRule,
): Promise<{ readonly edit: TreeEdit; readonly regenerate?: Regenerated } | undefined> {
  const { path } = one;
  switch (rule.rule) {
    case 'newest':
      return { edit: { path, entry: one[await youngerSide(git, sides, path)] } };
    case 'merge': {
      const entry = await bothSides(git, one);
      return entry === undefined ? undefined : { edit: { path, entry } };
    }
    case 'regenerate': {
      // Where one side has taken the file away, somebody has to say whether there is one.
      if (one.own === undefined || one.main === undefined) return undefined;
      const { command, folder } = rule;
      return { edit: { path, entry: one.main }, regenerate: { path, command, folder, entry: one.main } };
    }
    case 'manual':
      return undefined;
  }
}
