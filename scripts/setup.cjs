// @ts-check
'use strict';
/**
 * Makes a checkout ready: packages installed, a Node that is new enough, `dist/` built. Does only what is missing, says
 * nothing when nothing is, and may be killed, run twice at once, or run while the program runs.
 *
 *   node scripts/setup.cjs           everything
 *   node scripts/setup.cjs build     only `dist/`
 *   node scripts/setup.cjs prepare   the same for npm, where a program that does not build must not stop an install
 *
 * It runs on whatever Node is on the machine, so it keeps to the syntax and the modules of Node 14.
 */
const childProcess = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const root = path.join(__dirname, '..');
const modules = path.join(root, 'node_modules');
const dist = path.join(root, 'dist');
const lockFile = path.join(root, '.setup-lock');
/** npm writes its record as the last deed of an install: without it an install was cut short, and packages may lack files. */
const npmRecord = path.join(modules, '.package-lock.json');
const windows = process.platform === 'win32';

/** A reason to stop that the reader can act on; anything else that is thrown is a bug. */
class Refusal extends Error {}

async function main(/** @type {string | undefined} */ mode) {
  if (mode === 'prepare' && !fs.existsSync(path.join(modules, 'esbuild'))) return;
  if (mode !== undefined) {
    if (isBuilt()) return;
    return locked(build).catch((problem) => {
      if (mode !== 'prepare' || !(problem instanceof Refusal)) throw problem;
      say(problem.message);
    });
  }
  if (isInstalled() && ownNode() !== undefined && isBuilt()) return;
  await locked(async () => {
    if (!isInstalled()) await install();
    if (ownNode() === undefined && !isNewEnough(process.versions.node)) throw new Refusal(noNode());
    if (!isBuilt()) await build();
  });
}

const say = (/** @type {string} */ text) => process.stderr.write(`set-up: ${text}\n`);
const readJson = (/** @type {string} */ file) => JSON.parse(fs.readFileSync(file, 'utf8'));

// Packages

/** Compares what lies on disk: npm's own record is wrong after `npm install --package-lock-only`. About 200 small files. */
function isInstalled() {
  if (!fs.existsSync(npmRecord)) return false;
  const { packages } = readJson(path.join(root, 'package-lock.json'));
  return Object.keys(packages).every((key) => {
    const entry = packages[key];
    if (!key.startsWith('node_modules/') || entry.link) return true;
    try {
      return readJson(path.join(root, key, 'package.json')).version === entry.version;
    } catch (_absent) {
      return entry.optional === true && !isForThisMachine(entry);
    }
  });
}

/** An optional package that names a C library is never missed: which of the two this machine has is npm's business. */
function isForThisMachine(
  /** @type {{ os?: string | string[], cpu?: string | string[], libc?: unknown, peer?: boolean }} */ entry,
) {
  if (entry.os === undefined || entry.libc !== undefined || entry.peer) return false;
  return (
    [].concat(/** @type {any} */ (entry.os)).some((os) => os === process.platform) &&
    (entry.cpu === undefined || [].concat(/** @type {any} */ (entry.cpu)).some((cpu) => cpu === process.arch))
  );
}

/**
 * The tools are development packages and Node 24 is an optional one, whatever NODE_ENV and the user's settings leave out. No package
 * needs its install script, and our own `prepare` would build under the lock that is held here.
 */
const always = ['--include=dev', '--include=optional', '--ignore-scripts'];

/** `npm ci` empties node_modules under every running program, so only an unusable node_modules gets it; `npm install` changes what differs. */
async function install() {
  const usable = fs.existsSync(npmRecord);
  say(usable ? 'bringing the packages up to date' : 'installing the packages (the first time only)');
  // Gone first: if this install is cut short, the next one starts afresh. `npm install` does not mend half a package.
  if (usable) fs.unlinkSync(npmRecord);
  await npm((usable ? ['install', '--no-save'] : ['ci']).concat(always));
}

/** Runs npm with the Node it was started with, never with the one inside the node_modules that it is about to change. */
async function npm(/** @type {string[]} */ args) {
  const ownBin = path.join(modules, '.bin');
  const outside = (process.env['PATH'] || '').split(path.delimiter).filter((entry) => path.resolve(entry) !== ownBin);
  const env = Object.assign({}, process.env, { PATH: outside.join(path.delimiter) });
  const script = process.env['npm_execpath'] || '';
  const node = process.env['npm_node_execpath'] || process.execPath;
  const isOurs = fs.existsSync(node) && fs.realpathSync(node).startsWith(fs.realpathSync(root) + path.sep);
  const code = /npm-cli\.js$/.test(script)
    ? await run(isOurs ? 'node' : node, [script].concat(args), env)
    : await run('npm', args, env);
  if (code !== 0) throw new Refusal(`npm ${args[0]} failed (exit code ${code}); its own words are above`);
}

// Node

