import { join } from 'node:path';
import { openJournal } from '../../journal/index.ts';
import { type Question, type RunEvent, undoneBy } from '../../orchestrator/index.ts';
import { ensureFolder, now, takeLock } from '../../system/index.ts';
import type { Invocation } from '../command.ts';
import { runInForeground } from '../foreground.ts';
import { type History, lastStep, questionsLeft, readHistory } from '../history.ts';
import type { AnyRequest } from '../plan-request.ts';
import { Refusal } from '../refusal.ts';
import { removeByHand } from '../remove-by-hand.ts';
import { steer } from '../steer.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';

/** `answer QUESTION VALUE`: told to the run that is going on; after its end the answer is recorded, and what it asks for is done. */
export async function run({ words: [id = '', ...rest], flags, world }: Invocation): Promise<number> {
  const workspace = await openWorkspace(world);
  const value = rest.join(' ');
  if (value === '')
    throw new Refusal('Usage: wt-orch answer QUESTION VALUE', 'See wt-orch status for the open questions.');
  const answer = await steer(workspace.stateDir, { do: 'answer', question: id, value });
  if (answer !== undefined) {
    world.out(`${answer}\n`);
    return 0;
  }
  const history = await readHistory(workspace.stateDir);
  const { run: runId, question } = requireOpen(history, id);
  if (question.options.length > 0 && !question.options.includes(value)) {
    throw new Refusal(`${id} takes one of: ${question.options.join(', ')}.`);
  }
  await record(workspace, runId, { type: 'questionAnswered', question: id, value });
  if (question.about === 'conflict' && value === 'discard') return removeByHand(question.task ?? '', true, world);
  const request = requestFor(question, value, history);
  if (request === undefined) {
    world.out(`${id}: ${value}\n`);
    return 0;
  }
  return runInForeground(workspace, world, { request, json: flags.has('json') });
}

function requireOpen(history: History, id: string): { readonly run: string; readonly question: Question } {
  const left = questionsLeft(history).find(({ question }) => question.id === id);
  if (left !== undefined) return { run: left.state.run, question: left.question };
  throw new Refusal(`There is no open question ${id}.`, 'See wt-orch status.');
}

async function record(workspace: Workspace, run: string, event: RunEvent): Promise<void> {
  await ensureFolder(workspace.stateDir);
  const lock = await takeLock(join(workspace.stateDir, 'lock'), {});
  if (!lock.ok) throw new Refusal('Another wt-orch is at work on this repository.', 'Try again in a moment.');
  try {
    const opened = await openJournal<RunEvent & { readonly run: string }>(workspace.stateDir, { now });
    if (!opened.ok) throw new Refusal('The journal cannot be written.', 'See wt-orch doctor.');
    await opened.value.journal.append([{ ...event, run }]);
    await opened.value.journal.close();
  } finally {
    await lock.value.release();
  }
}

/** What an answer asks for once its run is over. */
function requestFor(question: Question, value: string, history: History): AnyRequest | undefined {
  const ids = question.task === undefined ? [] : [question.task];
  if (ids.length === 0) return undefined;
  const spec = question.task === undefined ? undefined : lastStep(history, question.task)?.step.spec;
  const isUndo = spec !== undefined && undoneBy(spec) !== undefined;
  if (value === 'land' || value === 'approve') return { mode: isUndo ? 'undo' : 'land', ids };
  return question.kind === 'input' ? { mode: 'continue', ids, note: value } : undefined;
}
