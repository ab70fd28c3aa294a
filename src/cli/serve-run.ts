import { type Client, type Serving, serve } from '../control/index.ts';
import type { Git } from '../git/index.ts';
import { type Loop, openQuestions, type Recorded, type RunState } from '../orchestrator/index.ts';
import { reasonSentence } from '../report/index.ts';
import { type ControlAnswer, type ControlRequest, controlRequest } from './control-words.ts';
import type { History } from './history.ts';
import { type AnyRequest, planRequest } from './plan-request.ts';
import { Refusal } from './refusal.ts';
import type { Target, Workspace } from './workspace.ts';

export interface Served {
  readonly workspace: Workspace;
  readonly git: Git;
  readonly target: Target;
  readonly history: History;
  readonly loop: Loop;
}

export interface ServedRun extends Serving {
  /** Passes a recorded event on to the clients that follow the run. */
  readonly pass: (event: Recorded) => void;
}

/** Lets other processes of the user steer the run: stop, answer, add tasks, follow. */
export async function serveRun(parts: Served): Promise<ServedRun> {
  const followers = new Set<Client>();
  const serving = await serve({
    folder: parts.workspace.stateDir,
    answer: async (request, client): Promise<ControlAnswer> => {
      const parsed = controlRequest.safeParse(request);
      if (!parsed.success) return no('That is no request of this version.');
      if (parsed.data.do === 'follow') {
        followers.add(client);
        client.closed.addEventListener('abort', () => followers.delete(client), { once: true });
        return yes(parts.loop.state().run);
      }
      return carryOut(parts, parsed.data).catch(refused);
    },
  });
  return {
    ...serving,
    pass: (event) => {
      for (const follower of followers) follower.send(event);
    },
  };
}

const yes = (text: string): ControlAnswer => ({ ok: true, text });
const no = (text: string): ControlAnswer => ({ ok: false, text });

function refused(problem: unknown): ControlAnswer {
  if (problem instanceof Refusal) return no(problem.message);
  throw problem;
}

async function carryOut(parts: Served, request: Exclude<ControlRequest, { do: 'follow' }>): Promise<ControlAnswer> {
  const { loop } = parts;
  switch (request.do) {
    case 'stop':
      return stop(loop, request.task);
    case 'answer':
      return answer(loop, request.question, request.value);
    case 'join':
      return join(parts, request);
  }
}

async function stop(loop: Loop, wanted: string | undefined): Promise<ControlAnswer> {
  if (wanted === undefined) {
    await loop.tell({ type: 'stopRequested', by: 'person' });
    return yes(`Run ${loop.state().run} is stopping.`);
  }
  const task = taskNamed(loop.state(), wanted);
  if (task === undefined) return no(`The run has no task ${wanted}.`);
  await loop.tell({ type: 'stopRequested', task, by: 'person' });
  return yes(`${task} is stopping.`);
}

async function answer(loop: Loop, id: string, value: string): Promise<ControlAnswer> {
  const question = openQuestions(loop.state()).find((open) => open.id === id);
  if (question === undefined) return no(`There is no open question ${id}. See wt-orch status.`);
  if (question.options.length > 0 && !question.options.includes(value)) {
    return no(`${id} takes one of: ${question.options.join(', ')}.`);
  }
  const after = await loop.tell({ type: 'questionAnswered', question: id, value });
  if (after.questions.get(id)?.answer !== value) return no(`The run ended before ${id} was answered. Answer it again.`);
  return yes(`${id}: ${value}`);
}

/** Adds tasks to the run. What they overlap with is weighed against the tasks that are under way too. */
async function join(parts: Served, request: ControlRequest & { do: 'join' }): Promise<ControlAnswer> {
  const state = parts.loop.state();
  if (state.endedAt !== undefined) return no('The run has just ended. Start a new one.');
  const plan = await planRequest({ ...parts, joining: state }, askedFor(request));
  const overlaps = plan.overlaps.filter((overlap) => !overlap.ordered).map(({ tasks, paths }) => ({ tasks, paths }));
  if (plan.steps.length === 0)
    return no(
      plan.skipped.map(({ task, reason }) => `${task}: ${reasonSentence(reason, { task }).message}`).join('\n'),
    );
  const after = await parts.loop.tell({ type: 'tasksJoined', steps: plan.steps, skipped: plan.skipped, overlaps });
  // What is told to a run that has ended is not recorded.
  if (after.endedAt !== undefined) return no('The run has just ended. Start a new one.');
  return yes(`${plan.steps.map(({ task }) => task).join(', ')} joined run ${state.run}.`);
}

function askedFor({ mode, ids, timeoutMs }: ControlRequest & { do: 'join' }): AnyRequest {
  if (mode === 'undo') return { mode, ids: ids ?? [] };
  return { mode, ...(ids === undefined ? {} : { ids }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

function taskNamed(state: RunState, wanted: string): string | undefined {
  return [...state.steps.keys()].find((task) => task.toLowerCase() === wanted.toLowerCase());
}
