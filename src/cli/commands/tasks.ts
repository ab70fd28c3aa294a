import { blockSentence, problemText, tasksText } from '../../report/index.ts';
import { nearest } from '../../std/index.ts';
import { idKey, indexTasks, readinessOf, statusOfWord, type TaskFile, type WrittenStatus } from '../../tasks/index.ts';
import type { Invocation } from '../command.ts';
import { requireTask } from '../plan-run.ts';
import { Refusal } from '../refusal.ts';
import { writeMark } from '../task-marks.ts';
import { openWorkspace, readTaskFile } from '../workspace.ts';

const settable: readonly WrittenStatus[] = ['ready', 'in_progress', 'done', 'failed', 'needs_person', 'cancelled'];

/** `tasks`: lists them; `tasks check`: what is wrong with the file; `tasks set ID STATUS`: writes one mark. */
export async function run(invocation: Invocation): Promise<number> {
  const { words, flags, world } = invocation;
  const [deed, ...rest] = words;
  if (deed === 'set') return set(invocation, rest);
  if (deed !== undefined && deed !== 'check') throw new Refusal(`tasks knows check and set, not ${deed}.`);
  const file = await readTaskFile(await openWorkspace(world));
  if (deed === 'check') return check(file, invocation);
  world.out(flags.has('json') ? `${JSON.stringify(list(file))}\n` : tasksText(rows(file)));
  return 0;
}

function list(file: TaskFile): readonly object[] {
  return file.tasks.map((task) => ({
    id: task.id,
    title: task.title,
    status: task.status,
    line: task.at.line,
    agent: task.agent ?? null,
    depends: task.depends.map(({ id }) => id),
    files: task.claims.map(
      ({ pattern, mode, exclude }) => `${mode === 'edit' ? '' : `${mode} `}${exclude ? '!' : ''}${pattern}`,
    ),
    tags: task.tags,
    priority: task.priority,
  }));
}

function rows(file: TaskFile): Parameters<typeof tasksText>[0] {
  const readiness = readinessOf(
    indexTasks(file),
    new Set(file.tasks.filter(({ status }) => status === 'ready').map(({ id }) => id)),
  );
  return file.tasks.map((task) => ({
    id: task.id,
    status: task.status,
    priority: task.priority,
    title: task.title,
    line: task.at.line,
    ...(task.agent === undefined ? {} : { agent: task.agent }),
    reasons: (readiness(task.id)?.reasons ?? []).map((reason) => blockSentence(reason, task.id)),
  }));
}

function check(file: TaskFile, { flags, world }: Invocation): number {
  const bad = file.problems.some(({ severity }) => severity === 'error');
  if (flags.has('json')) {
    const problems = file.problems.map(({ at, ...problem }) => ({ ...problem, line: at.line, column: at.column }));
    world.out(`${JSON.stringify({ ok: !bad, tasks: file.tasks.length, problems })}\n`);
  } else {
    for (const problem of file.problems) world.out(`${problemText(problem)}\n`);
    if (file.problems.length === 0) world.out(`${file.path}: ${file.tasks.length} tasks, nothing to mend.\n`);
  }
  return bad ? 1 : 0;
}

async function set({ world }: Invocation, [id, word]: readonly string[]): Promise<number> {
  if (id === undefined || word === undefined)
    throw new Refusal('Usage: wt-orch tasks set ID STATUS', `STATUS is one of ${settable.join(', ')}.`);
  const workspace = await openWorkspace(world);
  const file = await readTaskFile(workspace);
  const task = requireTask(file, id);
  const next = settable.find((status) => status === statusOfWord(word));
  if (next === undefined) {
    const near = nearest(word, settable);
    throw new Refusal(
      `${word} is no status to set.`,
      near === undefined ? `It is one of ${settable.join(', ')}.` : `Did you mean ${near}?`,
    );
  }
  if (file.tasks.filter((other) => idKey(other.id) === idKey(id)).length > 1)
    throw new Refusal(`${task.id} stands more than once in ${file.path}.`);
  const written = await writeMark(workspace, task.id, task.status, next);
  if (!written.ok) throw new Refusal(`${task.id} was not marked: ${written.error}.`, undefined, 1);
  world.out(`${task.id}: ${task.status} -> ${next}\n`);
  return 0;
}
