// A scripted agent: does by rote what a coding agent would do by thinking, so that the example runs anywhere, offline and
// in seconds. It is told its task the way every agent is (WT_ORCH_TASK, a prompt on stdin and in WT_ORCH_PROMPT_FILE),
// edits the files of the worktree it stands in, reports in WT_ORCH_STATUS_FILE and commits.
//
// What it does for each task stands in tools/scripts/<task>/script.mjs:
//   summary     the first line of the commit
//   steps       [{ say, progress, edit?(files), wait? }], see files.mjs and wait.mjs
//   commits     false: the work is left uncommitted, for the coordinator to harvest
//   report      more fields for the last status report
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openFiles } from './agent/files.mjs';
import { commit, head, settleConflicts } from './agent/repository.mjs';
import { createReporter } from './agent/report.mjs';
import { waitUntilOnMain } from './agent/wait.mjs';

const STEP_MS = 450;

const root = process.cwd();
const task = process.env.WT_ORCH_TASK ?? process.argv[2];
if (!/^[A-Za-z][\w.-]*$/.test(task ?? '')) {
  console.error('which task? WT_ORCH_TASK is not set');
  process.exit(2);
}
const agent = basename(root).endsWith(`-${task}`) ? basename(root).slice(0, -task.length - 1) : 'scripted-agent';
// A pace of 0 makes no pauses and waits for nobody.
const pace = Number(process.env.AGENT_PACE ?? 1);
const report = createReporter({ agent, task, file: process.env.WT_ORCH_STATUS_FILE ?? 'agent-status.json' });

try {
  await work();
} catch (problem) {
  console.error(`${task}: ${problem.message}`);
  await report({ status: 'failed', message: problem.message });
  process.exitCode = 1;
}

async function work() {
  const prompt = await readPrompt();
  console.log(`${agent} takes ${task}; the prompt has ${prompt.split('\n').length} lines`);
  const file = new URL(`./scripts/${task}/script.mjs`, import.meta.url);
  if (!existsSync(file)) throw new Error('no script for this task: a real agent would read the prompt now');
  const script = (await import(file)).default;
  const settled = settleConflicts({ root, agent });
  if (settled.length > 0) console.log(`kept both sides in ${settled.join(', ')}`);

  const files = openFiles({ root, additions: new URL(`./scripts/${task}/add/`, import.meta.url) });
  for (const step of script.steps) {
    console.log(step.say);
    await step.edit?.(files);
    await report({ status: 'in_progress', progress: step.progress, message: step.say, filesChanged: files.changed() });
    await pause(STEP_MS * pace);
    if (step.wait !== undefined && pace > 0) await waitUntilOnMain({ root, ...step.wait });
  }
  await finish(script, files.changed());
}

async function finish(script, filesChanged) {
  const claim = { progress: 1, filesChanged, securityGate: 'pending', ...script.report };
  if (script.noChange === true) {
    console.log('nothing to change');
    await report({ status: 'no_change', message: script.summary, ...claim });
    return;
  }
  if (script.commits === false) {
    console.log(`done, ${filesChanged.length} files left uncommitted`);
    await report({ status: 'completed', message: script.summary, ...claim });
    return;
  }
  commit({ root, agent, message: `${task}: ${script.summary}`, files: filesChanged });
  console.log(`done, commit ${head(root).slice(0, 7)}`);
  await report({ status: 'completed', message: script.summary, commit: head(root), ...claim });
}

async function readPrompt() {
  const file = process.env.WT_ORCH_PROMPT_FILE;
  if (process.stdin.isTTY !== true) {
    let text = '';
    for await (const part of process.stdin.setEncoding('utf8')) text += part;
    if (text !== '') return text;
  }
  return file !== undefined && existsSync(file) ? readFile(file, 'utf8') : '';
}
