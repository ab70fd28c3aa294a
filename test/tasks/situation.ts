import { expect } from 'vitest';
import { acceptOf, claimsOf, dependsOf, read, short } from './reading.ts';

export interface Situation {
  readonly lines: readonly string[];
  /** `id|status|title` of each task. */
  readonly tasks?: readonly string[];
  /** What the first task says. */
  readonly first?: object;
  readonly depends?: readonly string[];
  readonly claims?: readonly string[];
  readonly accept?: readonly string[];
  readonly problems?: readonly string[];
}

/** Reads the lines and compares what the situation names; problems are always compared. */
export function check({ lines, tasks, first, depends, claims, accept, problems = [] }: Situation): void {
  const file = read(...lines);
  const [task] = file.tasks;
  if (tasks) expect(file.tasks.map(({ id, status, title }) => `${id}|${status}|${title}`)).toEqual(tasks);
  if (first) expect(task).toMatchObject(first);
  if (depends) expect(dependsOf(task)).toEqual(depends);
  if (claims) expect(claimsOf(task)).toEqual(claims);
  if (accept) expect(acceptOf(task)).toEqual(accept);
  expect(file.problems.map(short)).toEqual(problems);
}

/** The first line of a task that needs none of its own. */
export const t = '### [ ] T-1: T';
