/**
 * The package scripts that a test command names: `npm test` runs `test` (and `pretest`, `posttest`), `pnpm run x` runs `x`.
 * Commands that name none give nothing. Pure.
 */
export function scriptsNamed(commands: readonly (string | readonly string[])[]): readonly string[] {
  const names = commands.flatMap((command) => {
    const words = typeof command === 'string' ? command.split(/[\s;&|()]+/) : command;
    return words.flatMap((word, index) => (/(^|\/)(npm|pnpm|yarn|bun)$/.test(word) ? scriptsAfter(words.slice(index + 1)) : []));
  });
  return [...new Set(names)].flatMap((name) => [`pre${name}`, name, `post${name}`]);
}

function scriptsAfter(words: readonly string[]): readonly string[] {
  const plain = words.filter((word) => !word.startsWith('-'));
  const [first, second] = plain;
  if (first === 'run' || first === 'run-script') return second === undefined ? [] : [second];
  if (first === 't' || first === 'tst') return ['test'];
  return first === undefined ? [] : [first];
}

/**
 * Whether one of the named scripts that stood in `before` stands in `after` no longer, or otherwise.
 * A file that is not readable as a package counts as changed: what the tests would run is then anybody's guess.
 */
export function changedScripts(before: Uint8Array | undefined, after: Uint8Array | undefined, names: readonly string[]): boolean {
  if (before === undefined) return false;
  const old = scriptsOf(before);
  const current = after === undefined ? {} : scriptsOf(after);
  if (old === undefined || current === undefined) return names.length > 0;
  return names.some((name) => old[name] !== current[name]);
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
