/** The versions of a conflicted file, as text; undefined where there is none, or where it is no text. */
export interface Sides {
  readonly base: string | undefined;
  /** What the branch has. */
  readonly own: string | undefined;
  readonly main: string | undefined;
}

/**
 * The lines that either side added to the base and that the result does not have, each once. How far a line is indented and
 * whether a comma or semicolon ends it does not count, and lines without a letter or digit do not either: those change with
 * what stands beside them. A line that one side took out and the other kept is no loss. Pure.
 */
export function lostLines(sides: Sides, result: string | undefined): readonly string[] {
  const [base, own, main, there] = [sides.base, sides.own, sides.main, result].map(countLines);
  if (base === undefined || own === undefined || main === undefined || there === undefined) return [];
  const lost = new Set<string>();
  for (const [side, other] of [[main, own] as const, [own, main] as const]) {
    for (const [line, count] of side) {
      const before = base.get(line) ?? 0;
      if (count <= before) continue;
      // Of the lines that were there before, those may go that the other side took out.
      const kept = Math.min(before, other.get(line) ?? 0);
      if ((there.get(line) ?? 0) < kept + count - before) lost.add(line);
    }
  }
  return [...lost];
}

/** The form in which lines are compared. */
const normalized = (line: string): string =>
  line
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/\s*[,;]$/, '');

function countLines(text: string | undefined): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of (text ?? '').split(/\r?\n/).map(normalized)) {
    if (/[\p{L}\p{N}]/u.test(line)) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

/** As git writes them (git-merge(1)): seven signs or, where attributes say so, more, then a blank and a label. */
const marker = /^(?:<{7,}|>{7,}|\|{7,})(?: .*)?$|^={7,}$/;

/** Whether the result still has conflict markers; a line that a version itself has, such as a heading of signs, is none. Pure. */
export function hasMarkers(sides: Sides, result: string): boolean {
  const own = new Set([sides.base, sides.own, sides.main].flatMap((text) => (text ?? '').split(/\r?\n/)));
  return result.split(/\r?\n/).some((line) => marker.test(line) && !own.has(line));
}

/** A line or a whole file that the resolver says it left out, and why: `Dropped: <line or path>: <why>`. */
export interface Explanation {
  readonly text: string;
}

/** The explanations in a commit message or a status message. */
export function explanationsIn(texts: readonly string[]): readonly Explanation[] {
  return texts.flatMap((text) =>
    [...text.matchAll(/^[\s*-]*dropped:[ \t]*(\S.*)$/gim)].map((match) => ({ text: (match[1] ?? '').trim() })),
  );
}

/**
 * Whether one of the explanations is about the line. One that begins with the path and goes on with a reason is about every
 * line of it; one that begins with the line itself is about that line. Pure.
 */
export function isExplained(explanations: readonly Explanation[], path: string, line: string): boolean {
  const wanted = normalized(line.replaceAll('`', ''));
  return explanations.some(({ text }) => {
    const said = text.replaceAll('`', '').replace(/\s+/g, ' ');
    const why = behind(said, path);
    return (why !== undefined && /[\p{L}\p{N}]/u.test(why)) || behind(said, wanted) !== undefined;
  });
}

/** What follows the name with which a text begins; undefined when it begins with something else, a longer name too. */
function behind(text: string, name: string): string | undefined {
  if (!text.startsWith(name)) return undefined;
  const rest = text.slice(name.length);
  return /^[\p{L}\p{N}_./-]/u.test(rest) ? undefined : rest;
}
