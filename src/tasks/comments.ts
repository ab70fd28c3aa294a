import { codeSpanEnd } from './piece.ts';
import type { SourceLine } from './source.ts';

export interface Visible {
  /** The line with each comment turned into as many blanks, so that columns stay right. */
  readonly text: string;
  /** The offset of the comment that is still open at the end of the line, `before` when it was opened on an earlier one. */
  readonly open: number | 'before' | undefined;
}

/**
 * Blanks out the HTML comments of one line. `isInside`: the line begins in a comment. `mayGoOn` says whether a comment that opens
 * at an offset and does not close on the line goes on at all: a stray `<!--` in running text is just text.
 */
export function blankComments(line: string, isInside: boolean, mayGoOn: (at: number) => boolean): Visible {
  let open: Visible['open'] = isInside ? 'before' : undefined;
  let text = '';
  let at = 0;
  while (at < line.length) {
    if (open === undefined) {
      const start = commentStart(line, at);
      if (start < 0 || (!line.includes('-->', start + 2) && !mayGoOn(start)))
        return { text: text + line.slice(at), open };
      text += `${line.slice(at, start)}  `;
      at = start + 2;
      open = start;
    }
    const close = line.indexOf('-->', at);
    const end = close < 0 ? line.length : close + 3;
    text += ' '.repeat(end - at);
    at = end;
    if (close >= 0) open = undefined;
  }
  return { text, open };
}

/** The offset of the next `<!--` outside code spans, or -1. */
function commentStart(line: string, from: number): number {
  let start = line.indexOf('<!--', from);
  let tick = line.indexOf('`', from);
  while (start >= 0 && tick >= 0 && tick < start) {
    const end = codeSpanEnd(line, tick);
    if (start < end) start = line.indexOf('<!--', end);
    tick = line.indexOf('`', end);
  }
  return start;
}

/**
 * For each line number minus one: whether that line, or one behind it before the next blank line, holds `-->`. Indexed by a line's own
 * number, it answers for the lines behind that line.
 */
export function closedBeforeBlank(lines: readonly SourceLine[]): readonly boolean[] {
  const closes: boolean[] = new Array<boolean>(lines.length).fill(false);
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const text = lines[index]?.text ?? '';
    closes[index] = text.includes('-->') || (text.trim() !== '' && closes[index + 1] === true);
  }
  return closes;
}
