import { delimiter } from 'node:path';

/** What our own launcher and set-up leave in the environment of the program. */
const ours = new Set(['WT_ORCH_RERUN']);
/** What a package manager sets for the scripts it runs, besides everything that begins with `npm_`. */
const packageManagers = new Set(['NODE', 'INIT_CWD', 'COLOR']);

/**
 * The environment as the user's shell has it: `env` without what npm (or pnpm, or Yarn) and our launcher put into it.
 * Agents, gates and the user's tests start from this, so that they find the user's Node and not ours.
 *
 * npm puts `node_modules/.bin` of every folder up to the root in front of PATH and ends the list with a folder named
 * `node-gyp-bin`, once for every level of nesting; it sets EDITOR to `vi` where there is none (@npmcli/run-script, set-path.js, and
 * @npmcli/config, set-envs.js). A variable of its own that the user also had cannot be told apart and goes too.
 */
export function userEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const underPackageManager = env['npm_lifecycle_event'] !== undefined;
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || ours.has(name)) continue;
    if (!underPackageManager) kept[name] = value;
    else if (name.toUpperCase() === 'PATH') kept[name] = userPath(value);
    else if (!name.startsWith('npm_') && !packageManagers.has(name) && !(name === 'EDITOR' && value === 'vi'))
      kept[name] = value;
  }
  return kept;
}

/** Without `node-gyp-bin` (Yarn 1 leaves it out at times) the leading `node_modules/.bin` folders are what was added. */
function userPath(path: string): string {
  const entries = path.split(delimiter);
  const gyp = entries.findLastIndex((entry) => /[\\/]node-gyp-bin[\\/]?$/.test(entry));
  const firstOther = entries.findIndex((entry) => !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(entry));
  return entries.slice(gyp >= 0 ? gyp + 1 : Math.max(0, firstOther)).join(delimiter);
}
