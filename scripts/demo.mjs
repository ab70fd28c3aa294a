// `npm run demo`: a run of examples/ledger from beginning to end, in a folder of its own, told in plain words. It needs no
// network, no account and no agent program. What it says about the outcome it has checked itself, with git and the example's tests.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { story } from './demo-story.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = join(root, 'bin', 'wt-orch.cjs');

const { values: options } = parseArgs({
  options: {
    dir: { type: 'string' },
    keep: { type: 'boolean', default: true },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

if (options.help) console.log('demo.mjs [--dir DIR] [--no-keep] [--quiet]   DIR must be empty or not there yet');
else process.exitCode = await demo();

async function demo() {
  const folder = chooseFolder();
  if (folder === undefined) return 2;
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'wt-orch-demo-home-'));
  const place = { folder, home, env: plainEnvironment(home) };
  try {
    prepare(place);
    const code = await runTasks(place);
    if (code !== 1) {
      console.error(`\nThe run ended with ${code}. Expected was 1, because two of the tasks are made to fail.`);
      showWhatIsNext(folder);
      return 1;
    }
    const told = tell(place);
    const asExpected = prove(place) && told;
    console.log(
      asExpected ? '\nAll of it came out as the story says.' : '\nThis is NOT what the story says; see above.',
    );
    if (options.keep || !asExpected) showWhatIsNext(folder);
    else rmSync(folder, { recursive: true, force: true });
    return asExpected ? 0 : 1;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The folder for the copy, or undefined when the one asked for holds something already. */
function chooseFolder() {
  if (options.dir === undefined) return mkdtempSync(join(realpathSync(tmpdir()), 'wt-orch-demo-'));
  const folder = resolve(options.dir);
  if (!existsSync(folder) || readdirSync(folder).length === 0) return folder;
  console.error(`${folder} is not empty, and the demo overwrites nothing`);
  return undefined;
}

/** An environment in which neither git nor npm reads the settings of whoever runs the demo, and `node` is the user's own. */
function plainEnvironment(home) {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !/node_modules[\\/]\.bin|node-gyp-bin/.test(entry));
  const kept = ['LANG', 'LC_ALL', 'TERM', 'TMPDIR', 'NO_COLOR', 'CI', 'SystemRoot', 'ComSpec', 'PATHEXT'];
  const present = kept.filter((name) => process.env[name] !== undefined).map((name) => [name, process.env[name]]);
  return {
    ...Object.fromEntries(present),
    PATH: path.join(delimiter),
    HOME: home,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    npm_config_update_notifier: 'false',
  };
}

function prepare({ folder, env }) {
  say('A small application with a backlog, in a repository of its own:');
  mkdirSync(folder, { recursive: true });
  shown(`cp -R examples/ledger/. ${folder}`);
  cpSync(join(root, 'examples', 'ledger'), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('node_modules'),
  });
  for (const args of [
    ['-c', 'init.defaultBranch=main', 'init', '--quiet'],
    ['config', 'user.name', 'Demo'],
    ['config', 'user.email', 'demo@example.invalid'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'the ledger'],
  ]) {
    shown(`git ${args.join(' ')}`);
    git({ folder, env }, args);
  }
}

/** Runs every task that is ready, with the terminal as its output. Returns the exit code. */
async function runTasks({ folder, env }) {
  const args = ['run', '--all', '--on-conflict', 'sequential'];
  say('\nAll tasks that are ready, three agents at a time; where two would modify the same file, one after the other:');
  shown(`wt-orch ${args.join(' ')}`);
  const output = options.quiet ? 'ignore' : 'inherit';
  // A Ctrl-C reaches the run as well. It ends in its own time, and the demo after it.
  const stay = () => {};
  process.on('SIGINT', stay);
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: ['ignore', output, output] });
  const code = await new Promise((done, fail) => child.on('error', fail).on('exit', (status) => done(status ?? 130)));
  process.off('SIGINT', stay);
  return code;
}

/** Tells the outcome of each task, as the program reports it. Returns whether it is what the story says. */
function tell({ folder, env }) {
  const answer = spawnSync(process.execPath, [program, 'report', '--json'], { cwd: folder, env, encoding: 'utf8' });
  const tasks = readTasks(answer.stdout);
  if (tasks === undefined) {
    console.error(`wt-orch report --json gave no list of tasks (exit code ${answer.status})\n${answer.stderr}`);
    return false;
  }
  say('\nWhat happened, task by task:');
  let asExpected = true;
  for (const { id, outcome, says, kept } of story) {
    const task = tasks.find((one) => one.id === id);
    if (task?.outcome === outcome) {
      say(`  ${id}: ${outcome}. It ${says.replaceAll('\n', '\n    ')}`);
      if (kept !== undefined) say(`    Reason given: ${task.reason}\n    Its work is kept in ${kept}`);
    } else {
      console.error(
        `  ${id}: expected ${outcome}, and it is ${task?.outcome ?? 'not in the report'}. ${task?.reason ?? ''}`,
      );
      asExpected = false;
    }
  }
  return asExpected;
}

