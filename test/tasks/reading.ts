import { type Problem, parseTasks, type Task, type TaskFile } from '../../src/tasks/index.ts';

const encoder = new TextEncoder();

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Reads a task file given as lines. */
export function read(...lines: string[]): TaskFile {
  return parseTasks(bytesOf(lines.join('\n')), 'TASKS.md');
}

/** `line:column code`, the short form of a problem in expectations. */
export function short({ at, code }: Problem): string {
  return `${at.line}:${at.column} ${code}`;
}

export function claimsOf(task: Task | undefined): readonly string[] {
  return (task?.claims ?? []).map(({ pattern, mode, exclude }) => `${exclude ? '!' : ''}${mode} ${pattern}`);
}

export function dependsOf(task: Task | undefined): readonly string[] {
  return (task?.depends ?? []).map(({ id, reason }) => (reason === undefined ? id : `${id} (${reason})`));
}

export function acceptOf(task: Task | undefined): readonly string[] {
  return (task?.accept ?? []).map(({ text, done }) => `${done ? 'x' : ' '} ${text}`);
}
