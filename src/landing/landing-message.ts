import type { Candidate } from './train.ts';

/**
 * The message of a commit by which something lands. The subject names the task, so that `git log --first-parent --oneline` reads as the
 * list of what landed; the trailers (git-interpret-trailers(1)) say the same to programs.
 */
export function landingMessage(
  { task, title, undoes }: Pick<Candidate, 'task' | 'title' | 'undoes'>,
  run: string,
): string {
  const subject = `${undoes === undefined ? '' : 'Undo '}${task}: ${title}`;
  const trailers = [`Task: ${task}`, `Run: ${run}`, ...(undoes === undefined ? [] : [`Undoes: ${undoes}`])];
  return `${subject}\n\n${trailers.join('\n')}\n`;
}
