import type { Recorded, RunState } from '../orchestrator/index.ts';
import { formatDuration } from '../std/index.ts';
import { type Account, type AccountTask, reportJson } from './account.ts';
import { findingText } from './gate-text.ts';
import { plainText } from './plain-text.ts';
import { shortCommit, spoken } from './words.ts';

/** What would be markup, HTML, a table cell's end, a formula, a mention or a reference to an issue wherever it stands. */
const markup = /[\\`*_~[\]<>|&$@#]/g;
/** What would begin a list or a heading at the start of a line, a link, or an emoji by name. */
const beginning = /^(?:[-+=]|\d+\.(?=\s|$))|\bwww\.|:(?=\/\/|[a-z_+-])/gi;

/**
 * Text that somebody else wrote, as one line of Markdown that shows exactly what it says. Characters that could mean something become
 * numeric character references, which mean nothing in any flavour (CommonMark 2.5), or are escaped where that is easier to read (2.4).
 */
function markdownText(text: string, max = 500): string {
  return plainText(text, max)
    .replaceAll(markup, (character) => ('\\`*_~[]'.includes(character) ? `\\${character}` : reference(character)))
    .replaceAll(beginning, (match) => match.slice(0, -1) + reference(match.slice(-1)));
}

const reference = (character: string): string => `&#${character.charCodeAt(0)};`;

/** The account of a run as Markdown that GitHub renders. `now` (milliseconds) stands for the end of a run that goes on. */
export function reportMarkdown(state: RunState, events: readonly Recorded[], now: number): string {
  const account = reportJson(state, events, now);
  const sections = [
    header(account),
    taskTable(account),
    overlapList(account),
    landingList(account),
    failureList(account),
    gateList(account),
    questionList(account),
    numberList(account),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function header({ run, target, startedAt, endedAt, totalTasks, successful, tested }: Account): readonly string[] {
  const untested = {
    yes: '',
    deliberatelyNot: ' Nothing was tested: the config says so.',
    notConfigured: ' No tests are configured, so nothing could land.',
  };
  return [
    `# Run ${markdownText(run)}`,
    '',
    `${successful} of ${totalTasks} tasks successful, onto ${markdownText(target)}. Started ${markdownText(startedAt)}, ${endedAt === null ? 'not ended yet' : `ended ${markdownText(endedAt)}`}.${untested[tested]}`,
  ];
}

function taskTable({ tasks }: Account): readonly string[] {
  const rows = tasks.map((task) => {
    const cells = [
      task.id,
      spoken(task.outcome ?? 'not finished'),
      task.agent ?? '',
      duration(task),
      task.commit === null ? '' : shortCommit(task.commit),
      task.reason ?? '',
    ];
    return `| ${cells.map((cell) => markdownText(cell)).join(' | ')} |`;
  });
  return ['## Tasks', '', '| Task | Outcome | Agent | Time | Commit | Reason |', '|---|---|---|---|---|---|', ...rows];
}

const duration = ({ seconds }: AccountTask): string => (seconds === 0 ? '' : formatDuration(seconds * 1000));

function overlapList({ overlaps, conflictChoice }: Account): readonly string[] {
  if (overlaps.length === 0) return [];
  const choices = {
    sequential: 'They ran one after the other.',
    parallel: 'They ran at the same time.',
    cancel: 'The run was cancelled.',
  };
  const decided = conflictChoice === null ? [] : ['', choices[conflictChoice]];
  const pairs = overlaps.map(
    ({ tasks: [a, b], paths }) =>
      `* ${markdownText(a)} and ${markdownText(b)}: ${paths.map((path) => markdownText(path)).join(', ')}`,
  );
  return ['## Overlaps', '', ...pairs, ...decided];
}

function landingList({ landings, target }: Account): readonly string[] {
  if (landings.length === 0) return [];
  const lines = landings.map(
    ({ task, from, commit, tested }, at) =>
      `${at + 1}. ${markdownText(task)}: ${markdownText(target)} from ${shortCommit(from)} to ${shortCommit(commit)}${tested ? '' : ' (untested)'}`,
  );
  return ['## Landings', '', ...lines];
}

function failureList({ tasks }: Account): readonly string[] {
  const failed = tasks.filter((task) => task.failed || task.outcome === 'held' || task.outcome === 'waiting_person');
  if (failed.length === 0) return [];
  const lines = failed.flatMap((task) => [
    `* ${markdownText(task.id)}: ${markdownText(task.reason ?? spoken(task.outcome ?? ''))}`,
    ...(task.hint === null ? [] : [`  * ${markdownText(task.hint)}`]),
    ...(task.logs.agent === null ? [] : [`  * Log of the agent: ${markdownText(task.logs.agent)}`]),
    ...(task.logs.test === null ? [] : [`  * Log of the tests: ${markdownText(task.logs.test)}`]),
  ]);
  return ['## What did not land', '', ...lines];
}

function gateList({ tasks }: Account): readonly string[] {
  const lines = tasks.flatMap(({ id, gates }) =>
    gates.flatMap(({ gate, verdict, findings, why }) => [
      `* ${markdownText(id)}, ${markdownText(gate)}: ${verdict}${why === undefined ? '' : ` (${markdownText(why)})`}`,
      ...findings.map((finding) => `  * ${finding.severity}: ${markdownText(findingText(finding), 1_000)}`),
    ]),
  );
  return lines.length === 0 ? [] : ['## Gates', '', ...lines];
}

function questionList({ questions }: Account): readonly string[] {
  if (questions.length === 0) return [];
  const lines = questions.map(
    ({ task, prompt, answer }) =>
      `* ${task === null ? '' : `${markdownText(task)}: `}${markdownText(prompt, 2_000)} (${answer === null ? 'not answered' : `answered: ${markdownText(answer, 2_000)}`})`,
  );
  return ['## Questions', '', ...lines];
}

function numberList(account: Account): readonly string[] {
  return [
    '## Numbers',
    '',
    `* Time: ${account.parallelTime}; one after the other about ${account.estimatedSequentialTime} (${account.speedup})`,
    `* Cost, as the agents report it: ${account.cost}`,
    `* Blocked by gates: ${account.gateBlocks}`,
    `* Dropped by failing tests: ${account.testFailures}`,
    `* Test runs: ${account.tests.length}, of which ${account.tests.filter(({ verdict }) => verdict === 'green').length} green`,
    `* Exit code: ${account.exitCode}`,
  ];
}
