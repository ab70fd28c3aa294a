import { readBlocks, type Unclosed } from './blocks.ts';
import { readBody } from './body.ts';
import { problemsBetween } from './checks.ts';
import { idKey } from './ids.ts';
import { type Outline, type OutlinedTask, readOutline } from './outline.ts';
import { positionOf } from './piece.ts';
import { type Found, type ReadTask, readTask } from './read-task.ts';
import { readSource, type Source } from './source.ts';
import type { Position, Problem, Task, TaskFile } from './task.ts';

/**
 * Reads a task file. `path` is only named in problems. Never fails: bytes that are not UTF-8, unknown words and whatever else is odd
 * become problems, sorted by position, and errors stop only the tasks they name. Linear in the size of the file.
 */
export function parseTasks(bytes: Uint8Array, path: string): TaskFile {
  const { source, outline, unclosed, read } = readTasks(bytes);
  const tasks = withCanonicalDependencies(read.map(({ task }) => task));
  const found = [
    ...sourceProblems(source, unclosed),
    ...strayHeadings(outline),
    ...read.flatMap(({ problems }) => problems),
    ...problemsBetween(tasks),
  ];
  const problems: Problem[] = found.map((problem) => ({ ...problem, file: path }));
  return { path, tasks, problems: problems.sort((a, b) => comparePositions(a.at, b.at)) };
}

export interface ReadTasks {
  readonly source: Source;
  readonly outline: Outline;
  readonly unclosed: Unclosed | undefined;
  readonly read: readonly ReadTask[];
}

/** Reads the tasks of a file one by one, without looking at what is between them. */
export function readTasks(bytes: Uint8Array): ReadTasks {
  const source = readSource(bytes);
  const { blocks, unclosed } = readBlocks(source);
  const outline = readOutline(blocks);
  const read = outline.tasks.map((task) => readTask(task, readBody(blocks, task), ownedText(source, task)));
  return { source, outline, unclosed, read };
}

function ownedText({ text, lines }: Source, { first, end }: OutlinedTask): string {
  let last = end - 1;
  while (last > first && lines[last]?.text.trim() === '') last -= 1;
  return text.slice(lines[first]?.start, lines[last]?.end);
}

function withCanonicalDependencies(tasks: readonly Task[]): readonly Task[] {
  const exact = new Set(tasks.map(({ id }) => id));
  const spelling = new Map(tasks.toReversed().map(({ id }) => [idKey(id), id] as const));
  return tasks.map((task) => {
    if (task.depends.every(({ id }) => exact.has(id))) return task;
    const depends = task.depends.map((dependency) => {
      const { id } = dependency;
      return exact.has(id) ? dependency : { ...dependency, id: spelling.get(idKey(id)) ?? id };
    });
    return { ...task, depends };
  });
}

function sourceProblems(source: Source, unclosed: Unclosed | undefined): readonly Found[] {
  const found: Found[] = [];
  if (!source.isUtf8) {
    const line = source.lines.find(({ text }) => text.includes('\uFFFD'));
    const at = { line: line?.number ?? 1, column: (line?.text.indexOf('\uFFFD') ?? 0) + 1 };
    const message = 'The file holds bytes that are not UTF-8; save it as UTF-8.';
    found.push({ code: 'notUtf8', severity: 'warning', message, at, tasks: [] });
  }
  if (unclosed !== undefined) {
    const message = `This ${unclosed.what} is never closed, so no task below it is seen; close it.`;
    found.push({
      code: 'unclosedBlock',
      severity: 'warning',
      message,
      at: { line: unclosed.line, column: 1 },
      tasks: [],
    });
  }
  return found;
}

function strayHeadings(outline: Outline): readonly Found[] {
  return outline.strays.map(({ content, level }) => {
    const why = level === 1 ? 'A heading of level 1 is no task; write it as `## [ ] ID: title`.' : undefined;
    const message = why ?? 'This heading has a mark but no id, so it is no task; write it as `[ ] ID: title`.';
    return { code: 'notATask', severity: 'warning', message, at: positionOf(content), tasks: [] };
  });
}

function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}
