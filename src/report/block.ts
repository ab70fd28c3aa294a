import { assertNever } from '../std/index.ts';
import type { BlockReason, Problem } from '../tasks/index.ts';
import { plainText } from './plain-text.ts';

/** Why `task` does not run, and what would change that. */
export function blockSentence(reason: BlockReason, task: string): string {
  switch (reason.kind) {
    case 'dependencyNotDone':
      return `${task} needs ${reason.id}, which is not done and is not going to run.`;
    case 'dependencyCancelled':
      return `${task} needs ${reason.id}, which is cancelled: take it out of its dependencies, or open it again.`;
    case 'failedBefore':
      return `${task} failed before: \`wt-orch retry ${task}\` tries again.`;
    case 'needsPerson':
      return `${task} needs a person: \`wt-orch why ${task}\` says for what, \`wt-orch land ${task}\` lands a finished branch.`;
    case 'inProgress':
      return `${task} is marked as in progress: \`wt-orch tasks set ${task} ready\` frees it if nobody works on it.`;
    case 'problem':
      return `${task} has an error in the task file: ${problemText(reason.problem)}`;
    case 'unknownStatus':
      return `${task} has the status \`${plainText(reason.text, 80)}\`, which is none that is known.`;
    case 'draft':
      return `${task} is a draft: \`wt-orch tasks set ${task} ready\` opens it.`;
    case 'cancelled':
      return `${task} is cancelled: \`wt-orch tasks set ${task} ready\` opens it again.`;
    case 'blockedByStatus':
      return `${task} is marked as blocked by its author: \`wt-orch tasks set ${task} ready\` opens it.`;
    default:
      return assertNever(reason);
  }
}

/** A problem of the task file as compilers print theirs, so that editors find the place: `TASKS.md:12:5: error: message`. */
export function problemText(problem: Problem): string {
  const { file, at, severity, message } = problem;
  return `${plainText(file, 1_000)}:${at.line}:${at.column}: ${severity}: ${plainText(message, 1_000)}`;
}
