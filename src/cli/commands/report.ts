import { plainText, reportJson, reportMarkdown } from '../../report/index.ts';
import { now } from '../../system/index.ts';
import type { Invocation } from '../command.ts';
import { type History, readHistory } from '../history.ts';
import { Refusal } from '../refusal.ts';
import { requireRepository } from '../workspace.ts';

/** How many runs are named to somebody who asked for one that is not there. */
const namedRuns = 10;

/** `report [RUN]`: the account of a run, the latest if none is named, as Markdown or as one JSON object. */
export async function run({ words: [wanted], flags, world }: Invocation): Promise<number> {
  const format = flags.text('format') ?? 'md';
  if (format === 'html') throw new Refusal('There is no report in HTML, only in Markdown.', 'Leave --format out.');
  if (format !== 'md') throw new Refusal(`--format ${plainText(format, 40)}: it takes md.`);
  const { stateDir } = await requireRepository(world);
  const history = await readHistory(stateDir);
  const state = wanted === undefined ? history.latest : history.runs.get(wanted);
  if (state === undefined) throw unknownRun(history, wanted);
  const events = history.events.filter((event) => event.run === state.run);
  const at = now();
  world.out(
    flags.has('json') ? `${JSON.stringify(reportJson(state, events, at))}\n` : reportMarkdown(state, events, at),
  );
  return 0;
}

function unknownRun(history: History, wanted: string | undefined): Refusal {
  const known = [...history.runs.keys()].reverse();
  if (known.length === 0) return new Refusal('There was no run here yet.', 'Start one with wt-orch run.');
  const shown = known.slice(0, namedRuns).map((run) => `  ${run}`);
  const more = known.length > namedRuns ? `\n  and ${known.length - namedRuns} older ones` : '';
  return new Refusal(
    `There is no run ${plainText(wanted ?? '', 80)}.`,
    `There are, newest first:\n${shown.join('\n')}${more}`,
  );
}
