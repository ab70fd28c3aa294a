import { buildPrompt, type PromptParts } from './prompt.ts';

/** What an agent is told of a conflict that it is to resolve. */
export interface ConflictParts extends Omit<PromptParts, 'note'> {
  readonly target: string;
  /** The round that begins, and how many there are. */
  readonly round: number;
  readonly rounds: number;
  readonly files: readonly ConflictFile[];
  /** Tasks that have landed meanwhile and changed these files. */
  readonly landed: readonly { readonly task: string; readonly title: string; readonly text: string }[];
  /** Paths that are written anew by a program when the rest is resolved. */
  readonly regenerated: readonly string[];
  /** Why the round before was not enough. */
  readonly failed?: string;
}

/** A conflicted file; a version that is not there is undefined, one that is no text `null`. */
export interface ConflictFile {
  readonly path: string;
  readonly base: string | null | undefined;
  readonly own: string | null | undefined;
  readonly main: string | null | undefined;
}

/** The prompt of one round: what collides and whose work it is, what to do and what not, then the task as in every prompt. Pure. */
export function buildConflictPrompt(parts: ConflictParts): string {
  const { task, target, round, rounds } = parts;
  const sections = [
    `Your work on task ${task} is finished and does not merge with \`${target}\`, which has moved on. A merge with it waits in this worktree: resolve it. (Round ${round} of ${rounds}.)`,
    parts.failed === undefined ? undefined : `The round before was not enough:\n\n${parts.failed}`,
    `Files with conflicts:\n\n${parts.files.map(({ path }) => `- ${path}`).join('\n')}`,
    whatToDo(parts),
    ...parts.landed.map(
      (other) =>
        `Task ${other.task}, which has landed meanwhile and changed these files: ${other.title}\n\n${capped(other.text, largestTask)}`,
    ),
    ...filesText(parts.files),
    `What you were asked to do:\n\n${buildPrompt(parts)}`,
  ];
  return `${sections.filter((section) => section !== undefined).join('\n\n')}\n`;
}

function whatToDo({ target, regenerated }: ConflictParts): string {
  return [
    'What to do:',
    `- In each of these files keep what both sides want: yours is HEAD, between \`<<<<<<<\` and \`|||||||\`; that of \`${target}\` is between \`=======\` and \`>>>>>>>\`; between them stands what both started from. Leave no marker.`,
    '- Change no other file. What merges by itself is merged already.',
    '- Every line that one side added has to be there afterwards. Where that cannot be, say so in the commit message, one line for each: `Dropped: <the line, or the path of the file>: <why>`.',
    '- Then `git add` the files and `git commit`, which ends the merge. Start no merge and no rebase of your own, and do not abort this one.',
    ...(regenerated.length === 0
      ? []
      : [`- Leave ${regenerated.join(', ')} alone: a program writes that anew when the rest is resolved.`]),
  ].join('\n');
}

/** So much of one version, of all versions, and of the text of a task fits a prompt. */
const largestVersion = 6_000;
const largestAll = 60_000;
const largestTask = 8_000;

function filesText(files: readonly ConflictFile[]): readonly string[] {
  let left = largestAll;
  return files.flatMap(({ path, base, own, main }) => {
    const versions = [
      ['what both started from', base],
      ['yours', own],
      ['that of main', main],
    ] as const;
    const text = versions.map(([name, version]) => versionText(`${path}, ${name}`, version)).join('\n\n');
    left -= text.length;
    return left < 0 ? [] : [text];
  });
}

function versionText(name: string, version: string | null | undefined): string {
  if (version === undefined) return `${name}: there is none.`;
  if (version === null) return `${name}: no text.`;
  const fence = '`'.repeat(Math.max(3, ...[...version.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${name}:\n\n${fence}\n${capped(version, largestVersion).replace(/\n$/, '')}\n${fence}`;
}

const capped = (text: string, most: number): string =>
  text.length <= most ? text.trimEnd() : `${text.slice(0, most)}\n[… ${text.length - most} more characters]`;
