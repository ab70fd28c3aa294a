/**
 * The package scripts that a test command may run: `npm test` runs `test` (and `pretest`, `posttest`), `pnpm run x` runs `x`.
 * Errs on the side of too many: which word behind `npm --prefix app -w site` is the script, only npm knows, so each word may be.
 * Commands that name none give nothing. Pure.
 */
export function scriptsNamed(commands: readonly (string | readonly string[])[]): readonly string[] {
  const names = commands.flatMap((command) => {
    const words = (typeof command === 'string' ? command : command.join(' ')).split(/[\s;&|()"'`$]+/);
    const runner = words.findIndex((word) => /(^|\/)(npm|pnpm|yarn|bun)$|^--run(=|$)/.test(word));
    return runner < 0
      ? []
      : words
          .slice(runner)
          .map((word) => word.replace(/^--run=/, ''))
          .flatMap(scriptIn);
  });
  return [...new Set(names)].flatMap((name) => [`pre${name}`, name, `post${name}`]);
}

/** Other words of npm for `npm test`, alone or behind an installation. */
const alsoTest = new Set(['t', 'tst', 'it', 'cit', 'install-test', 'install-ci-test']);

function scriptIn(word: string): readonly string[] {
  if (word === '' || word.startsWith('-')) return [];
  return alsoTest.has(word) ? [word, 'test'] : [word];
}

/**
 * Whether one of the named scripts, or one that these run in turn, is not in `after` what it is in `before`.
 * A file that is not readable as a package counts as changed: what the tests would run is then anybody's guess.
 */
export function changedScripts(
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
  names: readonly string[],
): boolean {
  const old = before === undefined ? {} : scriptsOf(before);
  const current = after === undefined ? {} : scriptsOf(after);
  if (old === undefined || current === undefined) return names.length > 0;
  return reached(old, names).some((name) => old[name] !== current[name]);
}

/** The names, and those of the scripts that they run through a package manager, and so on. */
function reached(scripts: Readonly<Record<string, unknown>>, names: readonly string[]): readonly string[] {
  const all = new Set(names);
  for (const name of all) {
    const script = scripts[name];
    if (typeof script === 'string') for (const inner of scriptsNamed([script])) all.add(inner);
  }
  return [...all];
}

function scriptsOf(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value !== 'object' || value === null) return undefined;
    const scripts = 'scripts' in value ? value.scripts : undefined;
    return typeof scripts === 'object' && scripts !== null ? { ...scripts } : {};
  } catch {
    return undefined;
  }
}
