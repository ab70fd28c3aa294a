import { nearest } from '../std/index.ts';
import { isWaiting, ringsOf } from './graph.ts';
import { idKey } from './ids.ts';
import type { Found } from './read-task.ts';
import type { Position, Task } from './task.ts';

/** How many unknown dependencies get a guess at what was meant: each guess looks at every id of the file. */
const maxGuesses = 5;
/** How many lines a message about a duplicate id names. */
const maxLinesNamed = 5;

/** What is wrong between tasks: ids that stand twice, dependencies on nothing or on something cancelled, rings. */
export function problemsBetween(tasks: readonly Task[]): readonly Found[] {
  const byId = Map.groupBy(tasks, ({ id }) => idKey(id));
  return [...duplicates(byId), ...strayDependencies(tasks, byId), ...rings(tasks)];
}

function* duplicates(byId: ReadonlyMap<string, readonly Task[]>): Iterable<Found> {
  for (const [first, second, ...others] of byId.values()) {
    if (first === undefined || second === undefined) continue;
    const all = [first, second, ...others];
    const ids = [...new Set(all.map(({ id }) => id))];
    const lines = all.slice(0, maxLinesNamed).map(({ at }) => `line ${at.line}`);
    const more = all.length > maxLinesNamed ? `, and ${all.length - maxLinesNamed} more` : '';
    const where = more === '' ? `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}` : lines.join(', ') + more;
    const message = `The id ${ids.slice(0, maxLinesNamed).join(' or ')} stands on ${where}; give each task an id of its own.`;
    yield { code: 'duplicateId', severity: 'error', message, at: second.at, tasks: ids };
  }
}

function* strayDependencies(tasks: readonly Task[], byId: ReadonlyMap<string, readonly Task[]>): Iterable<Found> {
  let guesses = 0;
  const ids = [...byId.values()].map((same) => same[0]?.id ?? '');
  for (const task of tasks) {
    for (const { id, at } of task.depends) {
      const named = byId.get(idKey(id));
      if (named === undefined) {
        guesses += 1;
        yield unknownDependency(
          task,
          id,
          at,
          guesses <= maxGuesses
            ? nearest(
                id,
                ids.filter((other) => other !== task.id),
              )
            : undefined,
        );
      } else if (isWaiting(task) && named.every(({ status }) => status === 'cancelled')) {
        const message = `${task.id} depends on ${id}, which is cancelled; take the dependency out or bring ${id} back.`;
        yield { code: 'dependsOnCancelled', severity: 'warning', message, at, tasks: [task.id] };
      }
    }
  }
}

/** Old tasks are deleted while finished ones still name them, so there it is only worth a warning. */
function unknownDependency(task: Task, id: string, at: Position, meant: string | undefined): Found {
  const hint = meant === undefined ? 'add that task or take the dependency out' : `write ${meant} if you mean that`;
  const message = `${task.id} depends on ${id}, but no task has that id; ${hint}.`;
  return { code: 'unknownDependency', severity: isWaiting(task) ? 'error' : 'warning', message, at, tasks: [task.id] };
}

function* rings(tasks: readonly Task[]): Iterable<Found> {
  const found = ringsOf(tasks);
  if (found.length === 0) return;
  const byId = new Map(tasks.toReversed().map((task) => [idKey(task.id), task] as const));
  for (const { path, members } of found) {
    const first = byId.get(idKey(path[0] ?? ''));
    const next = idKey(path[1] ?? '');
    const at = first?.depends.find(({ id }) => idKey(id) === next)?.at ?? first?.at ?? { line: 1, column: 1 };
    const message = `These tasks wait for each other: ${path.join(' -> ')}; take one of the dependencies out.`;
    yield { code: 'dependencyCycle', severity: 'error', message, at, tasks: members };
  }
}
