import { parseDuration } from '../std/index.ts';
import type { Body } from './body.ts';
import { claimFault, readClaims } from './claims.ts';
import { readDependencies } from './dependencies.ts';
import { type FieldName, fieldMeant } from './fields.ts';
import type { Checkbox } from './heads.ts';
import { idFault } from './ids.ts';
import type { OutlinedTask } from './outline.ts';
import { type Piece, positionOf } from './piece.ts';
import type { Span } from './source.ts';
import { priorityOfWord, statusOfMark, statusOfWord } from './status.ts';
import type { Position, Problem, ProblemCode, Task } from './task.ts';
import { partsOf, statusValue, textValue, wordsValue } from './values.ts';

/** A task, where its status is written, and what its author should know about it. */
export interface ReadTask {
  readonly task: Task;
  readonly statusSpan: { readonly kind: 'mark' | 'word'; readonly span: Span };
  readonly problems: readonly Found[];
}

/** A problem before anyone knows which file it is in. */
export type Found = Omit<Problem, 'file'>;

/** Puts together what was read about one task. `text` is what the task owns. */
export function readTask(outlined: OutlinedTask, body: Body, text: string): ReadTask {
  const { fields } = body;
  const status = readStatus(outlined, body);
  const task: Task = {
    id: outlined.head.id.text,
    title: body.title.text,
    ...status.shown,
    at: positionOf(outlined.head.id),
    depends: partsOf(fields, 'depends').flatMap(({ piece }) => readDependencies(piece)),
    claims: partsOf(fields, 'files').flatMap(({ piece }) => readClaims(piece)),
    tags: wordsValue(fields, 'tags').map(({ text: tag }) => tag.replace(/^#(?=.)/, '')),
    priority: priorityOfWord(textValue(fields, 'priority')?.text ?? '') ?? 'medium',
    accept: body.accept,
    gates: wordsValue(fields, 'gates').map((gate) => gate.text),
    resources: wordsValue(fields, 'resources').map((resource) => resource.text),
    ...optionalFields(body),
    text,
    section: outlined.section,
  };
  return { task, statusSpan: status.statusSpan, problems: problemsOf(task, body, outlined) };
}

function readStatus(
  { head }: OutlinedTask,
  { fields }: Body,
): Pick<ReadTask, 'statusSpan'> & { readonly shown: Pick<Task, 'status' | 'statusText'> } {
  const { mark, markSpan } = head.checkbox;
  const value = statusValue(fields);
  if (value === undefined) {
    return { shown: { status: statusOfMark(mark), statusText: mark }, statusSpan: { kind: 'mark', span: markSpan } };
  }
  const shown = { status: statusOfWord(value.word), statusText: value.word };
  return { shown, statusSpan: { kind: 'word', span: value.span } };
}

type OptionalFields = Pick<Task, 'agent' | 'model' | 'verify' | 'timeout' | 'budget' | 'base' | 'approve'>;

function optionalFields({ fields }: Body): OptionalFields {
  const found: { -readonly [Key in keyof OptionalFields]: OptionalFields[Key] } = {};
  for (const name of ['model', 'budget', 'base'] as const) {
    const value = textValue(fields, name);
    if (value !== undefined) found[name] = value.text;
  }
  const agent = textValue(fields, 'agent');
  if (agent !== undefined) found.agent = agent.text.replace(/^@(?=.)/, '');
  const verify = textValue(fields, 'verify', ' && ');
  if (verify !== undefined) found.verify = verify.text;
  const timeout = textValue(fields, 'timeout');
  if (timeout !== undefined && parseDuration(timeout.text).ok) found.timeout = timeout.text;
  const approve = textValue(fields, 'approve');
  // A word nobody knows asks for a person: to land without the approval that someone wanted is the worse mistake.
  if (approve !== undefined) found.approve = /^(?:never|no|false)$/i.test(approve.text) ? 'never' : 'always';
  return found;
}

function problemsOf(task: Task, body: Body, { head }: OutlinedTask): readonly Found[] {
  const found: Found[] = [];
  const report = (code: ProblemCode, at: Position, message: string, severity: Problem['severity'] = 'warning') => {
    found.push({ code, severity, message, at, tasks: [task.id] });
  };
  const fault = idFault(task.id);
  if (fault !== undefined) {
    const rule = 'an id is a letter, then letters, digits, `.`, `_` or `-`, and has to be valid in a branch name';
    report('badId', task.at, `The id ${task.id} ${fault}; ${rule}.`, 'error');
  }
  if (task.title === '')
    report('emptyTitle', task.at, `${task.id} has no title; say in a few words what is to be done.`);
  reportStatus(task, body, head.checkbox, report);
  reportValues(task, body, report);
  for (const claim of task.claims) {
    const wrong = claimFault(claim);
    if (wrong !== undefined) report(wrong.code, claim.at, `The claim ${claim.pattern} of ${task.id} ${wrong.fault}.`);
  }
  return found;
}

type Report = (code: ProblemCode, at: Position, message: string) => void;

const statusHint = 'write ready, in_progress, done, failed, needs person, blocked, draft or cancelled';

function reportStatus(task: Task, { fields }: Body, { mark, markSpan }: Checkbox, report: Report): void {
  const value = statusValue(fields);
  if (value === undefined) {
    if (task.status !== 'unknown') return;
    const known = 'write [ ], [~], [x], [!], [?] or [-]';
    report(
      'unknownStatus',
      task.at,
      `Nobody knows the mark [${mark}] of ${task.id}, so it is not scheduled; ${known}.`,
    );
    return;
  }
  const at = { line: value.span.line, column: value.span.column };
  const marked = statusOfMark(mark);
  if (task.status === 'unknown') {
    report(
      'unknownStatus',
      at,
      `Nobody knows the status ${value.word} of ${task.id}, so it is not scheduled; ${statusHint}.`,
    );
  }
  if (marked !== 'ready' && marked !== task.status) {
    const message = `${task.id} is marked [${mark}] but its status says ${value.word}, which counts; make them agree.`;
    report('markDisagrees', { line: markSpan.line, column: markSpan.column }, message);
  }
}

function reportValues(task: Task, { fields, strangers }: Body, report: Report): void {
  const check = (name: FieldName, isGood: (text: string) => boolean, tell: (value: Piece) => [ProblemCode, string]) => {
    const value = textValue(fields, name);
    if (value === undefined || isGood(value.text)) return;
    const [code, message] = tell(value);
    report(code, positionOf(value), message);
  };
  check(
    'priority',
    (text) => priorityOfWord(text) !== undefined,
    ({ text }) => [
      'unknownPriority',
      `Nobody knows the priority ${text} of ${task.id}, so medium counts; write P0 to P4, critical, high, medium, low or lowest.`,
    ],
  );
  check(
    'timeout',
    (text) => parseDuration(text).ok,
    ({ text }) => [
      'badDuration',
      `The timeout ${text} of ${task.id} is no duration and does not count; write one such as 30s, 5m or 2h.`,
    ],
  );
  check(
    'approve',
    (text) => /^(?:always|never|yes|no|true|false)$/i.test(text),
    ({ text }) => [
      'badValue',
      `${text} is no value for approve, so ${task.id} waits for a person; write always or never.`,
    ],
  );
  for (const stranger of strangers) {
    const meant = fieldMeant(stranger.text);
    if (meant !== undefined) {
      report(
        'unknownField',
        positionOf(stranger),
        `${stranger.text} is not a field of a task; write ${meant} if you mean that.`,
      );
    }
  }
}
