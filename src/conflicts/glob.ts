/**
 * A glob as a flat list of tokens, each also a state of a small automaton: a code point (0 and above), or one of the signs below.
 *
 * The matcher is our own because the syntax is smaller on purpose than that of any library: `( ) [ ] + @ !` are ordinary letters
 * here, since `app/(dashboard)/users/[id]/page.tsx` is an ordinary file name in Next.js and SvelteKit projects. Libraries give them
 * a meaning, and none can say whether two globs meet.
 */
export type Tokens = readonly number[];

/** `?`: one character, not a slash. */
export const anyOne = -1;
/** `*`: any characters but slashes, or none. */
export const anyRun = -2;
/** `**` with its slash: any number of whole segments. Stands at the start of a segment, and is always followed by `insideDeep`. */
export const deep = -3;
/** Inside one of the segments that a `deep` swallows. */
export const insideDeep = -4;

export const slash = 47;

const star = 42;
const questionMark = 63;

/** A segment of two stars or more, and nothing else, crosses folders. In any other place stars are one `*`, as in .gitignore. */
export const isDeepSegment = (segment: string): boolean => /^\*{2,}$/.test(segment);

export const isWild = (text: string): boolean => text.includes('*') || text.includes('?');

/** Takes the segments of a normal path (no `.`, no empty ones), braces already written out. */
export function globTokens(segments: readonly string[]): Tokens {
  const tokens: number[] = [];
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (!isDeepSegment(segment)) pushSegment(tokens, segment, last);
    else if (last) tokens.push(deep, insideDeep, anyRun);
    else if (tokens.at(-1) !== insideDeep) tokens.push(deep, insideDeep);
  });
  return tokens;
}

/** The same tokens for a name in which every letter stands for itself. */
export const letterTokens = (text: string): Tokens => Array.from(text, (letter) => letter.codePointAt(0) as number);

function pushSegment(tokens: number[], segment: string, last: boolean): void {
  for (const letter of segment) {
    const code = letter.codePointAt(0) as number;
    if (code === questionMark) tokens.push(anyOne);
    else if (code !== star) tokens.push(code);
    else if (tokens.at(-1) !== anyRun) tokens.push(anyRun);
  }
  if (!last) tokens.push(slash);
}

/**
 * Whether the glob names the path. It remembers only the last `*` and the last `**` to go back to, which is enough (an earlier one
 * could do no better) and keeps the time below the length of the glob times the square of the length of the path.
 */
export function matchesTokens(tokens: Tokens, path: string): boolean {
  let token = 0;
  let at = 0;
  let run = -1;
  let runEnd = 0;
  let deepToken = -1;
  let deepEnd = 0;
  for (;;) {
    const wanted = tokens[token];
    if (wanted === undefined && at === path.length) return true;
    if (wanted === deep) {
      deepToken = token;
      deepEnd = at;
      run = -1;
      token += 2;
    } else if (wanted === anyRun) {
      run = token;
      runEnd = at;
      token += 1;
    } else if (wanted !== undefined && at < path.length && accepts(wanted, path.codePointAt(at) as number)) {
      // A finished segment cannot be matched in a better way.
      if (wanted === slash) run = -1;
      at += lengthAt(path, at);
      token += 1;
    } else if (run >= 0 && runEnd < path.length && path.charCodeAt(runEnd) !== slash) {
      runEnd += lengthAt(path, runEnd);
      at = runEnd;
      token = run + 1;
    } else {
      const next = deepToken < 0 ? -1 : path.indexOf('/', deepEnd);
      if (next < 0) return false;
      deepEnd = next + 1;
      at = deepEnd;
      run = -1;
      token = deepToken + 2;
    }
  }
}

const accepts = (wanted: number, code: number): boolean => wanted === code || (wanted === anyOne && code !== slash);

const lengthAt = (path: string, at: number): number => ((path.codePointAt(at) as number) > 0xffff ? 2 : 1);