function readTasks(text) {
  try {
    const { tasks } = JSON.parse(text);
    return Array.isArray(tasks) ? tasks : undefined;
  } catch {
    return undefined;
  }
}

/** Checks with git and the example's own tests, without asking the program. Returns whether all of it holds. */
function prove(place) {
  say('\nWhat main is now:');
  shown('git log --first-parent --oneline main');
  say(indent(git(place, ['log', '--first-parent', '--oneline', 'main'])));
  say('\nChecked without asking wt-orch:');
  const results = [...proveFiles(place), ...proveTests(place)];
  for (const { holds, what } of results) (holds ? say : console.error)(`  ${holds ? 'yes' : 'NO '}  ${what}`);
  return results.every((result) => result.holds);
}

function proveFiles(place) {
  const landed = story.filter((task) => task.outcome === 'landed');
  const commits = git(place, ['rev-list', '--first-parent', 'main']).split('\n');
  const onMain = git(place, ['log', '--format=', '--name-only', 'main']).split('\n');
  const marks = readFileSync(join(place.folder, 'TASKS.md'), 'utf8');
  const mark = { landed: 'x', no_change: 'x', tests_failed: '!', gate_blocked: '!' };
  const dirty = git(place, ['status', '--porcelain']);
  return [
    { what: 'main has one commit for each landed task and no other', holds: commits.length === landed.length + 1 },
    ...story
      .filter((task) => task.file !== undefined)
      .map(({ id, file, outcome }) => ({
        what: outcome === 'landed' ? `the work of ${id} is on main` : `nothing of ${id} ever was on main`,
        holds: onMain.includes(file) === (outcome === 'landed'),
      })),
    {
      what: 'no commit on main ever had the access key in it',
      holds: git(place, ['log', '--format=%h', '-G', 'AKIA[A-Z0-9]{16}', 'main']) === '',
    },
    {
      what: 'PAY-22 and PAY-23 were not started: one is a draft, and the other needs it',
      holds: git(place, ['branch', '--list', 'wt-orch/PAY-*']) === '',
    },
    ...story
      .filter((task) => task.kept !== undefined)
      .map(({ id, kept }) => ({
        what: `the work of ${id} is kept in ${kept}`,
        holds: existsSync(join(place.folder, kept)),
      })),
    {
      what: 'TASKS.md says so too: [x] for what landed or had nothing to change, [!] for what was refused',
      holds: story.every(({ id, outcome }) => marks.includes(`[${mark[outcome]}] ${id}`)),
    },
    { what: 'these marks are all that changed in the checkout', holds: dirty === 'M TASKS.md' },
  ];
}

/** Runs `npm test` on every state main ever had, and on OPS-7 alone, in a clone beside the temporary home. */
function proveTests(place) {
  const clone = join(place.home, 'clone');
  git(place, ['clone', '--quiet', '--shared', '--no-checkout', place.folder, clone]);
  const isGreen = (commit) => {
    git({ ...place, folder: clone }, ['checkout', '--quiet', '--detach', commit]);
    return spawnSync('npm', ['test'], { cwd: clone, env: place.env, stdio: 'ignore' }).status === 0;
  };
  const states = git(place, ['log', '--first-parent', '--reverse', '--format=%h %s', 'main']).split('\n');
  const alone = spawnSync('git', ['rev-parse', '--verify', '--quiet', 'refs/heads/wt-orch/OPS-7'], {
    cwd: place.folder,
    env: place.env,
    encoding: 'utf8',
  }).stdout.trim();
  return [
    ...states.map((line) => ({ what: `npm test is green on ${line}`, holds: isGreen(line.split(' ')[0]) })),
    { what: 'npm test is green on OPS-7 alone, so it takes both to break it', holds: alone !== '' && isGreen(alone) },
  ];
}

function showWhatIsNext(folder) {
  console.log(`\nThe folder is ${folder}`);
  say('Look around in it:');
  shown(`cd ${folder}; alias wt-orch='${program}'`);
  shown('wt-orch status          # where everything stands');
  shown('wt-orch why OPS-7       # why it was dropped, with the log of the tests that saw it');
  shown('wt-orch report          # the account of the run');
  shown('wt-orch retry OPS-7     # starts it afresh from the new main, where it sees what DEV-15 brought');
  say(`All of the demo is in this folder; to be rid of it: rm -r ${folder}`);
}

function git({ folder, env }, args) {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: folder, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

function say(text) {
  if (!options.quiet) console.log(text);
}

function shown(command) {
  say(`  $ ${command}`);
}

function indent(text) {
  return text.replace(/^/gm, '    ');
}