/** The Node that came with the packages, ready to be found on PATH by npm scripts; undefined when none starts here (Alpine, riscv64, ...). */
function ownNode() {
  const link = path.join(modules, '.bin', 'node');
  for (const name of [
    `node-bin-${process.platform}-${process.arch}`,
    `node-${windows ? 'win' : process.platform}-${process.arch}`,
  ]) {
    const binary = path.join(modules, name, 'bin', windows ? 'node.exe' : 'node');
    if (!fs.existsSync(binary)) continue;
    if (childProcess.spawnSync(binary, ['-v']).status === 0) {
      // npm 10 installs the package and leaves its command out.
      if (!windows && !fs.existsSync(link)) relink(path.join('..', name, 'bin', 'node'), link);
      return binary;
    }
    if (fs.existsSync(link)) fs.unlinkSync(link);
  }
  return isNewEnough(process.versions.node) ? process.execPath : undefined;
}

function relink(/** @type {string} */ target, /** @type {string} */ link) {
  fs.mkdirSync(path.dirname(link), { recursive: true });
  const fresh = `${link}.${process.pid}`;
  fs.symlinkSync(target, fresh);
  fs.renameSync(fresh, link);
}

function isNewEnough(/** @type {string} */ version) {
  const wanted = /(\d+)\.(\d+)/.exec(readJson(path.join(root, 'package.json')).engines.node) || [];
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > Number(wanted[1]) || (major === Number(wanted[1]) && minor >= Number(wanted[2]));
}

const noNode = () =>
  `no Node that runs on ${process.platform}-${process.arch} came with the packages, and this one is ${process.version}; ` +
  `install Node ${readJson(path.join(root, 'package.json')).engines.node} and run this again`;

// dist/

/** One value for everything that `dist/` is made from, whatever the file times say. */
function sourcesHash() {
  const hash = crypto.createHash('sha256');
  const add = (/** @type {string} */ name) => {
    const file = path.join(root, name);
    if (!fs.existsSync(file)) return;
    if (fs.statSync(file).isDirectory()) {
      for (const child of fs.readdirSync(file).sort()) add(`${name}/${child}`);
      return;
    }
    hash.update(`${name}\0`).update(fs.readFileSync(file)).update('\0');
  };
  ['src', 'scripts/build.mjs', 'scripts/no-devtools.mjs', 'package-lock.json', 'tsconfig.json'].forEach(add);
  return hash.digest('hex');
}

function isBuilt() {
  try {
    return (
      readJson(path.join(dist, 'stamp.json')).sources === sourcesHash() && fs.existsSync(path.join(dist, 'main.js'))
    );
  } catch (_absent) {
    return false;
  }
}

async function build() {
  const code = await run(ownNode() || process.execPath, [path.join(__dirname, 'build.mjs')], process.env);
  if (code !== 0) throw new Refusal('dist/ was not built');
}

// One at a time

/** Runs a program with both of its outputs on our stderr, its process noted in the lock. @returns {Promise<number>} its exit code */
function run(/** @type {string} */ command, /** @type {string[]} */ args, /** @type {NodeJS.ProcessEnv} */ env) {
  return new Promise((resolve, reject) => {
    const child = childProcess.spawn(command, args, {
      cwd: root,
      env,
      stdio: ['ignore', 2, 2],
      shell: windows && command === 'npm',
    });
    // Whoever kills this process alone leaves the child running; the next set-up has to wait for it as well.
    if (child.pid !== undefined) fs.writeFileSync(lockFile, `${process.pid} ${child.pid}`);
    child.on('error', (error) => reject(new Refusal(`${command} does not start: ${error.message}`)));
    child.on('close', (code) => resolve(code === null ? 1 : code));
  });
}

async function locked(/** @type {() => Promise<void>} */ work) {
  for (let waits = 0; !tryLock(); waits += 1) {
    if (waits === 5)
      say(`waiting for another set-up (process ${readLock().text}; if there is none, delete .setup-lock)`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    await work();
  } finally {
    fs.unlinkSync(lockFile);
  }
}

function tryLock() {
  try {
    fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  const { text, ageMs } = readLock();
  const owners = text.split(' ').filter(Boolean).map(Number);
  // An empty lock is one whose owner has not yet written its number, unless it stays empty.
  if (owners.length === 0 ? ageMs < 10000 : owners.some(isSetUp)) return false;
  // Of several who see the same dead owner one wins the rename; whoever moved a living lock by mistake puts it back.
  const aside = `${lockFile}.${process.pid}`;
  try {
    fs.renameSync(lockFile, aside);
    if (fs.readFileSync(aside, 'utf8') !== text) fs.linkSync(aside, lockFile);
    fs.unlinkSync(aside);
  } catch (_somebodyWasFaster) {}
  return false;
}

function readLock() {
  try {
    return { text: fs.readFileSync(lockFile, 'utf8'), ageMs: Date.now() - fs.statSync(lockFile).mtimeMs };
  } catch (_released) {
    return { text: '', ageMs: 0 };
  }
}

/** Whether this process lives and, where the system tells, is a set-up or something it starts: process numbers are used again. */
function isSetUp(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return /setup\.cjs|build\.mjs|npm/.test(fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
  } catch (_gone) {
    return false;
  }
}

module.exports = { sourcesHash };

if (require.main === module) {
  main(process.argv[2]).catch((problem) => {
    say(problem instanceof Refusal ? problem.message : problem.stack);
    process.exitCode = 1;
  });
}
