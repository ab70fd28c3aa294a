interface Group {
  readonly open: number;
  readonly close: number;
  readonly commas: readonly number[];
}

/**
 * Writes `src/{a,b}.ts` out as `src/a.ts` and `src/b.ts`, nested braces included, without duplicates.
 * A brace without a partner or without a comma of its own stays a letter: `routes/{id}.ts` is a file name.
 * Returns undefined when there would be more than `limit` results, since their number doubles with each pair of braces.
 */
export function expandBraces(text: string, limit: number): readonly string[] | undefined {
  const done = new Set<string>();
  const pending = [text];
  while (pending.length > 0) {
    if (done.size + pending.length > limit) return undefined;
    const current = pending.pop() as string;
    const group = firstGroup(current);
    if (group === undefined) done.add(current);
    else pending.push(...choices(current, group).reverse());
  }
  return [...done];
}

function choices(text: string, { open, close, commas }: Group): string[] {
  const before = text.slice(0, open);
  const after = text.slice(close + 1);
  const starts = [open, ...commas];
  const ends = [...commas, close];
  return starts.map((start, index) => before + text.slice(start + 1, ends[index]) + after);
}

/** The group with a comma that opens first. */
function firstGroup(text: string): Group | undefined {
  const opened: { open: number; commas: number[] }[] = [];
  let first: Group | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '{') opened.push({ open: at, commas: [] });
    else if (letter === ',') opened.at(-1)?.commas.push(at);
    else if (letter === '}') {
      const group = opened.pop();
      if (group === undefined || group.commas.length === 0) continue;
      if (first === undefined || group.open < first.open) first = { ...group, close: at };
    }
  }
  return first;
}
