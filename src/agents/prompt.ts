export interface PromptParts {
  readonly task: string;
  readonly title: string;
  /** The whole text of the task, as it stands in the task file. */
  readonly text: string;
  readonly claims: readonly string[];
  /** What the agent's profile says to every task. */
  readonly preamble?: string;
  readonly statusFile: string;
  /** The answer of a person, or what went wrong the last time. */
  readonly note?: string;
}

/** The prompt of one attempt: the profile's words, the task, the files it may touch, and how to report. Pure. */
export function buildPrompt(parts: PromptParts): string {
  const sections = [
    parts.preamble?.trim(),
    `You work on task ${parts.task}: ${parts.title}\n\nThe task, as it stands in the task file:\n\n${parts.text.trimEnd()}`,
    parts.claims.length === 0 ? undefined : `Files that this task says it will touch:\n\n${bullets(parts.claims)}`,
    parts.note === undefined ? undefined : `A person answered your question:\n\n${parts.note}`,
    rules(parts),
  ];
  return `${sections.filter((section) => section !== undefined && section !== '').join('\n\n')}\n`;
}

const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

function rules(parts: PromptParts): string {
  return [
    'You are in a git worktree of your own, on a branch of your own. Work only here. Commit your work; what you leave uncommitted is committed for you.',
    'Do not edit the task file and do not merge, rebase or push: the coordinator does.',
    `Report how you are doing in ${parts.statusFile} (replace the file as a whole), or with \`wt-orch report-status\`:`,
    `{ "taskId": "${parts.task}", "status": "in_progress", "progress": 0.4, "message": "what you are doing" }`,
    '`status` is in_progress, completed, failed (with a message), needs_input (with a question), or no_change when nothing has to be done.',
  ].join('\n');
}
