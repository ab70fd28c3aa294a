import { plainText } from './plain-text.ts';
import { overlapLines } from './question-text.ts';
import { table } from './width.ts';
import { count, listed, shortPath } from './words.ts';

/** What would run; what `plan --json` prints. */
export interface Plan {
  readonly tasks: readonly PlannedTask[];
  readonly overlaps: readonly { readonly tasks: readonly [string, string]; readonly paths: readonly string[] }[];
  /** The ids of the tasks that would run, in run order. */
  readonly order: readonly string[];
  readonly problems: readonly {
    readonly code: string;
    readonly message: string;
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly tasks: readonly string[];
  }[];
}

export interface PlannedTask {
  readonly id: string;
  readonly state: 'ready' | 'blocked' | 'done' | 'unscheduled';
  /** Sentences: why it does not run. */
  readonly reasons: readonly string[];
  readonly title: string;
  readonly agent?: string;
  readonly worktree?: string;
  readonly branch?: string;
  readonly gates?: readonly string[];
  /** `unknown`: it says nothing about the files it will touch, so nobody knows what it overlaps with. */
  readonly claims: 'known' | 'unknown';
}

/** The plan for people: what runs in which order, what does not and why, overlaps, and problems of the task file. */
export function planText(plan: Plan): string {
  const parts = [problemLines(plan), runLines(plan), blockedLines(plan), overlaps(plan)].filter(
    (lines) => lines.length > 0,
  );
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function runLines({ tasks, order }: Plan): readonly string[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const rows = order.flatMap((id, at) => {
    const task = byId.get(id);
    if (task === undefined) return [];
    const where = task.worktree === undefined ? '' : shortPath(task.worktree);
    const gates = task.gates === undefined || task.gates.length === 0 ? '' : `gates: ${listed(task.gates, 9)}`;
    const unknown = task.claims === 'unknown' ? 'files: unknown' : '';
    const more = [gates, unknown].filter((part) => part !== '').join('; ');
    return [
      [
        String(at + 1).padStart(String(order.length).length),
        id,
        plainText(task.title, 80),
        plainText(task.agent ?? '', 60),
        where,
        more,
      ],
    ];
  });
  return rows.length === 0
    ? ['Nothing would run.']
    : [`${count(rows.length, 'task')} would run, in this order:`, ...table(rows, '  ')];
}

function blockedLines({ tasks }: Plan): readonly string[] {
  const rest = tasks.filter(({ state }) => state !== 'ready');
  if (rest.length === 0) return [];
  const rows = rest.map(({ id, state, reasons }) => [id, state, reasons.map((reason) => plainText(reason)).join(' ')]);
  return ['Not run:', ...table(rows, '  ')];
}

const overlaps = (plan: Plan): readonly string[] =>
  plan.overlaps.length === 0 ? [] : ['Potential file conflicts:', ...overlapLines(plan.overlaps)];

const problemLines = ({ problems }: Plan): readonly string[] =>
  problems.map(
    ({ file, line, column, message }) => `${plainText(file, 1_000)}:${line}:${column}: ${plainText(message, 1_000)}`,
  );

/** A task as `tasks` lists it. */
export interface TaskRow {
  readonly id: string;
  readonly status: string;
  readonly priority: string;
  readonly title: string;
  readonly line: number;
  readonly agent?: string;
  /** Sentences: why it would not run now. */
  readonly reasons: readonly string[];
}

/** The tasks of the file, a line each, with what keeps a task from running below it. */
export function tasksText(rows: readonly TaskRow[]): string {
  if (rows.length === 0) return 'No tasks.\n';
  const lines = table(
    rows.map(({ id, status, priority, agent, title }) => [
      id,
      status.replaceAll('_', ' '),
      priority,
      plainText(agent ?? '', 60),
      plainText(title, 200),
    ]),
  );
  const text = rows.flatMap(({ reasons }, at) => [
    lines[at] ?? '',
    ...reasons.map((reason) => `    ${plainText(reason)}`),
  ]);
  return `${text.join('\n')}\n`;
}
